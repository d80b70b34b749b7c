/** Rules about the repository as a whole: packages, documents, and what must never be committed. */
import { posix } from "node:path";
import type { Breach, File, Rule } from "./source.ts";

export type Manifest = {
  name?: string;
  private?: boolean;
  description?: string;
  license?: string;
  files?: readonly string[];
  dependencies?: Record<string, string>;
  exports?: Record<string, string>;
  bin?: Record<string, string>;
  publishConfig?: { access?: string; exports?: Record<string, unknown>; bin?: Record<string, string> };
};

/** Folders that belong to one machine only. */
export const noMachinePaths: Rule = ({ path, text }) =>
  [...text.matchAll(/(?<![\w.~})-])\/(?:work|root|home|Users|tmp)\/[\w.]/g)].map(
    ({ index }) => `${path}:${text.slice(0, index).split("\n").length}: a path of one machine`,
  );

/** A lockfile and the settings beside it serve whichever registry a machine has. */
export const noRegistryIsNamed: Rule = ({ path, text }) =>
  /(^|\/)(pnpm-lock\.yaml|pnpm-workspace\.yaml|\.npmrc)$/.test(path)
    ? [...text.matchAll(/^.*(?:\btarball:|\bregistry\b|https?:\/\/).*$/gm)].map(
        ([line]) => `${path}: names a registry (${line.trim()})`,
      )
    : [];

/** A package's manifest has what whoever finds it needs, and publishes as JavaScript what it exports as TypeScript. */
export const manifestIsComplete: Rule = ({ path, text }) => {
  const folder = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1];
  if (folder === undefined) return [];
  const manifest = JSON.parse(text) as Manifest;
  const wrong: string[] = [];
  if (manifest.name !== `@intentcast/${folder}`) wrong.push("its name is not its folder's");
  for (const field of ["description", "license"] as const)
    if (!manifest[field]) wrong.push(`it has no ${field}`);
  if (manifest.private !== true) {
    if (manifest.publishConfig?.access !== "public") wrong.push("publishConfig.access is not public");
    const { exports, bin } = published(manifest);
    if (JSON.stringify(manifest.publishConfig?.exports) !== JSON.stringify(exports))
      wrong.push(`publishConfig.exports is not ${JSON.stringify(exports)}`);
    if (JSON.stringify(manifest.publishConfig?.bin ?? {}) !== JSON.stringify(bin))
      wrong.push(`publishConfig.bin is not ${JSON.stringify(bin)}`);
    if (!manifest.files?.includes("!dist/.tsbuildinfo"))
      wrong.push("its files do not leave out dist/.tsbuildinfo");
  }
  return wrong.map((says) => `${path}: ${says}`);
};

/** `./src/x.ts` is published as `./dist/x.js`; its types come first, since the first condition that fits is taken. */
function published({ exports = {}, bin = {} }: Manifest) {
  const built = (source: string) => source.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, "");
  const each = <T>(doors: Record<string, string>, to: (source: string) => T) =>
    Object.fromEntries(Object.entries(doors).map(([name, source]) => [name, to(source)]));
  return {
    exports: each(exports, (source) => ({ types: `${built(source)}.d.ts`, default: `${built(source)}.js` })),
    bin: each(bin, (source) => `${built(source)}.js`),
  };
}

/** Whoever installs a public package finds out what it is. */
export const publicPackagesHaveReadmes = (files: readonly File[]): Breach[] =>
  files
    .filter(
      ({ path, text }) => /^packages\/[^/]+\/package\.json$/.test(path) && JSON.parse(text).private !== true,
    )
    .map(({ path }) => posix.join(posix.dirname(path), "README.md"))
    .filter((readme) => !files.some(({ path }) => path === readme))
    .map((readme) => `${readme}: is missing`);

/** The architecture has a place for every package. */
export const architectureNamesPackages = (files: readonly File[]): Breach[] => {
  const map = files.find(({ path }) => path === "docs/ARCHITECTURE.md")?.text ?? "";
  return files
    .map(({ path }) => /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1])
    .filter((name) => name !== undefined && !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(map))
    .map((name) => `docs/ARCHITECTURE.md: does not name packages/${name}`);
};

/** The anchor that a heading gets where Markdown is shown. */
const anchorOf = (heading: string) =>
  heading
    .replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

const withoutFences = (text: string) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "");

/** Every link from a document to a place in the repository leads to a file or folder, and to a heading, that is there. */
export const linksLeadSomewhere = (files: readonly File[]): Breach[] => {
  const headings = new Map(
    files
      .filter(({ path }) => path.endsWith(".md"))
      .map(({ path, text }) => {
        const found = [...withoutFences(text).matchAll(/^#+ (.*)$/gm)];
        return [path, new Set(found.map(([, heading]) => anchorOf(heading as string)))] as const;
      }),
  );
  const isThere = (target: string) =>
    target === "." ||
    files.some(({ path }) => path === target || path.startsWith(`${target.replace(/\/$/, "")}/`));
  return files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      [...withoutFences(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
        .map(([, link]) => link as string)
        .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
        .filter((link) => {
          const [file = "", anchor] = link.split("#");
          const target = file === "" ? path : posix.join(posix.dirname(path), decodeURI(file));
          const known = headings.get(target);
          return !isThere(target) || (anchor !== undefined && known !== undefined && !known.has(anchor));
        })
        .map((link) => `${path}: a link leads nowhere (${link})`),
    );
};

/** A file of ours that a document names in code type is there. */
export const namedFilesExist = (files: readonly File[]): Breach[] =>
  files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap((file) =>
      [...file.text.matchAll(/`((?:packages|scripts|spec|docs|test|bench|examples)\/[\w./-]+\.\w+)`/g)]
        .map(([, named]) => named as string)
        .filter((named) => !files.some(({ path }) => path === named))
        .map((named) => `${file.path}: names a file that is not there (${named})`),
    );

export const shellScriptsAreStrict: Rule = (file) =>
  /^#!.*\b(?:ba)?sh\b/.test(file.text) && !/^set -euo pipefail$/m.test(file.text)
    ? [`${file.path}: a shell script without set -euo pipefail`]
    : [];
