import type { Body } from "@intentcast/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uncategorized } from "../src/index.ts";
import { readSentence } from "../src/sentence/read-sentence.ts";

const hour = 3600;
const day = 24 * hour;
/** Monday, 2026-11-23 12:00:00 UTC. */
const now = 1_795_435_200;
const midnight = now + 12 * hour;

type Line = Body<"intent">["want"][number];
type Expected = {
  name: string;
  quantity?: Line["quantity"];
  condition?: Line["condition"];
  price?: Body<"intent">["price"];
  until?: number;
  from?: number;
  where?: string[];
  delivery?: Body<"intent">["delivery"];
  unclear?: string[];
};

const eur = (max: number) => ({ currency: "EUR", max });
const usd = (max: number) => ({ currency: "USD", max });

const table: readonly (readonly [string, Expected])[] = [
  [
    "A stroller for twins, downtown San Diego, within two hours, up to 250 USD",
    {
      name: "stroller for twins",
      until: now + 2 * hour,
      price: usd(25_000),
      unclear: ["downtown San Diego"],
    },
  ],
  ["3 clay pots under €40", { name: "clay pots", quantity: { value: 3, unit: "C62" }, price: eur(4000) }],
  ["three clay pots", { name: "clay pots", quantity: { value: 3, unit: "C62" } }],
  ["twenty-five chairs", { name: "chairs", quantity: { value: 25, unit: "C62" } }],
  ["2x oak shelves", { name: "oak shelves", quantity: { value: 2, unit: "C62" } }],
  [
    "a dozen eggs by tomorrow",
    { name: "eggs", quantity: { value: 12, unit: "C62" }, until: midnight + day - 1 },
  ],
  ["1.5 kg of coffee", { name: "coffee", quantity: { value: 15, scale: 1, unit: "KGM" } }],
  ["two pairs of running shoes", { name: "running shoes", quantity: { value: 2, unit: "PR" } }],
  ["4 person tent", { name: "4 person tent" }],
  ["27 inch monitor for at most 300 dollars", { name: "27 inch monitor", price: usd(30_000) }],
  ["a table for at most 80 EUR", { name: "table", price: eur(8000) }],
  ["a lamp, $250", { name: "lamp", price: usd(25_000) }],
  ["$90 red lamp", { name: "red lamp", price: usd(9000) }],
  ["lamp, €1.200,50 max", { name: "lamp", price: eur(120_050) }],
  ["a boat for 1,200 USD", { name: "boat", price: usd(120_000) }],
  ["a boat under 12 500 EUR", { name: "boat", price: eur(1_250_000) }],
  ["a kettle for no more than two hundred and fifty dollars", { name: "kettle", price: usd(25_000) }],
  ["a kettle below ¥5000", { name: "kettle", price: { currency: "JPY", max: 5000 } }],
  ["a rug between 40 and 80 euros", { name: "rug", price: eur(8000) }],
  ["10 mugs at most 5 EUR each", { name: "mugs", quantity: { value: 10, unit: "C62" }, price: eur(5000) }],
  ["I pay exactly 99.95 dollars for a lamp", { name: "lamp", price: { currency: "USD", firm: 9995 } }],
  ["a laptop up to 500", { name: "laptop", unclear: ["up to 500"] }],
  ["a used bicycle", { name: "bicycle", condition: ["used"] }],
  ["a brand new phone", { name: "phone", condition: ["new"] }],
  ["a phone, refurbished or new", { name: "phone", condition: ["refurbished", "new"] }],
  ["a second-hand sofa in Germany", { name: "sofa", condition: ["used"], where: ["iso3166/DE"] }],
  ["New Balance shoes", { name: "New Balance shoes" }],
  ["a couch delivered to California", { name: "couch", where: ["iso3166/US/CA"] }],
  ["a couch in the US", { name: "couch", where: ["iso3166/US"] }],
  ["a couch in Portland, Oregon, USA", { name: "couch", where: ["iso3166/US/OR"], unclear: ["in Portland"] }],
  ["a couch in the United Kingdom", { name: "couch", where: ["iso3166/GB"] }],
  ["a couch in Georgia", { name: "couch", unclear: ["in Georgia"] }],
  ["a couch in Berlin", { name: "couch", unclear: ["in Berlin"] }],
  ["bread within half an hour", { name: "bread", until: now + hour / 2 }],
  ["bread within 3 days", { name: "bread", until: now + 3 * day }],
  ["a cake by Friday", { name: "cake", until: midnight + 4 * day - 1 }],
  ["a cake on Friday", { name: "cake", from: midnight + 3 * day, until: midnight + 4 * day - 1 }],
  ["a cake by Friday 5 pm", { name: "cake", until: midnight + 3 * day + 17 * hour }],
  ["a cake by 5 pm", { name: "cake", until: now + 5 * hour }],
  ["a cake by 9:30", { name: "cake", until: midnight + 9 * hour + hour / 2 }],
  ["a cake by 12 December", { name: "cake", until: midnight + 19 * day - 1 }],
  ["a cake before 2026-12-01", { name: "cake", until: midnight + 8 * day - 1 }],
  ["a cake by 31 February", { name: "cake", unclear: ["by 31 February"] }],
  ["I'm looking for a piano, pickup", { name: "piano", delivery: ["pickup"] }],
  ["a pickup truck", { name: "pickup truck" }],
  ["a parcel scale by courier", { name: "parcel scale", delivery: ["courier"] }],
  [
    "Near the harbour, two kayaks",
    { name: "kayaks", quantity: { value: 2, unit: "C62" }, unclear: ["Near the harbour"] },
  ],
];

