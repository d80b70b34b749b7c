/** The fields of a filter that are about what an intent wants, or what a profile says of itself; and all fields together. */
import type { Filter, Message, Requirement } from "@intentcast/protocol";
import { type IntentFields, newClose, newIntent, newProfile, newSigner } from "../messages.ts";
import type { Trial } from "../trial.ts";
import { described, type FilterCase, line } from "./filter-case.ts";

/** One intent for each name, with these fields. */
const intents = (trial: Trial, fields: Readonly<Record<string, IntentFields>>): Record<string, Message> =>
  Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, newIntent(trial, one)]));

const categories: FilterCase = {
  id: "categories",
  says: "categories: a path contains the category of any wanted line, or one of a profile's.",
  spec: "#categories-and-places",
  make: async (trial) => ({
    messages: {
      ...intents(trial, {
        one: { want: [line({ category: "conformance/a/1" })] },
        longer: { want: [line({ category: "conformance/a/11" })] },
        two: { want: [line({ category: "conformance/b" }), line({ category: "conformance/c/2/x" })] },
      }),
      shop: newProfile(trial, {}, { categories: ["conformance/a"] }),
      bare: newProfile(trial),
      close: newClose(trial),
    },
    filters: [
      described({ categories: ["conformance/a"] }, "one longer shop"),
      described({ categories: ["conformance/a/1"] }, "one"),
      described({ categories: ["conformance/c"] }, "two"),
      described({ categories: ["conformance/c/2/x/y"] }, ""),
      described({ categories: ["conformance/b", "conformance/a/11"] }, "longer two"),
      described({ categories: ["conformanc"] }, ""),
    ],
  }),
};

const places: FilterCase = {
  id: "places",
  says: "places: a path contains any place of an intent, or an area of a profile.",
  spec: "#categories-and-places",
  make: async (trial) => ({
    messages: {
      ...intents(trial, {
        state: { where: ["iso3166/XA/CA"] },
        land: { where: ["iso3166/XA"] },
        two: { where: ["geohash/9/m", "iso3166/XB"] },
        nowhere: {},
      }),
      shop: newProfile(trial, {}, { areas: ["iso3166/XA/CA/1"] }),
      close: newClose(trial),
    },
    filters: [
      described({ places: ["iso3166/XA"] }, "state land shop"),
      described({ places: ["iso3166/XA/CA"] }, "state shop"),
      described({ places: ["geohash/9", "iso3166/XC"] }, "two"),
      described({ places: ["iso3166/XA/C"] }, ""),
    ],
  }),
};

const prices: FilterCase = {
  id: "prices",
  says: "prices: an intent names no price, or the most that it allows in the currency is at least so much.",
  spec: "#prices",
  make: async (trial) => ({
    messages: {
      ...intents(trial, {
        max: { price: { currency: "USD", max: 25_000 } },
        firm: { price: { currency: "USD", firm: 100 } },
        curve: {
          price: { currency: "EUR", curve: [300, 100].map((price, i) => ({ at: trial.now() + i, price })) },
        },
        free: {},
      }),
      profile: newProfile(trial),
    },
    filters: [
      described({ prices: [{ currency: "USD", least: 25_000 }] }, "max free"),
      described({ prices: [{ currency: "USD", least: 100 }] }, "max firm free"),
      described({ prices: [{ currency: "USD", least: 25_001 }] }, "free"),
      described({ prices: [{ currency: "EUR", least: 300 }] }, "curve free"),
      described({ prices: [{ currency: "JPY", least: 0 }] }, "free"),
      described(
        {
          prices: [
            { currency: "EUR", least: 301 },
            { currency: "USD", least: 101 },
          ],
        },
        "max free",
      ),
    ],
  }),
};

const demand = (...requirements: readonly Requirement[]): IntentFields => ({
  want: [line({ requirements: [...requirements] })],
});

const must = (
  attribute: string,
  operator: Requirement["operator"],
  value: Requirement["value"],
  scale?: number,
) => ({
  attribute,
  operator,
  value,
  must: true as const,
  ...(scale !== undefined && { scale }),
});

