import { dealStory, filled } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Filter } from "../src/filter/filter.ts";
import { matches } from "../src/filter/matches.ts";
import { contains } from "../src/filter/path.ts";
import { foldText, wordsOf } from "../src/filter/words.ts";
import type { Intent, Requirement } from "../src/message/intent.ts";
import type { Message, Sealed } from "../src/message/message.ts";
import type { Profile } from "../src/message/profile.ts";

const { fakePen, hour, intentBody, noon } = dealStory;

const cast = (over: Partial<Intent> = {}): Message => fakePen("intent", intentBody(over), "buyer");
const close = fakePen(
  "close",
  { nonce: filled(16, 2), issued: noon, expires: noon + hour, thread: filled(32, 1), reason: "withdrawn" },
  "buyer",
);
const profile = (over: Partial<Profile> = {}): Message =>
  fakePen(
    "profile",
    { nonce: filled(16, 3), issued: noon, expires: noon + hour, name: "Cradle & Co", ...over },
    "seller",
  );
const sealed: Sealed = {
  kind: "sealed",
  id: filled(32, 7),
  to: filled(32, 8),
  issued: noon,
  expires: noon + hour,
  bytes: filled(10, 0),
};
const requiring = (...requirements: Requirement[]): Message =>
  cast({ want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" }, requirements }] });

const all: readonly Message[] = [cast(), close, profile(), sealed];
const kindsOf = (filter: Filter) => all.filter((message) => matches(filter, message)).map(({ kind }) => kind);

describe("a filter", () => {
  test("without fields describes every open message", () => {
    expect(kindsOf({})).toEqual(["intent", "close", "profile"]);
  });

  test("names kinds", () => {
    expect(kindsOf({ kinds: ["close", "profile"] })).toEqual(["close", "profile"]);
    expect(kindsOf({ kinds: ["sealed"] })).toEqual([]);
  });

  test("names authors of open messages", () => {
    const author = (close as { author: Uint8Array }).author;
    expect(kindsOf({ authors: [filled(32, 1), author] })).toEqual(["intent", "close"]);
    expect(kindsOf({ authors: [author], mailboxes: [sealed.to] })).toEqual([]);
  });

  test("describes a sealed message by its mailbox alone, its time and its kind", () => {
    expect(kindsOf({ mailboxes: [filled(32, 1), sealed.to] })).toEqual(["sealed"]);
    expect(kindsOf({ mailboxes: [filled(32, 1)] })).toEqual([]);
    expect(kindsOf({ mailboxes: [sealed.to], kinds: ["sealed"], issued: { from: noon } })).toEqual([
      "sealed",
    ]);
    expect(kindsOf({ mailboxes: [sealed.to], issued: { from: noon + 1 } })).toEqual([]);
    expect(kindsOf({ mailboxes: [sealed.to], words: {} })).toEqual([]);
  });

  test("names times, their ends included", () => {
    expect(kindsOf({ issued: {} })).toEqual(["intent", "close", "profile"]);
    expect(kindsOf({ issued: { from: noon, until: noon } })).toEqual(["intent", "close", "profile"]);
    expect(kindsOf({ issued: { from: noon + 1 } })).toEqual([]);
    expect(kindsOf({ issued: { until: noon - 1 } })).toEqual([]);
  });

  test.each<[string, Filter]>([
    ["categories", { categories: ["shopify"] }],
    ["places", { places: ["iso3166"] }],
    ["prices", { prices: [{ currency: "USD", least: 0 }] }],
    ["attributes", { attributes: [{ attribute: "color", values: ["green"] }] }],
    ["words", { words: {} }],
    ["terms", { terms: [filled(32, 0x31)] }],
  ])("with %s describes no close", (_, filter) => {
    expect(matches(filter, close)).toBe(false);
  });
});

describe("categories and places", () => {
  test("describe an intent of which any line lies under any of the paths", () => {
    const two = cast();
    expect(matches({ categories: ["unspsc/1", "shopify/bt/15/4"] }, two)).toBe(true);
    expect(matches({ categories: ["shopify/bt"] }, two)).toBe(true);
    expect(matches({ categories: ["shopify/b"] }, two)).toBe(false);
    expect(matches({ categories: ["shopify/bt/15/8/1"] }, two)).toBe(false);
  });

  test("describe an intent that is wanted under a place, not one that names no place", () => {
    const here = cast({ where: ["geohash/9/m/u/d/q", "iso3166/US/CA"] });
    expect(matches({ places: ["iso3166/MX", "iso3166/US"] }, here)).toBe(true);
    expect(matches({ places: ["geohash/9/m"] }, here)).toBe(true);
    expect(matches({ places: ["iso3166/US/NV"] }, here)).toBe(false);
    expect(matches({ places: ["iso3166/US"] }, cast())).toBe(false);
  });

  test("describe a profile by what it deals in and where", () => {
    const shop = profile({ categories: ["shopify/bt"], areas: ["iso3166/US/CA"] });
    expect(matches({ categories: ["shopify"], places: ["iso3166/US"] }, shop)).toBe(true);
    expect(matches({ categories: ["shopify/bt/15"] }, shop)).toBe(false);
    expect(matches({ categories: ["shopify"] }, profile())).toBe(false);
    expect(matches({ places: ["iso3166"] }, profile())).toBe(false);
  });

  const path = fc
    .array(fc.constantFrom("a", "b", "aa", "1"), { minLength: 1, maxLength: 5 })
    .map((segments) => ["s", ...segments].join("/"));

  test("go by containment: each path contains itself and what is below, and nothing else", () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        const under = other.split("/").slice(0, one.split("/").length).join("/") === one;
        expect(contains(one, other)).toBe(under);
        const message = cast({ where: [other] });
        expect(matches({ places: [one] }, message)).toBe(under);
        expect(matches({ places: [one] }, cast({ where: [`${one}/${other}`] }))).toBe(true);
      }),
    );
  });
});

