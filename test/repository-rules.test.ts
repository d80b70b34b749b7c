/** The repository's rules, each held against the whole tree and, so that it is known to bite, against a bad example. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorsPage } from "../scripts/write-errors.ts";
import { registriesPage } from "../scripts/write-registries.ts";
import * as code from "./rules/code.ts";
import * as imports from "./rules/imports.ts";
import type { Breach, File, Rule } from "./rules/source.ts";
import * as tree from "./rules/tree.ts";

const root = join(import.meta.dirname, "..");
const files: readonly File[] = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const manifests = new Map(
  files.flatMap(({ path, text }) => {
    const name = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1];
    return name === undefined ? [] : [[name, JSON.parse(text) as tree.Manifest] as const];
  }),
);

const overEach =
  (rule: Rule) =>
  (all: readonly File[]): Breach[] =>
    all.flatMap(rule);

type Case = {
  readonly rule: string;
  readonly check: (files: readonly File[]) => readonly Breach[];
  /** One breach or more each. */
  readonly bad: readonly (File | readonly File[])[];
  readonly good?: readonly (File | readonly File[])[];
};

const file = (path: string, text = ""): File => ({ path, text });
const manifest = (value: tree.Manifest) => file("packages/journal/package.json", JSON.stringify(value));
const wholeManifest: tree.Manifest = {
  name: "@intentcast/journal",
  description: "A journal",
  license: "Apache-2.0",
  files: ["dist", "src", "!dist/.tsbuildinfo"],
  exports: { ".": "./src/index.ts" },
  publishConfig: {
    access: "public",
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  },
};
const privateManifest = manifest({ name: "@intentcast/journal", private: true });
const machineFolder = ["", "root", "key"].join("/");

