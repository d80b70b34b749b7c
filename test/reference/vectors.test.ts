/** The second implementation and the vectors: it comes to the verdict of each, and would say so if it did not. */
import { readdirSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { describeWithPython, findPython, reasonToSkip, runReference } from "./python.ts";

const vectors = join(import.meta.dirname, "..", "..", "spec", "vectors");

async function check(...args: readonly string[]) {
  const { code, out, err } = await runReference(["check_vectors.py", ...args]);
  return { code, err, lines: out.trimEnd().split("\n") };
}

describeWithPython("the second implementation", () => {
  test("comes to the verdict of every vector there is", async () => {
    const folders = readdirSync(vectors, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const all = folders.map(({ name }) => {
      const count = readdirSync(join(vectors, name)).length;
      return `${name}: ${count} of ${count} vectors`;
    });
    expect(all.length).toBeGreaterThan(10);
    expect(await check()).toEqual({ code: 0, err: "", lines: all.sort() });
  }, 120_000);

  test("says where a vector expects what is wrong, and fails", async () => {
    await using folder = await temporaryFolder();
    await cp(join(vectors, "envelope"), join(folder.path, "envelope"), { recursive: true });
    const file = join(folder.path, "envelope", "body-empty.txt");
    await writeFile(file, (await readFile(file, "utf8")).replace("cbor-truncated", "cbor-tag"));
    const { code, lines } = await check(folder.path);
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe(
      "envelope/body-empty: expect: expected decode/cbor-tag, found decode/cbor-truncated",
    );
  });
});

test("a Python is taken from REFERENCE_PYTHON, or else Debian's, or else from the PATH, where it has the libraries", () => {
  const found = (environment: NodeJS.ProcessEnv, ...working: readonly string[]) =>
    findPython(environment, (program) => working.includes(program));
  expect(found({ REFERENCE_PYTHON: "/opt/python" }, "/opt/python", "python3")).toBe("/opt/python");
  expect(found({}, "python3", "/usr/bin/python3")).toBe("/usr/bin/python3");
  expect(found({}, "python3")).toBe("python3");
  expect(found({})).toBeUndefined();
});

test("without a Python the tests say what they need, and fail where CI is set", () => {
  expect(reasonToSkip("/usr/bin/python3", { CI: "true" })).toBeUndefined();
  expect(reasonToSkip(undefined, {})).toContain("apt-get install python3-cryptography");
  expect(reasonToSkip(undefined, { CI: "false" })).toContain("REFERENCE_PYTHON");
  expect(() => reasonToSkip(undefined, { CI: "true" })).toThrow("apt-get install python3-cryptography");
});