describe("prices", () => {
  const reaches = (price: Intent["price"], least: number, currency = "USD") =>
    matches(
      {
        prices: [
          { currency: "JPY", least: 0 },
          { currency, least },
        ],
      },
      price ? cast({ price }) : unpriced,
    );
  const { price: _, ...body } = intentBody();
  const unpriced: Message = fakePen("intent", body, "buyer");

  test.each([
    ["a maximum", { currency: "USD", max: 500 }],
    ["a firm price", { currency: "USD", firm: 500 }],
    [
      "a curve's highest point",
      {
        currency: "USD",
        curve: [
          { at: 1, price: 200 },
          { at: 2, price: 500 },
          { at: 3, price: 1 },
        ],
      },
    ],
  ])("describe an intent whose price can reach the least, by %s", (_, price) => {
    expect(reaches(price, 500)).toBe(true);
    expect(reaches(price, 501)).toBe(false);
    expect(reaches(price, 0, "EUR")).toBe(false);
  });

  test("describe an intent that names no price", () => {
    expect(reaches(undefined, 1_000_000)).toBe(true);
  });

  test("do not apply to a profile", () => {
    expect(matches({ prices: [{ currency: "USD", least: 0 }] }, profile())).toBe(false);
  });
});

describe("attributes", () => {
  const green = { attributes: [{ attribute: "color", values: ["red", "green"] }] };

  test.each<[string, Requirement, boolean]>([
    ["equal to one of the values", { attribute: "color", operator: "eq", value: "green", must: true }, true],
    ["only preferred", { attribute: "color", operator: "eq", value: "green", weight: 5 }, true],
    [
      "in a list that holds one of them",
      { attribute: "color", operator: "in", value: ["blue", "green"], must: true },
      true,
    ],
    ["in a list without", { attribute: "color", operator: "in", value: ["blue"], must: true }, false],
    ["equal to something else", { attribute: "color", operator: "eq", value: "blue", must: true }, false],
    [
      "equal but for the case of its letters",
      { attribute: "color", operator: "eq", value: "Green", must: true },
      false,
    ],
    ["unequal to it", { attribute: "color", operator: "ne", value: "green", must: true }, false],
    ["of another attribute", { attribute: "trim", operator: "eq", value: "green", must: true }, false],
  ])("describe a demand %s: %o", (_, requirement, expected) => {
    expect(matches(green, requiring(requirement))).toBe(expected);
  });

  test("must each be demanded, by whichever line", () => {
    const both = { attributes: [...green.attributes, { attribute: "seats", values: [2] }] };
    const color: Requirement = { attribute: "color", operator: "eq", value: "red", must: true };
    const seats: Requirement = { attribute: "seats", operator: "eq", value: 2, must: true };
    expect(matches(both, requiring(color))).toBe(false);
    expect(matches(both, requiring(color, seats))).toBe(true);
  });

  test("compare numbers and not their scales; a number is not its text, nor true one", () => {
    const seats = (value: Requirement["value"], scale?: number): Message =>
      requiring({ attribute: "seats", operator: "eq", value, must: true, ...(scale && { scale }) });
    const filter = { attributes: [{ attribute: "seats", values: [2, true] }] };
    expect(matches(filter, seats(20, 1))).toBe(true);
    expect(matches(filter, seats(2, 1))).toBe(false);
    expect(matches(filter, seats(25, 1))).toBe(false);
    expect(matches(filter, seats("2"))).toBe(false);
    expect(matches(filter, seats(1))).toBe(false);
    expect(matches(filter, seats(true))).toBe(true);
  });

  test("describe nothing where nothing is required", () => {
    expect(matches(green, cast())).toBe(false);
  });
});

