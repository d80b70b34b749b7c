/** The entries of an RSS or Atom document, one at a time, with their fields by name: Google's and the format's own. */
import { parseMarkup } from "./markup.ts";

/** An element inside an entry. `name` is in lower case and without its prefix. */
export type Element = {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: (string | Element)[];
};
type Vocabulary = "google" | "feed" | "other";
type Scope = { readonly outer?: Scope; readonly bindings: ReadonlyMap<string, string> };

const entryNames = new Set(["item", "entry"]);
const google = "base.google.com/ns/1.0";
const feeds = ["", "http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/", "http://purl.org/atom/ns#"];

/** Entries counted from 1, those that are not whole, and whether the end was reached: not where nesting has no end. */
export type Entries = {
  readonly entries: readonly { readonly row: number; readonly element: Element }[];
  readonly broken: readonly number[];
  readonly whole: boolean;
};

export function readEntries(text: string): Entries {
  const entries: { row: number; element: Element }[] = [];
  const broken: number[] = [];
  let count = 0;
  let scope: Scope = { bindings: new Map() };
  const open: Element[] = [];
  const breakOff = () => {
    if (open.length > 0) broken.push(count);
    open.length = 0;
  };
  const whole = parseMarkup(text, {
    xml: true,
    onopentag(tag, attributes) {
      scope = { outer: scope, bindings: bindingsOf(attributes) };
      const { name, vocabulary } = named(tag, scope);
      const isEntry = entryNames.has(name) && vocabulary !== "other";
      if (isEntry) {
        breakOff();
        count++;
      } else if (open.length === 0) return;
      const element: Element = { name, vocabulary, attributes, content: [] };
      open.at(-1)?.content.push(element);
      open.push(element);
    },
    ontext(data) {
      open.at(-1)?.content.push(data);
    },
    onclosetag() {
      scope = scope.outer ?? scope;
      const closed = open.pop();
      if (closed !== undefined && open.length === 0) entries.push({ row: count, element: closed });
    },
    atEnd: breakOff,
  });
  if (!whole) breakOff();
  return { entries, broken, whole };
}

function bindingsOf(attributes: Readonly<Record<string, string>>): Map<string, string> {
  const declared = Object.entries(attributes).filter(
    ([name]) => name === "xmlns" || name.startsWith("xmlns:"),
  );
  return new Map(declared.map(([name, address]) => [name.slice("xmlns:".length), address]));
}

/** Feeds that forget to say what `g:` stands for mean Google's, and those without any prefix mean their own. */
function named(tag: string, scope: Scope): { name: string; vocabulary: Vocabulary } {
  const colon = tag.indexOf(":");
  const prefix = colon < 0 ? "" : tag.slice(0, colon);
  const address =
    addressOf(prefix, scope) ?? (prefix === "g" ? `http://${google}` : prefix === "" ? "" : "?");
  const isGoogle = address.includes(google);
  return {
    name: tag.slice(colon + 1).toLowerCase(),
    vocabulary: isGoogle ? "google" : prefix === "" || feeds.includes(address) ? "feed" : "other",
  };
}

function addressOf(prefix: string, scope: Scope): string | undefined {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.outer) {
    const address = one.bindings.get(prefix);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Children by name: Google's where there are any, else the format's own. */
export function childrenOf(element: Element, name: string): Element[] {
  const named = element.content.filter((part) => typeof part !== "string" && part.name === name) as Element[];
  const googles = named.filter(({ vocabulary }) => vocabulary === "google");
  return googles.length > 0 ? googles : named.filter(({ vocabulary }) => vocabulary === "feed");
}

export const textOf = ({ content }: Element): string =>
  content.map((part) => (typeof part === "string" ? part : textOf(part))).join("");
