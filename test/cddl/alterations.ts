/** Grammars with one thing in them otherwise: a bound, a text, an entry that is gone or may be, one choice fewer. */
import type { Entry, Grammar, Type } from "./grammar.ts";

/** Where, and how it is there now. */
export type Alteration = { readonly what: string; readonly altered: Grammar };

export const alterations = (grammar: Grammar): readonly Alteration[] =>
  [...grammar].flatMap(([name, type]) =>
    othersOf(type).map(([what, other]) => ({
      what: `${name}: ${what}`,
      altered: new Map([...grammar, [name, other]]),
    })),
  );

type Other<T> = readonly [what: string, other: T];

/** All others of a part, each put into the whole. */
const within = <T, Part>(others: readonly Other<Part>[], into: (part: Part) => T): readonly Other<T>[] =>
  others.map(([what, other]) => [what, into(other)]);

/** The list with each of its items replaced in turn. */
const eachOf = <T>(
  list: readonly T[],
  othersOfItem: (item: T) => readonly Other<T>[],
): readonly Other<T[]>[] =>
  list.flatMap((item, i) => within(othersOfItem(item), (other) => list.with(i, other)));

function othersOf(type: Type): readonly Other<Type>[] {
  switch (type.is) {
    case "name":
      return [];
    case "literal":
      return othersOfLiteral(type);
    case "range":
      return [-1, 1].flatMap((step): readonly Other<Type>[] => [
        [`from ${type.least + step}`, { ...type, least: type.least + step }],
        [`to ${type.most + step}`, { ...type, most: type.most + step }],
      ]);
    case "choice":
      return [
        ...within(eachOf(type.of, othersOf), (of): Type => ({ ...type, of })),
        ...type.of.map(
          (_, i): Other<Type> => [`no choice ${i + 1}`, { ...type, of: type.of.toSpliced(i, 1) }],
        ),
      ];
    case "control":
      return [
        ...within(othersOf(type.type), (part): Type => ({ ...type, type: part })),
        ...within(othersOf(type.by), (by): Type => ({ ...type, by })),
      ];
    case "tag":
      return within(othersOf(type.type), (part): Type => ({ ...type, type: part }));
    default:
      return [
        ...within(eachOf(type.entries, othersOfEntry), (entries): Type => ({ ...type, entries })),
        ...type.entries.map(
          (_, i): Other<Type> => [`no entry ${i + 1}`, { ...type, entries: type.entries.toSpliced(i, 1) }],
        ),
      ];
  }
}

function othersOfLiteral(type: Extract<Type, { is: "literal" }>): readonly Other<Type>[] {
  const { value } = type;
  const others =
    typeof value === "number"
      ? [value - 1, value + 1]
      : value instanceof Uint8Array
        ? [value.map((byte) => byte ^ 1)]
        : othersOfText(String(value));
  return others.map((other) => [`${other} in the place of ${value}`, { ...type, value: other }]);
}

/** Another text; or, of a regular expression, one with another number of repetitions in it. */
export function othersOfText(text: string): readonly string[] {
  const bounds = [...text.matchAll(/\d+(?=[,}])/g)];
  if (bounds.length === 0) return [`${text}x`];
  return bounds.flatMap(({ 0: bound, index }) =>
    [Number(bound) - 1, Number(bound) + 1]
      .filter((other) => other >= 0)
      .map((other) => text.slice(0, index) + other + text.slice(index + bound.length)),
  );
}

function othersOfEntry(entry: Entry): readonly Other<Entry>[] {
  const { least, most, key, type } = entry;
  return [
    [`at least ${least === 0 ? 1 : least - 1}`, { ...entry, least: least === 0 ? 1 : least - 1 }],
    ...(most > 1 && Number.isFinite(most)
      ? [-1, 1].map((step): Other<Entry> => [`at most ${most + step}`, { ...entry, most: most + step }])
      : []),
    ...(key === undefined ? [] : within(othersOf(key), (other): Entry => ({ ...entry, key: other }))),
    ...within(othersOf(type), (other): Entry => ({ ...entry, type: other })),
  ];
}
