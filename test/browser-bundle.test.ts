/** The buyer SDK as a page loads it: small, and with nothing of Node's in it. */
import { fileURLToPath } from "node:url";
import { parseAst } from "rolldown/parseAst";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleForBrowser } from "./browser/bundle.ts";

const source = (path: string): string => fileURLToPath(new URL(`../packages/${path}`, import.meta.url));

/** Bytes, gzipped, of the buyer SDK with all that it imports. */
const mostBytes = 60_000;

/** What Node has and a browser has not, and what a page's security policy forbids. */
const foreign = ["Buffer", "process", "require", "module", "global", "__dirname", "setImmediate"];
const forbidden = ["eval", "Function"];

type Node = { readonly type: string; readonly [field: string]: unknown };
const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Fields in which an identifier is the name of a property and refers to nothing. */
const namesProperty = (node: Node, field: string): boolean =>
  (field === "property" || field === "key") && node["computed"] === false && node["shorthand"] !== true;

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const [field, value] of Object.entries(node)) {
    if (namesProperty(node, field)) continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesOf(child);
  }
}

/** Identifiers that a program uses other than as names of properties. Minified, they are globals or of one letter or two. */
const identifiersIn = (nodes: readonly Node[]): ReadonlySet<unknown> =>
  new Set(nodes.filter(({ type }) => type === "Identifier").map(({ name }) => name));

/** Modules that a program would still load. */
const importsIn = (nodes: readonly Node[]): readonly unknown[] =>
  nodes
    .filter(({ type, source }) => /^(Import|Export)/.test(type) && isNode(source))
    .map(({ source }) => (source as Node)["value"]);

const parse = (code: string): readonly Node[] => [...nodesOf(parseAst(code) as unknown as Node)];
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

describe("the buyer SDK in a browser", () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundleForBrowser(source("buyer-client/src/index.ts"));
  });

  it("is at most 60 kB gzipped, with all that it imports", async () => {
    const { code, gzippedBytes } = bundle;
    const sizes = `${kilobytes(gzippedBytes)} gzipped, ${kilobytes(code.length)} minified`;
    console.log(`the buyer SDK in a browser: ${sizes}`);
    expect(gzippedBytes).toBeLessThanOrEqual(mostBytes);
  });

  it("loads no module, and uses no global of Node's and no code from text", () => {
    const nodes = parse(bundle.code);
    expect(importsIn(nodes)).toEqual([]);
    const used = identifiersIn(nodes);
    expect(used).toContain("WebSocket");
    expect([...foreign, ...forbidden].filter((name) => used.has(name))).toEqual([]);
  });

  it("leaves out what no page has asked for: the words of BIP 39, the reader of sentences, and recovery", () => {
    expect(bundle.files.filter((path) => /bip39|\/(sentence|recover)\//.test(path))).toEqual([]);
  });

  it.each([
    "journal/src/indexed-db.ts",
    "journal/src/sealed.ts",
    "buyer-client/src/sentence/read-sentence.ts",
  ])("runs without Node, too: %s", async (path) => {
    const { code } = await bundleForBrowser(source(path));
    const nodes = parse(code);
    expect(importsIn(nodes)).toEqual([]);
    const used = identifiersIn(nodes);
    expect([...foreign, ...forbidden].filter((name) => used.has(name))).toEqual([]);
  });
});

it("the check sees imports and globals wherever they stand, and no properties", () => {
  const nodes = parse(
    'import "node:fs"; export * from "a"; const b = () => import("c"); x({ process, y: Buffer.from });',
  );
  expect(importsIn(nodes)).toEqual(["node:fs", "a", "c"]);
  expect([...foreign].filter((name) => identifiersIn(nodes).has(name))).toEqual(["Buffer", "process"]);
  const harmless = identifiersIn(parse("a.process(); ({ Buffer: 1 }); class B { require() {} }"));
  expect(foreign.filter((name) => harmless.has(name))).toEqual([]);
});
