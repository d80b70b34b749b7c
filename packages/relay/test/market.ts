/** Filters and messages of a very small market, in which everything meets everything: drawn from a tape. */
import { type Body, type Filter, filterKinds, type Message, type Signed } from "@intentcast/protocol";
import type { Tape } from "./tape.ts";

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
const keys = [1, 2, 3, 4].map((fill) => bytes(32, fill));
const currencies = ["USD", "EUR", "JPY"];
const amounts = [0, 1, 100, 101, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 45 - 1, 2 ** 45, 2 ** 53 - 1];
const attributes = ["brand", "color", "size", "waterproof"];
const values = ["red", "Red", "42", "true", "acme", 42, 0, 43, true, false] as const;
const words = [
  "café",
  "CAFÉ",
  "cafe",
  "table",
  "Table",
  "red",
  "ﬁn",
  "fin",
  "two words",
  "table ",
  "42",
  "İ",
  "",
  "木",
];
const texts = ["Café table", "two words", "red ﬁn", "木 table 42", "x", "CAFE\u0301", "İstanbul İ"];
const roots = ["shopify", "unspsc", "geohash"];
const segments = ["a", "b", "aa", "1"];

/** Many that are near each other, and now and then none that a message would ever name. */
const path = (tape: Tape): string =>
  tape.chance(3)
    ? tape.pick(["", "/", "a//b", "shopify/", "geohash//", "uncategorized"])
    : [tape.pick(roots), ...tape.list(0, 4, () => tape.pick(segments))].join("/");

const manyPaths = (tape: Tape): string[] =>
  tape.list(20, 120, () => [tape.pick(roots), `${tape.below(40)}`, `${tape.below(8)}`].join("/"));

const lengthOf = (tape: Tape): [number, number] => (tape.chance(2) ? [0, 0] : [1, 3]);

/** Any filter, also one that the schema would refuse: empty lists, and numbers and texts of no form. */
export function filterFrom(tape: Tape): Filter {
  const paths = () => (tape.chance(4) ? manyPaths(tape) : tape.list(...lengthOf(tape), () => path(tape)));
  const has = (percent: number) => tape.chance(percent);
  return {
    ...(has(20) && { kinds: tape.list(...lengthOf(tape), () => tape.pick(filterKinds)) }),
    ...(has(8) && { authors: tape.list(...lengthOf(tape), () => tape.pick(keys)) }),
    ...(has(8) && { mailboxes: tape.list(...lengthOf(tape), () => tape.pick(keys)) }),
    ...(has(60) && { categories: paths() }),
    ...(has(50) && { places: paths() }),
    ...(has(40) && { prices: tape.list(...lengthOf(tape), () => limit(tape)) }),
    ...(has(25) && { attributes: tape.list(...lengthOf(tape), () => wantedValue(tape)) }),
    ...(has(20) && { words: wantedWords(tape) }),
    ...(has(15) && { terms: tape.list(0, has(5) ? 80 : 2, () => tape.pick(keys)) }),
    ...(has(10) && {
      issued: { ...(has(60) && { from: moment(tape) }), ...(has(60) && { until: moment(tape) }) },
    }),
  };
}

const moment = (tape: Tape): number => tape.pick([0, 1, 2, 3, 2 ** 32 + 1, 2 ** 53 - 1, -1]);

const limit = (tape: Tape) => ({
  currency: tape.chance(3) ? tape.pick(["usd", "", "USDX"]) : tape.pick(currencies),
  least: tape.chance(3) ? tape.pick([-1, 0.5]) : tape.pick(amounts),
});

const wantedValue = (tape: Tape) => ({
  attribute: tape.pick(attributes),
  values: tape.list(...lengthOf(tape), () => tape.pick(values)),
});

const wantedWords = (tape: Tape): NonNullable<Filter["words"]> => ({
  ...(tape.chance(60) && { all: tape.list(0, tape.chance(3) ? 100 : 2, () => tape.pick(words)) }),
  ...(tape.chance(50) && { any: tape.list(...lengthOf(tape), () => tape.pick(words)) }),
});

type Requirement = NonNullable<Body<"intent">["want"][number]["requirements"]>[number];

function requirement(tape: Tape): Requirement {
  const head = { attribute: tape.pick(attributes), must: true } as const;
  if (tape.chance(30)) {
    return { ...head, operator: "in", value: tape.list(1, 3, () => tape.pick(["red", "acme", 42, 43])) };
  }
  const operator = tape.chance(80) ? "eq" : "ne";
  if (tape.chance(20)) return { ...head, operator, value: tape.pick([420, 425, 0]), scale: 1 };
  return { ...head, operator, value: tape.pick(values) };
}

function price(tape: Tape): NonNullable<Body<"intent">["price"]> {
  const currency = tape.pick(currencies);
  if (tape.chance(50)) return { currency, max: tape.pick(amounts) };
  if (tape.chance(50)) return { currency, firm: tape.pick(amounts) };
  return { currency, curve: tape.list(1, 3, () => ({ at: tape.below(9), price: tape.pick(amounts) })) };
}

const head = (tape: Tape) => ({ nonce: bytes(16, 0), issued: tape.below(4), expires: 2 ** 40 });

function intentBody(tape: Tape): Body<"intent"> {
  const line = () => ({
    category: path(tape),
    quantity: { value: 1, unit: "C62" },
    ...(tape.chance(50) && { name: tape.pick(texts) }),
    ...(tape.chance(60) && { requirements: tape.list(1, 3, () => requirement(tape)) }),
  });
  return {
    ...head(tape),
    want: tape.list(1, tape.chance(5) ? 16 : 2, line),
    ...(tape.chance(80) && { where: tape.list(1, tape.chance(5) ? 8 : 2, () => path(tape)) }),
    ...(tape.chance(70) && { price: price(tape) }),
    ...(tape.chance(30) && {
      terms: tape.list(1, 2, () => ({
        iri: "x:y",
        sha256: tape.pick([...keys, bytes(32, 9)]),
        must: tape.chance(70),
      })),
    }),
    reply: { mailbox: bytes(32, 0), key: bytes(32, 0) },
  };
}

const profileBody = (tape: Tape): Body<"profile"> => ({
  ...head(tape),
  name: tape.pick(texts),
  ...(tape.chance(30) && { description: tape.pick(texts) }),
  ...(tape.chance(70) && {
    categories: tape.chance(10) ? manyPaths(tape) : tape.list(1, 3, () => path(tape)),
  }),
  ...(tape.chance(70) && { areas: tape.list(1, 3, () => path(tape)) }),
});

/** A message as it comes from reading, without the bytes that nobody looks at. */
export function messageFrom(tape: Tape): Message {
  const id = bytes(32, 0);
  const common = { id, author: tape.pick(keys), bytes: id };
  const kind = tape.below(10);
  if (kind === 0)
    return { kind: "sealed", id, to: tape.pick(keys), issued: tape.below(4), expires: 9, bytes: id };
  if (kind === 1) return { ...common, kind: "close", body: { ...head(tape), thread: id, reason: "awarded" } };
  if (kind <= 3) return { ...common, kind: "profile", body: profileBody(tape) };
  return { ...common, kind: "intent", body: intentBody(tape) } satisfies Signed<"intent">;
}