describe("a sentence becomes a draft", () => {
  test.each(table)(
    "%s",
    (text, { name, quantity, condition, price, until, from, where, delivery, unclear }) => {
      const sentence = readSentence(text, { now });
      expect(sentence.draft).toEqual({
        want: [
          {
            category: uncategorized,
            name,
            quantity: quantity ?? { value: 1, unit: "C62" },
            ...(condition && { condition }),
          },
        ],
        ...(where && { where }),
        ...(delivery && { delivery }),
        ...(until && { when: { ...(from && { from }), until } }),
        ...(price && { price }),
      });
      expect(sentence.unclear.map(({ phrase }) => phrase)).toEqual(unclear ?? []);
    },
  );
});

test("what was understood is told with the words it was read from", () => {
  const text = "3 clay pots under €40";
  const { understood } = readSentence(text, { now });
  expect(understood.map(({ phrase, field, value }) => [phrase, field, value])).toEqual([
    ["3 clay pots", "name", "clay pots"],
    ["3 clay pots", "quantity", "3"],
    ["under €40", "price", "at most 40.00 EUR"],
  ]);
  for (const { span, phrase } of understood) expect(text.slice(...span)).toContain(phrase);
});

test("a place that is not understood comes with what to do about it", () => {
  const { unclear } = readSentence("a stroller, downtown San Diego", { now });
  expect(unclear[0]?.advice).toContain("--where");
});

test("an amount without a currency is in the buyer's", () => {
  expect(readSentence("a lamp up to 40", { now, currency: "EUR" }).draft?.price).toEqual(eur(4000));
});

test("a bare dollar sign is the buyer's dollar", () => {
  const price = (currency: string) => readSentence("a lamp up to $40", { now, currency }).draft?.price;
  expect(price("CAD")).toEqual({ currency: "CAD", max: 4000 });
  expect(price("EUR")).toEqual(usd(4000));
});

test("tomorrow ends when the buyer's day does", () => {
  const { draft } = readSentence("a cake by tomorrow", { now, utcOffsetSeconds: -8 * hour });
  expect(draft?.when?.until).toBe(midnight + day + 8 * hour - 1);
});

test("a second price is reported and not taken", () => {
  const { draft, unclear } = readSentence("a lamp up to 40 EUR, at most 50 EUR", { now });
  expect(draft?.price).toEqual(eur(4000));
  expect(unclear.map(({ phrase }) => phrase)).toEqual(["at most 50 EUR"]);
});

test.each(["", "   ", "up to 250 USD", "in Germany, within two hours"])(
  "a sentence that names nothing to want has no draft: %j",
  (text) => {
    const { draft, unclear } = readSentence(text, { now });
    expect(draft).toBeUndefined();
    expect(unclear.map(({ advice }) => advice)).toContain("say what you want");
  },
);

test("any text is read without failing, and every span lies within it", () => {
  const words = fc.constantFrom(
    ..."a 3 two dozen $ € 40 1.200,50 USD each up to under by on Friday 5 pm in Georgia used new , . - within hours kg of".split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.array(words, { maxLength: 60 }).map((list) => list.join(" ")),
  );
  fc.assert(
    fc.property(text, (input) => {
      const { understood, unclear } = readSentence(input, { now });
      for (const { span } of [...understood, ...unclear]) {
        expect(span[0]).toBeGreaterThanOrEqual(0);
        expect(span[1]).toBeLessThanOrEqual(input.length);
        expect(span[0]).toBeLessThanOrEqual(span[1]);
      }
    }),
  );
});
