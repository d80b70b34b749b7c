/** Where the browser tests find their browser, and what happens where there is none. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { findChromium, reasonToSkip } from "./chromium.ts";

test("a browser is taken from CHROMIUM_PATH, or else from the PATH", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "google-chrome");
  await writeFile(path, "");
  expect(findChromium({ PATH: folder.path })).toBe(path);
  expect(findChromium({ PATH: folder.path, CHROMIUM_PATH: "/opt/chrome" })).toBe("/opt/chrome");
});

test("without a browser the tests say what they need, and fail where CI is set", () => {
  expect(reasonToSkip("/usr/bin/chromium", { CI: "true" })).toBeUndefined();
  expect(reasonToSkip(undefined, {})).toContain("apt-get install chromium");
  expect(reasonToSkip(undefined, { CI: "false" })).toContain("CHROMIUM_PATH");
  expect(() => reasonToSkip(undefined, { CI: "true" })).toThrow("apt-get install chromium");
});
