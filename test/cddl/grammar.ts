/** Reads CDDL (RFC 8610) as far as spec/messages.cddl uses it, and throws at the rest: a rule passed over proves nothing. */
import { fromHex } from "@intentcast/protocol";

export type Literal = number | string | boolean | Uint8Array;

export type Type =
  | { readonly is: "literal"; readonly value: Literal }
  | { readonly is: "range"; readonly least: number; readonly most: number }
  | { readonly is: "name"; readonly name: string }
  | { readonly is: "choice"; readonly of: readonly Type[] }
  | { readonly is: "control"; readonly control: Control; readonly type: Type; readonly by: Type }
  | { readonly is: "tag"; readonly tag: number; readonly type: Type }
  | { readonly is: "array" | "map" | "group"; readonly entries: readonly Entry[] };

export type Control = "size" | "regexp" | "ne" | "cbor";

/** What stands so many times in an array or a map; without a key in an array, or where it is the name of a group. */
export type Entry = {
  readonly least: number;
  readonly most: number;
  readonly key?: Type;
  readonly type: Type;
};

export type Grammar = ReadonlyMap<string, Type>;

/** The names of RFC 8610's prelude (appendix D) that the grammar uses. */
export const prelude = ["tstr", "bstr", "bool", "true"] as const;

const token =
  /(?<space>(?:\s|;[^\n]*)+)|(?<bytes>h'[0-9a-f]*')|(?<text>"(?:[^"\\]|\\.)*")|(?<occurs>\d*\*\d*|\?)|(?<number>-?\d+)|(?<tag>#6\.\d+)|(?<name>[A-Za-z][A-Za-z0-9-]*)|(?<control>\.[a-z]+)|(?<mark>\.\.|=>|[=/:,()[\]{}])/y;

type Token = { readonly kind: string; readonly text: string; readonly line: number };

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const groups = token.exec(source)?.groups;
    if (groups === undefined) throw new SyntaxError(`line ${line}: not read: ${source.slice(at, at + 20)}`);
    const [kind, text] = Object.entries(groups).find(([, found]) => found !== undefined) as [string, string];
    if (kind !== "space") tokens.push({ kind, text, line });
    line += text.split("\n").length - 1;
  }
  return tokens;
}

/** The rules by name, in the order of the file. Throws where one has no definition, or two. */
export function readGrammar(source: string): Grammar {
  const rules = new Map<string, Type>();
  const reader = new Reader(tokensOf(source));
  while (!reader.isAtEnd()) {
    const name = reader.take("name");
    reader.expect("=");
    if (rules.has(name)) throw new SyntaxError(`two rules ${name}`);
    rules.set(name, reader.ruleBody());
  }
  const known = new Set<string>([...rules.keys(), ...prelude]);
  const unknown = reader.used.find((name) => !known.has(name));
  if (unknown !== undefined) throw new SyntaxError(`no rule ${unknown}`);
  return rules;
}

const closing = { "(": ")", "[": "]", "{": "}" } as const;

class Reader {
  /** Names in the places of types. */
  readonly used: string[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  take(kind: string): string {
    const next = this.#tokens[this.#at++];
    if (next?.kind === kind) return next.text;
    throw new SyntaxError(`line ${next?.line}: ${kind} expected, not ${next?.text}`);
  }

  expect(mark: string): void {
    if (!this.#accepts(mark)) {
      const next = this.#tokens[this.#at];
      throw new SyntaxError(`line ${next?.line}: ${mark} expected, not ${next?.text}`);
    }
  }

  /** What stands in parentheses alone is a group; RFC 8610 tells a group from a type by its use. */
  ruleBody(): Type {
    if (this.#peek() !== "(" || !this.#isGroup()) return this.#type();
    return { is: "group", entries: this.#entries("(") };
  }

  #peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead]?.text;
  }

  #accepts(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#at++;
    return true;
  }

  /** Whether what follows the parenthesis is an entry with a key, or the name of a group and a comma. */
  #isGroup(): boolean {
    return this.#peek(2) === ":" || this.#peek(2) === ",";
  }

