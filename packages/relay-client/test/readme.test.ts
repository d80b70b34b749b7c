import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { unwrap, writeMessage } from "@intentcast/protocol";
import { sampleBodies } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { FakeRelay } from "./fake-relay.ts";
import { signer } from "./messages.ts";
import { serve } from "./served.ts";

test("the example of the README prints what its comment says, and its process ends by itself", async () => {
  const relay = new FakeRelay();
  relay.store(unwrap(writeMessage("intent", sampleBodies().intent, signer)).bytes);
  await using served = await serve(relay);
  const packageFolder = join(import.meta.dirname, "..");
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain("ws://localhost:7447");
  const code = example.replace("ws://localhost:7447", served.address);
  const args = ["--input-type=module-typescript", "--eval", code];
  // In the package, where its own name resolves as it does for its users.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageFolder });
  expect(stdout).toBe("intent 1\n");
});
