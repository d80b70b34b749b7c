/** The vectors under spec/vectors: one scenario a file, which implementations in any language can read. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromHex, toHex } from "@intentcast/protocol";

/** A scenario: bytes, and what must come of them. */
export type Vector = {
  /** The file's name without its ending. */
  readonly case: string;
  /** `accepted`, or the stage and the code of the refusal: `decode/cbor-float`. */
  readonly expect: string;
  /** What the scenario is about, and where it is taken from. */
  readonly comment: string;
  /** Every other header, in the order of the file. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

const root = new URL("../../../spec/vectors/", import.meta.url);

/** Where the vectors of a stage lie. */
export const vectorFolder = (stage: string): string => fileURLToPath(new URL(`${stage}/`, root));

/** All vectors of a stage, by name. */
export const readVectors = (stage: string): readonly Vector[] =>
  readdirSync(vectorFolder(stage))
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => parseVector(file.slice(0, -4), readFileSync(`${vectorFolder(stage)}${file}`, "utf8")));

/**
 * Reads a vector: lines `name: value`, an empty line, then hex with white space anywhere. `expect` and `comment` must
 * be there. Throws on any other form: a vector that is skipped in silence proves nothing.
 */
export function parseVector(name: string, text: string): Vector {
  const { expect, comment, headers, rest } = headersOf(name, text);
  return { case: name, expect, comment, headers, bytes: fromHex(rest.replaceAll(/\s/g, "")) };
}

/** What stands above the empty line of a vector's file, and what follows it. */
export function headersOf(
  name: string,
  text: string,
): Pick<Vector, "expect" | "comment" | "headers"> & { readonly rest: string } {
  const gap = text.indexOf("\n\n");
  if (gap < 0) throw new Error(`${name}: no empty line after the headers`);
  const headers = new Map<string, string>();
  for (const line of text.slice(0, gap).split("\n")) {
    const parts = /^([a-z][A-Za-z0-9]*): ?(.*)$/.exec(line);
    if (parts === null) throw new Error(`${name}: not a header: ${line}`);
    const [, header, value] = parts as unknown as [string, string, string];
    if (headers.has(header)) throw new Error(`${name}: two headers ${header}`);
    headers.set(header, value);
  }
  const expect = headers.get("expect");
  const comment = headers.get("comment");
  if (expect === undefined || comment === undefined) throw new Error(`${name}: no expect or no comment`);
  headers.delete("expect");
  headers.delete("comment");
  return { expect, comment, headers: Object.fromEntries(headers), rest: text.slice(gap + 2) };
}

/** The text of a vector's file: the inverse of {@link parseVector}. */
export function formatVector({ expect, comment, headers, bytes }: Vector): string {
  const lines = Object.entries({ expect, comment, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const hex = toHex(bytes).match(/.{1,64}/g) ?? [];
  return `${[...lines, "", ...hex].join("\n")}\n`;
}
