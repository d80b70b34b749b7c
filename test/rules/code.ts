/** What the pure code must not touch, and the form of every file of code. */
import { type Breach, eachPlace, importsOf, type Rule } from "./source.ts";

const isCode = (path: string) => /\.(ts|mts|mjs|js)$/.test(path);
/** Code that is not a test: what ships, and the programs beside it. */
const isSource = (path: string) =>
  /\.(ts|mjs)$/.test(path) && /^(packages\/[^/]+\/src|scripts|examples|bench|test\/rules)\//.test(path);

const isPure = (path: string) => /^packages\/((protocol|negentropy)\/src|relay\/src\/core)\//.test(path);
/** These run in a browser too, as they are. */
const isForBrowsers = (path: string) =>
  /^packages\/(protocol|negentropy|relay-client|buyer-client)\/src\//.test(path) ||
  /^packages\/journal\/src\/(index|journal|memory|indexed-db|sealed)\.ts$/.test(path);

/** Time, chance and the outer world come in as parameters (docs/ARCHITECTURE.md). */
export const pureCodeStaysPure: Rule = (file) =>
  !isPure(file.path)
    ? []
    : eachPlace(
        file,
        "code",
        /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|(?<![.\w])(?:performance|process|console|crypto|fetch|WebSocket|globalThis|setTimeout|setInterval|setImmediate|queueMicrotask)\b(?!\s*:)/g,
        "pure code reaches for the world",
      );

export const noNodeModules: Rule = ({ path, text }) =>
  !isPure(path) && !isForBrowsers(path)
    ? []
    : importsOf(text)
        .filter(({ specifier }) => specifier.startsWith("node:"))
        .map(({ specifier }): Breach => `${path}: this code runs without Node (${specifier})`);

export const namesAreKebabCase: Rule = ({ path }) =>
  !isCode(path) ||
  /^(\.?[a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.[a-z]+$/.test(path)
    ? []
    : [`${path}: the name is not in kebab-case`];

/** A file is named for what it holds. */
export const namesSaySomething: Rule = ({ path }) =>
  /(^|\/)(utils?|types?|helpers?|misc|common)\.(ts|mts|mjs|js)$/.test(path)
    ? [`${path}: the name says nothing`]
    : [];

export const indexOnlyAtTheDoor: Rule = ({ path }) =>
  /(^|\/)index\.ts$/.test(path) && !/^packages\/[^/]+\/src\/index\.ts$/.test(path)
    ? [`${path}: index.ts stands only at a package's entry`]
    : [];

export const noDefaultExports: Rule = (file) =>
  !isCode(file.path) || /\.config\.ts$/.test(file.path)
    ? []
    : eachPlace(file, "code", /\bexport\s+default\b|\bas\s+default\b/g, "a default export");

const mostLines = 400;
export const filesAreShort: Rule = ({ path, text }) => {
  const lines = text.split("\n").length - 1;
  return isSource(path) && lines > mostLines ? [`${path}: ${lines} lines; ${mostLines} is the most`] : [];
};

/** The first thing in a file (after a `#!` line) is a comment of at least one sentence that says what it is for. */
export const filesSayWhatTheyAreFor: Rule = ({ path, text }) =>
  isSource(path) && !/^(#!.*\n)?\/\*\*[\s*]+[^\s*][^*]*[.:]/.test(text)
    ? [`${path}: the file does not open with a sentence that says what it is for`]
    : [];

/** A browser, strace and Python are not npm's to install: on a developer's machine without, their tests are skipped and say why. */
const maySkip: ReadonlySet<string> = new Set([
  "test/browser/chromium.ts",
  "test/chaos/traced-test.ts",
  "test/reference/python.ts",
]);

export const testsAreArmed: Rule = (file) =>
  isCode(file.path) && !maySkip.has(file.path)
    ? [
        ...eachPlace(
          file,
          "code",
          /\b(?:it|test|describe|suite)\s*\.\s*(?:skip|only|todo|fails|skipIf|runIf)\b/g,
          "a test that does not run, or keeps others from running",
        ),
        ...(/(^|\/)test\//.test(file.path)
          ? eachPlace(file, "code", /\bskip\s*\(/g, "a test that decides for itself not to run")
          : []),
      ]
    : [];

export const nothingIsLeftToDo: Rule = (file) =>
  isCode(file.path)
    ? eachPlace(
        file,
        "comments",
        /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck|expect-error)\b/g,
        "something is left to do",
      )
    : [];
