/** The README's example, run as its readers would. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

test("the example of the README starts a relay, and its process ends by itself", async () => {
  const folder = await temporaryFolder(stack);
  const packageFolder = join(import.meta.dirname, "..");
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain('"relay-data", port: 7447');
  // In the package, where its own name resolves as it does for its users.
  const code = example.replace(
    '"relay-data", port: 7447',
    `${JSON.stringify(join(folder, "data"))}, port: 0`,
  );
  const args = ["--input-type=module-typescript", "--eval", code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageFolder });
  expect(stdout).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\n$/);
});
