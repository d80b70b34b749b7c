/**
 * The Chromium that the browser tests run in, and one of the places where tests may be left out: on a developer's machine
 * that has none. There they count as skipped and say why; where CI is set they fail.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { describe, test } from "vitest";

const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe"];
/** Where it lies on a Mac. */
const applications = ["Chromium", "Google Chrome"].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** CHROMIUM_PATH, or else the first one on the PATH or in its usual place. */
export function findChromium(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment["CHROMIUM_PATH"]) return environment["CHROMIUM_PATH"];
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => programs.map((program) => join(folder, program)));
  return [...onPath, ...applications].find((path) => existsSync(path));
}

const needed =
  "no Chromium here: install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome";

/** Why tests that need a browser are left out, or undefined where they run. Throws where they must run and cannot. */
export function reasonToSkip(found: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (found !== undefined) return undefined;
  if (environment["CI"] && environment["CI"] !== "false") throw new Error(needed);
  return needed;
}

/** Tests that need a browser. */
export function describeInBrowser(name: string, tests: () => void): void {
  const reason = reasonToSkip(findChromium(process.env), process.env);
  if (reason === undefined) describe(name, tests);
  else {
    describe.skip(name, tests);
    // A test that skips itself can say why.
    test(`${name}, in a browser`, ({ skip }) => skip(reason));
  }
}

const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with an empty profile. In a container, where we are root, Chromium's sandbox cannot be had. */
export function launchChromium(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  const args = isRoot ? [...quiet, "--no-sandbox"] : quiet;
  return chromium.launch({ executablePath: findChromium(process.env) as string, args });
}
