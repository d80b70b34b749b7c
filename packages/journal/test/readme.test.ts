import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the example of the README prints what its comments say", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  // Inside the package, so that its own name resolves as it does for its users.
  const folder = mkdtempSync(join(import.meta.dirname, "readme-"));
  try {
    writeFileSync(join(folder, "example.ts"), example);
    const printed = execFileSync(process.execPath, ["example.ts"], { cwd: folder, encoding: "utf8" });
    expect(printed).toBe("1\ntaken\n1 award stroller\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
