/**
 * The notation of frames in dialogues (spec/vectors/README.md): diagnostic notation, and besides it `...` for any value,
 * `$name` for a value that has a name, and `sign(seed, name, challenge)` for a mailbox's proof.
 */
import { fromHex } from "@intentcast/protocol";
import { diagnostic } from "../diagnostic.ts";

class Any {}

/** Any value whatever. */
export const any = new Any();

/** A value that is what it was when its name first came up. */
export class Variable {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the mailbox whose private key is `seed` signs for a relay of this name that has sent this challenge. */
export class Proof {
  readonly seed: Uint8Array;
  readonly relay: unknown;
  readonly challenge: unknown;

  constructor(seed: Uint8Array, relay: unknown, challenge: unknown) {
    this.seed = seed;
    this.relay = relay;
    this.challenge = challenge;
  }
}

/** A map: neither bytes nor one of the above. */
export const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The notation of a value, of which `any`, variables and proofs may be a part. */
export const writeNotation = (value: unknown): string =>
  diagnostic(value, (part) => {
    if (part === any) return "...";
    if (part instanceof Variable) return `$${part.name}`;
    if (part instanceof Proof)
      return `sign(${[part.seed, part.relay, part.challenge].map(writeNotation).join(", ")})`;
    return undefined;
  });

const token = /\s*(\.\.\.|sign\(|h'[0-9a-f]*'|"(?:[^"\\]|\\.)*"|\$[a-zA-Z]+|-?\d+|true|false|[[\]{},:)])/y;

/** Reads what {@link writeNotation} writes. Throws on anything else: a line that is passed over proves nothing. */
export function readNotation(text: string): unknown {
  const tokens = tokensOf(text);
  const value = readValue(tokens);
  if (tokens.length > 0) throw new SyntaxError(`after the value: ${tokens.join(" ")}`);
  return value;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trim();
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const at = token.lastIndex;
    const found = token.exec(trimmed)?.[1];
    if (found === undefined) throw new SyntaxError(`not the notation: ${trimmed.slice(at, at + 40)}`);
    tokens.push(found);
  }
  return tokens;
}

/** Takes its tokens from the front of the list. */
function readValue(tokens: string[]): unknown {
  const first = tokens.shift() ?? "";
  if (first === "...") return any;
  if (first === "[") return readList(tokens, "]", readValue);
  if (first === "{") return Object.fromEntries(readList(tokens, "}", readEntry));
  if (first === "sign(") {
    const [seed, relay, challenge] = readList(tokens, ")", readValue);
    return new Proof(seed as Uint8Array, relay, challenge);
  }
  if (first === "true" || first === "false") return first === "true";
  if (first.startsWith("$")) return new Variable(first.slice(1));
  if (first.startsWith("h'")) return fromHex(first.slice(2, -1));
  if (/^["\d-]/.test(first)) return JSON.parse(first) as unknown;
  throw new SyntaxError(`a value was expected, not ${first}`);
}

function readList<T>(tokens: string[], end: string, read: (tokens: string[]) => T): T[] {
  const items: T[] = [];
  while (tokens[0] !== end) {
    items.push(read(tokens));
    if (tokens[0] === ",") tokens.shift();
    else if (tokens[0] !== end) throw new SyntaxError(`no ${end} before ${tokens[0]}`);
  }
  tokens.shift();
  return items;
}

function readEntry(tokens: string[]): [string, unknown] {
  const key = readValue(tokens);
  if (typeof key !== "string" || tokens.shift() !== ":") throw new SyntaxError("no key with its value");
  return [key, readValue(tokens)];
}
