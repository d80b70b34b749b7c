import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain("ws://localhost:7447");
  // Inside the package, so that its own name resolves as it does for its users.
  const folder = mkdtempSync(join(import.meta.dirname, "readme-"));
  try {
    writeFileSync(join(folder, "example.ts"), example.replace("ws://localhost:7447", served.address));
    const { stdout } = await promisify(execFile)(process.execPath, ["example.ts"], { cwd: folder });
    expect(stdout).toBe("intent 1\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
