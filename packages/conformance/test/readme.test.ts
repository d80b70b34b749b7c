import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { subscribing } from "./broken/broken-relay.ts";
import { startFaulty } from "./faulty-relay.ts";

it("the example of the README says what is wrong with a relay", async () => {
  const packageFolder = join(import.meta.dirname, "..");
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  await using relay = await startFaulty(
    subscribing(([name, number, filter, options]) => [name, number, filter, { after: 0, ...options }]),
  );
  expect(example).toContain("ws://127.0.0.1:7447");
  const code = example.replace("ws://127.0.0.1:7447", relay.url);
  const args = ["--input-type=module-typescript", "--eval", code];
  // In the package, where its own name resolves as it does for its users.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageFolder });
  expect(stdout).toMatch(/^subscription\/from-now caughtUp message, subscription 1/m);
});