  #entries(open: keyof typeof closing): Entry[] {
    this.expect(open);
    const entries: Entry[] = [];
    while (!this.#accepts(closing[open])) {
      entries.push(this.#entry());
      if (!this.#accepts(",") && this.#peek() !== closing[open]) this.expect(",");
    }
    return entries;
  }

  #entry(): Entry {
    const [least, most] = this.#occurrence();
    if (this.#peek(1) === ":") return { least, most, key: this.#key(), type: this.#type() };
    const type = this.#type();
    if (!this.#accepts("=>")) return { least, most, type };
    return { least, most, key: type, type: this.#type() };
  }

  #occurrence(): readonly [number, number] {
    const next = this.#tokens[this.#at];
    if (next?.kind !== "occurs") return [1, 1];
    this.#at++;
    if (next.text === "?") return [0, 1];
    const [least, most] = next.text.split("*") as [string, string];
    return [Number(least), most === "" ? Number.POSITIVE_INFINITY : Number(most)];
  }

  /** A name before a colon stands for itself. */
  #key(): Type {
    const next = this.#tokens[this.#at];
    const value = next?.kind === "name" ? next.text : undefined;
    if (value !== undefined) this.#at++;
    const key: Type = value === undefined ? this.#single() : { is: "literal", value };
    this.expect(":");
    return key;
  }

  #type(): Type {
    const of = [this.#controlled()];
    while (this.#accepts("/")) of.push(this.#controlled());
    return of.length === 1 ? (of[0] as Type) : { is: "choice", of };
  }

  /** One control at the most: RFC 8610 wants parentheses around a type that has one already. */
  #controlled(): Type {
    const type = this.#single();
    if (this.#accepts("..")) return { is: "range", least: numberIn(type), most: numberIn(this.#single()) };
    if (this.#tokens[this.#at]?.kind !== "control") return type;
    const control = this.take("control").slice(1);
    if (!isControl(control)) throw new SyntaxError(`no control .${control} is used here`);
    return { is: "control", control, type, by: this.#single() };
  }

  #single(): Type {
    const { kind, text, line } = this.#tokens[this.#at] ?? { kind: "end", text: "the end", line: 0 };
    if (kind === "mark" && text === "(") return this.#inParentheses();
    if (kind === "mark" && text === "[") return { is: "array", entries: this.#entries("[") };
    if (kind === "mark" && text === "{") return { is: "map", entries: this.#entries("{") };
    this.#at++;
    if (kind === "number") return { is: "literal", value: Number(text) };
    if (kind === "text") return { is: "literal", value: JSON.parse(text) as string };
    if (kind === "bytes") return { is: "literal", value: fromHex(text.slice(2, -1)) };
    if (kind === "tag") return { is: "tag", tag: Number(text.slice(3)), type: this.#inParentheses() };
    if (kind !== "name") throw new SyntaxError(`line ${line}: a type expected, not ${text}`);
    this.used.push(text);
    return { is: "name", name: text };
  }

  #inParentheses(): Type {
    this.expect("(");
    const type = this.#type();
    this.expect(")");
    return type;
  }
}

const isControl = (name: string): name is Control => ["size", "regexp", "ne", "cbor"].includes(name);

function numberIn(type: Type): number {
  if (type.is === "literal" && typeof type.value === "number") return type.value;
  throw new SyntaxError("a range is of numbers");
}

/** The type of a name, and of the name that it stands for in turn. */
export function resolved(grammar: Grammar, type: Type): Type {
  const rule = type.is === "name" ? grammar.get(type.name) : undefined;
  return rule === undefined ? type : resolved(grammar, rule);
}

/** Entries with those of the groups among them in the groups' places. */
export const flattened = (grammar: Grammar, entries: readonly Entry[]): readonly Entry[] =>
  entries.flatMap((entry) => {
    const type = entry.key === undefined ? resolved(grammar, entry.type) : entry.type;
    return type.is === "group" ? flattened(grammar, type.entries) : [entry];
  });