const attributes: FilterCase = {
  id: "attributes",
  says: "attributes: each names an attribute of which a requirement demands one of the values, compared by type and exactly.",
  spec: "#attributes",
  make: async (trial) => ({
    messages: intents(trial, {
      green: demand(must("colour", "eq", "green")),
      either: demand({ attribute: "colour", operator: "in", value: ["red", "blue"], weight: 5 }),
      not: demand(must("colour", "ne", "green")),
      scaled: demand(must("size", "eq", 120, 1)),
      fraction: demand(must("size", "eq", 125, 1)),
      text: demand(must("size", "eq", "12")),
      least: demand(must("size", "ge", 12)),
      both: demand(must("size", "eq", 12), must("colour", "eq", "green"), must("new", "eq", true)),
    }),
    filters: [
      described({ attributes: [{ attribute: "colour", values: ["green"] }] }, "green both"),
      described({ attributes: [{ attribute: "colour", values: ["blue", "black"] }] }, "either"),
      described({ attributes: [{ attribute: "colour", values: ["Green"] }] }, ""),
      described({ attributes: [{ attribute: "size", values: [12] }] }, "scaled both"),
      described({ attributes: [{ attribute: "size", values: ["12"] }] }, "text"),
      described({ attributes: [{ attribute: "size", values: [125] }] }, ""),
      described({ attributes: [{ attribute: "new", values: [true] }] }, "both"),
      described(
        {
          attributes: [
            { attribute: "colour", values: ["green"] },
            { attribute: "size", values: [12] },
          ],
        },
        "both",
      ),
    ],
  }),
};

const words: FilterCase = {
  id: "words",
  says: "words: all of all, and one of any, are among the message's words, folded and whole.",
  spec: "#words",
  make: async (trial) => ({
    messages: {
      ...intents(trial, {
        cafe: { want: [line({ name: "Café-Table, ＴＷＯ" })] },
        walnut: { want: [line({ name: "table", requirements: [must("wood", "in", ["Walnut", "oak"])] })] },
        noted: { want: [line({ name: "chair" })], note: "no table, please" },
      }),
      shop: newProfile(trial, {}, { name: "Tables & more", description: "A table for every café." }),
      close: newClose(trial),
    },
    filters: [
      described({ words: { all: ["table"] } }, "cafe walnut shop"),
      described({ words: { all: ["CAFÉ", "TABLE"] } }, "cafe shop"),
      described({ words: { all: ["cafe"] } }, ""),
      described({ words: { all: ["two"] } }, "cafe"),
      described({ words: { any: ["oak", "chair"] } }, "walnut noted"),
      described({ words: { all: ["table"], any: ["walnut", "more"] } }, "walnut shop"),
      described({ words: { all: ["tab"] } }, ""),
      described({ words: { all: ["café table"] } }, ""),
    ],
  }),
};

const terms: FilterCase = {
  id: "terms",
  says: "terms: all terms that an intent requires are among them.",
  spec: "",
  make: async (trial) => {
    const [a, b, c] = [trial.random(32), trial.random(32), trial.random(32)];
    const term = (sha256: Uint8Array, isMust = true) => ({ iri: "urn:conformance", sha256, must: isMust });
    return {
      messages: {
        ...intents(trial, {
          one: { terms: [term(a)] },
          two: { terms: [term(a), term(b)] },
          optional: { terms: [term(b, false)] },
          free: {},
        }),
        profile: newProfile(trial),
      },
      filters: [
        described({ terms: [a] }, "one optional free"),
        described({ terms: [b, a] }, "one two optional free"),
        described({ terms: [c] }, "optional free"),
      ],
    };
  },
};

const conjunction: FilterCase = {
  id: "every-field",
  says: "A filter describes a message when every field that it has holds.",
  spec: "",
  make: async (trial) => {
    const by = newSigner();
    const whole: IntentFields = {
      want: [line({ category: "conformance/q", name: "lamp" })],
      where: ["iso3166/XQ"],
      price: { currency: "USD", max: 500 },
    };
    const filter: Filter = {
      kinds: ["intent"],
      authors: [by.publicKey],
      categories: ["conformance/q"],
      places: ["iso3166/XQ"],
      prices: [{ currency: "USD", least: 500 }],
      words: { all: ["lamp"] },
      issued: { from: trial.now() - 60 },
    };
    return {
      messages: {
        whole: newIntent(trial, whole, { by }),
        author: newIntent(trial, whole),
        category: newIntent(trial, { ...whole, want: [line({ name: "lamp" })] }, { by }),
        place: newIntent(trial, { ...whole, where: ["iso3166/XR"] }, { by }),
        price: newIntent(trial, { ...whole, price: { currency: "USD", max: 499 } }, { by }),
        word: newIntent(trial, { ...whole, want: [line({ category: "conformance/q" })] }, { by }),
        time: newIntent(trial, whole, { by, issued: trial.now() - 120 }),
        kind: newProfile(
          trial,
          { by },
          { categories: ["conformance/q"], areas: ["iso3166/XQ"], name: "lamp" },
        ),
      },
      filters: [described(filter, "whole"), described({ ...filter, kinds: ["close"] }, "")],
    };
  },
};

export const intentCases: readonly FilterCase[] = [
  categories,
  places,
  prices,
  attributes,
  words,
  terms,
  conjunction,
];
