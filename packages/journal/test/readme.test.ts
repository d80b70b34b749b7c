import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the example of the README prints what its comments say", () => {
  const packageFolder = join(import.meta.dirname, "..");
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain("buyer.journal");
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  try {
    const code = example.replace("buyer.journal", join(folder, "buyer.journal"));
    const args = ["--input-type=module-typescript", "--eval", code];
    // In the package, where its own name resolves as it does for its users.
    const printed = execFileSync(process.execPath, args, { cwd: packageFolder, encoding: "utf8" });
    expect(printed).toBe("1\ntaken\n1 award stroller\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