const cases: readonly Case[] = [
  {
    rule: "imports between packages run one way",
    check: overEach(imports.packagesRunOneWay),
    bad: [
      file("packages/protocol/src/a.ts", 'import { x } from "@intentcast/relay";'),
      file("packages/relay/src/a.ts", 'import type { x } from "@intentcast/relay-client";'),
      file("packages/relay-client/src/a.ts", 'export * from "@intentcast/relay";'),
      file("packages/buyer-client/src/a.ts", 'const s = await import("@intentcast/seller-client");'),
      file("packages/cli/src/a.ts", 'import {\n  fixed,\n} from "@intentcast/testkit";'),
      file("packages/novel/src/a.ts", 'import "@intentcast/protocol";'),
    ],
    good: [
      file("packages/cli/src/a.ts", 'import { startRelay } from "@intentcast/relay";'),
      file("packages/relay/test/a.test.ts", 'import { x } from "@intentcast/relay-client";'),
      file("packages/protocol/src/a.ts", '// import { x } from "@intentcast/relay";'),
    ],
  },
  {
    rule: "relative imports stay inside their package's source",
    check: overEach(imports.relativeImportsStayInside),
    bad: [
      file("packages/relay/src/core/a.ts", 'import { x } from "../../../protocol/src/bytes.ts";'),
      file("packages/relay/test/a.test.ts", 'import { x } from "../../protocol/src/bytes.ts";'),
      file("packages/relay/src/a.ts", 'import { x } from "../test/a.ts";'),
    ],
    good: [file("packages/relay/test/a.test.ts", 'import { x } from "../src/core/a.ts";')],
  },
  {
    rule: "the relay's rooms use each other one way",
    check: overEach(imports.relayRoomsRunOneWay),
    bad: [
      file("packages/relay/src/core/a.ts", 'import type { Store } from "../ports/store.ts";'),
      file("packages/relay/src/ports/a.ts", 'import { ingest } from "../flow/ingest.ts";'),
      file("packages/relay/src/flow/a.ts", 'import { sqlite } from "../adapters/sqlite.ts";'),
      file("packages/relay/src/adapters/a.ts", 'import { admit } from "../core/admit.ts";'),
      file("packages/relay/src/core/a.ts", 'import { startRelay } from "../main.ts";'),
      file("packages/relay/src/cellar/a.ts", 'import { admit } from "../core/admit.ts";'),
    ],
    good: [
      file("packages/relay/src/main.ts", 'import { sqlite } from "./adapters/sqlite.ts";'),
      file("packages/relay/src/adapters/a.ts", 'import type { Admitted } from "../core/admit.ts";'),
      file("packages/relay/src/flow/a.ts", 'import { admit } from "../core/admit.ts";'),
    ],
  },
  {
    rule: "relative imports end in .ts",
    check: overEach(imports.relativeImportsEndInTs),
    bad: [file("packages/cli/src/a.ts", 'import { b } from "./b.js";'), file("bench/a.ts", 'import "./b";')],
  },
  {
    rule: "a package's dependencies name what its source imports",
    check: overEach(imports.dependenciesAreDeclared(manifests)),
    bad: [
      file("packages/journal/src/a.ts", 'import { z } from "zod/mini";'),
      file("packages/protocol/src/a.ts", 'import fc from "fast-check";'),
    ],
    good: [file("packages/protocol/src/a.ts", 'import * as z from "zod/mini";')],
  },
  {
    rule: "the pure code reads no clock, no chance and no world",
    check: overEach(code.pureCodeStaysPure),
    bad: [
      file("packages/protocol/src/a.ts", "const now = Date.now();"),
      file("packages/protocol/src/a.ts", `const now = \`\${new Date( )}\`;`),
      file("packages/relay/src/core/a.ts", "if (Math.random() < 0.5) drop();"),
      file("packages/relay/src/core/a.ts", "setTimeout(sweep, 1000);"),
      file("packages/protocol/src/a.ts", "const key = crypto.subtle;"),
    ],
    good: [
      file("packages/protocol/src/a.ts", "/** Never Date.now(). */ const text = 'Math.random()';"),
      file("packages/relay/src/adapters/a.ts", "const now = Date.now();"),
      file("packages/protocol/src/a.ts", "const day = new Date(seconds * 1000); const quote = /['\"]/;"),
    ],
  },
  {
    rule: "what runs in a browser imports nothing of Node's",
    check: overEach(code.noNodeModules),
    bad: [
      file("packages/protocol/src/a.ts", 'import { createHash } from "node:crypto";'),
      file("packages/buyer-client/src/a.ts", 'import fs from "node:fs";'),
      file("packages/journal/src/indexed-db.ts", 'import fs from "node:fs";'),
    ],
    good: [file("packages/seller-client/src/a.ts", 'import { open } from "node:fs/promises";')],
  },
  {
    rule: "files of code are named in kebab-case",
    check: overEach(code.namesAreKebabCase),
    bad: [
      file("packages/relay/src/ingestFlow.ts"),
      file("packages/relay/src/Core/a.ts"),
      file("test/snake_case.ts"),
    ],
    good: [file("packages/relay/src/core/rate-limit.ts"), file("test/a-b.test.ts"), file("vitest.config.ts")],
  },
  {
    rule: "files of code are named for what they hold",
    check: overEach(code.namesSaySomething),
    bad: [file("packages/relay/src/utils.ts"), file("packages/cli/src/types.ts")],
    good: [file("packages/relay/src/result-types.ts")],
  },
  {
    rule: "index.ts stands only at a package's entry",
    check: overEach(code.indexOnlyAtTheDoor),
    bad: [file("packages/relay/src/core/index.ts"), file("scripts/index.ts")],
    good: [file("packages/relay/src/index.ts")],
  },
  {
    rule: "nothing but a configuration has a default export",
    check: overEach(code.noDefaultExports),
    bad: [file("packages/cli/src/a.ts", "export default 1;"), file("bench/a.ts", "export { a as default };")],
    good: [file("vitest.config.ts", "export default {};")],
  },
  {
    rule: "source files are short",
    check: overEach(code.filesAreShort),
    bad: [file("packages/cli/src/a.ts", "\n".repeat(401))],
    good: [
      file("packages/cli/src/a.ts", "\n".repeat(400)),
      file("packages/cli/test/a.test.ts", "\n".repeat(401)),
    ],
  },
  {
    rule: "source files open with a sentence that says what they are for",
    check: overEach(code.filesSayWhatTheyAreFor),
    bad: [file("packages/cli/src/a.ts", 'import "./b.ts";\n/** Late. */'), file("scripts/a.ts", "/** */\n")],
    good: [file("packages/cli/src/a.ts", "#!/usr/bin/env node\n/**\n * Says it.\n */\n")],
  },
  {
    rule: "no test is switched off or keeps others from running",
    check: overEach(code.testsAreArmed),
    bad: [
      file("test/a.test.ts", 'it.skip("holds", () => {});'),
      file("test/a.test.ts", 'describe.only("all", () => {});'),
      file("test/a.test.ts", 'it("holds", (context) => context.skip("not today"));'),
      file("packages/cli/test/a.test.ts", "beforeEach(({ skip }) => skip());"),
    ],
    good: [
      file("test/a.test.ts", 'it("says it.skip(", () => {});'),
      file("test/browser/chromium.ts", "beforeEach(({ skip }) => skip(reason));"),
      file("packages/cli/src/a.ts", "skip(cursor);"),
    ],
  },
  {
    rule: "no comment leaves something to do or silences the compiler",
    check: overEach(code.nothingIsLeftToDo),
    bad: [file("bench/a.ts", "// TODO later"), file("bench/a.ts", "/* @ts-ignore */")],
    good: [file("bench/a.ts", 'const text = "// TODO";')],
  },
  {
    rule: "no path of one machine is committed",
    check: overEach(tree.noMachinePaths),
    bad: [file("docs/a.md", `see ${machineFolder}`), file("bench/a.ts", `const place = "${machineFolder}";`)],
    good: [file("docs/a.md", `https://shop.example${machineFolder}`)],
  },
  {
    rule: "no registry is named",
    check: overEach(tree.noRegistryIsNamed),
    bad: [
      file("pnpm-lock.yaml", "resolution: {integrity: x, tarball: y}"),
      file(".npmrc", "registry=https://packages.example/"),
    ],
  },
  {
    rule: "a package's manifest is complete",
    check: overEach(tree.manifestIsComplete),
    bad: [
      manifest({ ...wholeManifest, name: "journal" }),
      manifest({ ...wholeManifest, description: "" }),
      manifest({ ...wholeManifest, files: ["dist"] }),
      manifest({ ...wholeManifest, exports: { ".": "./src/index.ts", "./sqlite": "./src/sqlite.ts" } }),
      manifest({ ...wholeManifest, bin: { journal: "./src/main.ts" } }),
      manifest({ ...wholeManifest, publishConfig: { exports: wholeManifest.publishConfig?.exports ?? {} } }),
    ],
    good: [manifest(wholeManifest)],
  },
  {
    rule: "public packages have a README",
    check: tree.publicPackagesHaveReadmes,
    bad: [manifest(wholeManifest)],
    good: [[manifest(wholeManifest), file("packages/journal/README.md")], privateManifest],
  },
  {
    rule: "docs/ARCHITECTURE.md names every package",
    check: tree.architectureNamesPackages,
    bad: [manifest(wholeManifest), [privateManifest, file("docs/ARCHITECTURE.md", "`journals`")]],
    good: [[manifest(wholeManifest), file("docs/ARCHITECTURE.md", "`packages/journal` keeps")]],
  },
  {
    rule: "links in documents lead somewhere",
    check: tree.linksLeadSomewhere,
    bad: [
      file("docs/a.md", "[b](b.md)"),
      file("docs/a.md", "[b](#below)"),
      [file("docs/a.md", "[b](../spec/b.md#there)"), file("spec/b.md", "# Here")],
    ],
    good: [
      [file("docs/a.md", "[b](../spec/b.md#5-where-it-is)\n"), file("spec/b.md", "## 5. Where it `is`")],
      file("docs/a.md", "[w](https://www.rfc-editor.org) [top](..)"),
      file("docs/a.md", "```\n[b](b.md)\n```"),
    ],
  },
  {
    rule: "files that documents name are there",
    check: tree.namedFilesExist,
    bad: [file("CONTRIBUTING.md", "see `scripts/gone.ts`")],
    good: [[file("CONTRIBUTING.md", "see `scripts/here.ts`"), file("scripts/here.ts")]],
  },
  {
    rule: "shell scripts stop at the first failure",
    check: overEach(tree.shellScriptsAreStrict),
    bad: [file(".ci/run", "#!/usr/bin/env bash\nnpm test\n")],
    good: [file(".ci/run", "#!/usr/bin/env bash\nset -euo pipefail\n")],
  },
];

const asTree = (example: File | readonly File[]): readonly File[] => [example].flat();

describe("the repository's rules", () => {
  it.each(cases)("$rule", ({ check }) => {
    expect(check(files)).toEqual([]);
  });

  it("spec/errors.md says what the registry of reject codes says", () => {
    expect(files.find(({ path }) => path === "spec/errors.md")?.text).toBe(errorsPage());
  });

  it("spec/registries.md says which kinds, frames, statuses and stages the code has", () => {
    const page = files.find(({ path }) => path === "spec/registries.md")?.text ?? "";
    expect(page.match(/<!-- from the code: /g)).toHaveLength(5);
    expect(page).toBe(registriesPage(page));
  });
});

describe("each rule bites", () => {
  it.each(cases)("$rule", ({ check, bad, good = [] }) => {
    for (const example of bad) expect(check(asTree(example)), JSON.stringify(example)).not.toEqual([]);
    for (const example of good) expect(check(asTree(example)), JSON.stringify(example)).toEqual([]);
  });
});
