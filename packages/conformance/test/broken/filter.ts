/** Relays that understand a filter otherwise: each leaves something out of it, or puts something in. */
import type { Filter } from "@intentcast/protocol";
import { type BrokenRelay, subscribing } from "./broken-relay.ts";

/** Serves another filter than the one that it was asked for. */
const instead = (change: (filter: Filter, isLive: boolean) => Filter) =>
  subscribing(([name, number, filter, options]) => [
    name,
    number,
    change(filter, options.after === undefined),
    options,
  ]);

const without = (...fields: readonly (keyof Filter)[]) =>
  instead((filter) =>
    Object.fromEntries(Object.entries(filter).filter(([field]) => !fields.includes(field as keyof Filter))),
  );

const ignores = (field: keyof Filter, told: RegExp): BrokenRelay => ({
  rule: `filter/${field}`,
  it: `pays no heed to ${field}`,
  told,
  faults: without(field),
});

export const filterRelays: readonly BrokenRelay[] = [
  {
    rule: "filter/none",
    it: "takes a filter without fields for one of intents and profiles",
    told: /intent, close, profile for \{\}, live; came intent, profile/,
    faults: instead((filter) =>
      Object.keys(filter).length === 0 ? { kinds: ["intent", "profile"] } : filter,
    ),
  },
  ignores("kinds", /close, profile for \{"kinds":\["profile","close"\]\}, live; came intent/),
  ignores("authors", /a1, a2 for .*, live; came a1, b/),
  {
    rule: "filter/mailboxes",
    it: "pays no heed to what stands beside mailboxes",
    told: /none for .*"kinds":\["close"\].*; came a/,
    faults: instead(({ mailboxes, ...others }) => (mailboxes === undefined ? others : { mailboxes })),
  },
  ignores("categories", /one, longer, shop for .*, live; came/),
  {
    rule: "filter/categories",
    it: "widens a category to what lies above it",
    told: /longer, two for .*, live; came one/,
    faults: instead((filter) => ({
      ...filter,
      ...(filter.categories && {
        categories: filter.categories.map((path) => path.split("/").slice(0, 2).join("/")),
      }),
    })),
  },
  ignores("places", /state, land, shop for .*, live; came/),
  ignores("prices", /max, free for .*, live; came/),
  ignores("attributes", /green, both for .*, live; came/),
  {
    rule: "filter/attributes",
    it: "takes one of the attributes for enough",
    told: /both for .*"green".*"size".*; came/,
    faults: instead(({ attributes, ...others }) => ({
      ...others,
      ...(attributes && { attributes: attributes.slice(0, 1) }),
    })),
  },
  ignores("words", /cafe, walnut, shop for .*, live; came/),
  {
    rule: "filter/words",
    it: "splits phrases",
    told: /none for .*café table.*; came/,
    faults: instead(({ words, ...others }) => ({
      ...others,
      ...(words && {
        words: { ...words, ...(words.all && { all: words.all.flatMap((word) => word.split(" ")) }) },
      }),
    })),
  },
  ignores("terms", /one, optional, free for .*, live; came/),
  ignores("issued", /middle, late for .*, live; came old/),
  {
    rule: "filter/issued",
    it: "leaves out the second at which a period begins",
    told: /middle, late for .*, live; came late/,
    faults: instead(({ issued, ...others }) => ({
      ...others,
      ...(issued && { issued: { ...issued, ...(issued.from !== undefined && { from: issued.from + 1 }) } }),
    })),
  },
  {
    rule: "filter/every-field",
    it: "looks at the author, and at nothing else where there is one",
    told: /none for .*, live, beyond that; came/,
    faults: instead(({ authors, ...others }) => (authors === undefined ? others : { authors })),
  },
  {
    rule: "filter/every-field",
    it: "matches live messages by their kind alone",
    told: /none for .*, live, beyond that; came/,
    faults: instead((filter, isLive) => (isLive && filter.kinds ? { kinds: filter.kinds } : filter)),
  },
  {
    rule: "filter/every-field",
    it: "serves stored messages by their kind alone",
    told: /whole for .*, stored; came/,
    faults: instead((filter, isLive) => (!isLive && filter.kinds ? { kinds: filter.kinds } : filter)),
  },
];