describe("words", () => {
  const named = (name: string) =>
    cast({
      want: [
        {
          category: "x",
          name,
          quantity: { value: 1, unit: "C62" },
          requirements: [{ attribute: "material", operator: "in", value: ["Loden wool", "felt"], weight: 1 }],
        },
      ],
      note: "No plastic, please.",
    });

  test("are found whole in the names of lines and the texts of requirements, whatever their case", () => {
    const coat = named("Winter COAT, size 42");
    expect(matches({ words: { all: ["coat", "WINTER", "42"] } }, coat)).toBe(true);
    expect(matches({ words: { all: ["wool", "felt"] } }, coat)).toBe(true);
    expect(matches({ words: { all: ["coat", "summer"] } }, coat)).toBe(false);
    expect(matches({ words: { any: ["summer", "coat"] } }, coat)).toBe(true);
    expect(matches({ words: { any: ["coa", "summer"] } }, coat)).toBe(false);
    expect(matches({ words: { all: ["coat"], any: ["summer"] } }, coat)).toBe(false);
    expect(matches({ words: {} }, coat)).toBe(true);
  });

  test("of a note are not looked at", () => {
    expect(matches({ words: { any: ["plastic"] } }, named("Coat"))).toBe(false);
  });

  test("of a profile are its name's and its description's", () => {
    expect(matches({ words: { all: ["cradle", "twins"] } }, profile({ description: "For twins." }))).toBe(
      true,
    );
  });

  test("that are not one word describe nothing", () => {
    expect(matches({ words: { any: ["winter coat", "!"] } }, named("winter coat !"))).toBe(false);
  });

  test.each([
    ["Café-Crème", ["café", "crème"]],
    ["Cafe\u0301", ["café"]],
    ["ＦＵＬＬ ｗｉｄｔｈ", ["full", "width"]],
    ["ﬁne ﬁne FINE", ["fine"]],
    ["中文 字", ["中文", "字"]],
    ["हिन्दी", ["हिन्दी"]],
    ["500 ml, 2½ × ④", ["500", "ml", "21", "2", "4"]],
    ["ΣΑΣ", ["σας"]],
    ["J\u030c", ["\u01f0"]],
    ["!?—…", []],
    ["", []],
  ])("of %j are %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test("once folded stay as they are, and each is found by itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const words = wordsOf(text);
        expect(new Set(words).size).toBe(words.length);
        for (const word of words) {
          expect(foldText(word)).toBe(word);
          expect(wordsOf(word)).toEqual([word]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("terms", () => {
  test("describe an intent all of whose required terms are known", () => {
    expect(matches({ terms: [filled(32, 9), filled(32, 0x31)] }, cast())).toBe(true);
    expect(matches({ terms: [filled(32, 0x32)] }, cast())).toBe(false);
    expect(matches({ terms: [filled(32, 1)] }, cast({ terms: [] as never }))).toBe(true);
    expect(matches({ terms: [filled(32, 1)] }, profile())).toBe(false);
  });
});

describe("of any filter whatever", () => {
  const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
  const key = fc.constantFrom(filled(32, 0xb1), filled(32, 0x51), filled(32, 8), filled(32, 0x31));
  const path = fc.constantFrom(
    "shopify",
    "shopify/bt",
    "shopify/bt/15/8",
    "iso3166/US",
    "iso3166/US/CA",
    "unspsc/1",
  );
  const word = fc.constantFrom("stroller", "TWINS", "rain", "cradle", "nothing");
  const value = fc.constantFrom<string | number | boolean>("green", "red", 2, 3, true);
  const fields = {
    kinds: some(fc.constantFrom("intent" as const, "close" as const, "profile" as const, "sealed" as const)),
    authors: some(key),
    mailboxes: some(key),
    categories: some(path),
    places: some(path),
    prices: some(fc.record({ currency: fc.constantFrom("USD", "EUR"), least: fc.nat(40_000) })),
    attributes: some(fc.record({ attribute: fc.constantFrom("color", "seats"), values: some(value) })),
    words: fc.record({ all: some(word), any: some(word) }, { requiredKeys: [] }),
    terms: some(key),
    issued: fc.record(
      {
        from: fc.integer({ min: noon - 2, max: noon + 2 }),
        until: fc.integer({ min: noon - 2, max: noon + 2 }),
      },
      { requiredKeys: [] },
    ),
  };
  const filter = fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Filter>;
  const message = fc.constantFrom<Message>(
    ...all,
    cast({ where: ["iso3166/US/CA"] }),
    requiring(
      { attribute: "color", operator: "eq", value: "green", must: true },
      { attribute: "seats", operator: "in", value: [2, 4], weight: 3 },
    ),
    profile({ categories: ["shopify/bt"], areas: ["iso3166/US"] }),
  );

  test("a field more never describes a message more, but for mailboxes, which alone admit sealed ones", () => {
    fc.assert(
      fc.property(filter, filter, message, (one, other, message) => {
        const { mailboxes: _, ...more } = other;
        if (matches({ ...more, ...one }, message)) expect(matches(one, message)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("all its fields hold together exactly when each holds alone", () => {
    fc.assert(
      fc.property(filter, message, (filter, message) => {
        const mailboxes =
          filter.mailboxes && message.kind === "sealed" ? { mailboxes: filter.mailboxes } : {};
        const alone = Object.entries(filter).map(([name, field]) =>
          matches({ ...mailboxes, [name]: field }, message),
        );
        expect(matches(filter, message)).toBe(alone.every(Boolean) && matches({ ...mailboxes }, message));
      }),
      { numRuns: 2000 },
    );
  });

  test("an alternative more never describes a message less", () => {
    fc.assert(
      fc.property(filter, fc.record(fields), message, (filter, extra, message) => {
        const lists = ["kinds", "authors", "mailboxes", "categories", "places", "prices", "terms"] as const;
        const wider = { ...filter };
        for (const name of lists)
          if (filter[name] !== undefined) Object.assign(wider, { [name]: [...filter[name], ...extra[name]] });
        if (matches(filter, message)) expect(matches(wider, message)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
