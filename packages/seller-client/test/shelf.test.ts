import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alikeness, isTheVery, wantedOf } from "../src/catalogue/alike.ts";
import { likeItems } from "../src/catalogue/find.ts";
import { commonLanguage } from "../src/catalogue/language.ts";
import { likeEnough, wordsOfItem } from "../src/catalogue/likeness.ts";
import type { Catalogue, Item } from "../src/index.ts";
import { line } from "./wish.ts";

const word = fc.constantFrom(
  "red",
  "clay",
  "pot",
  "pots",
  "for",
  "twin",
  "chair",
  "two",
  "large",
  "tent",
  "the",
);
const phrase = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
const category = fc.constantFrom(
  "shopify",
  "shopify/bt",
  "shopify/bt/6",
  "shopify/bt/6/3",
  "unspsc/53/1",
  "uncategorized",
);
const gtin = fc.constantFrom("4006381333931", "04006381333931", "96385074");
const mpn = fc.constantFrom("DT-2000", "dt-2000", "X1");

const items = fc
  .array(
    fc.record(
      {
        name: phrase,
        description: phrase,
        words: fc.array(phrase, { maxLength: 2 }),
        brand: word,
        category,
        gtin,
        mpn,
      },
      { requiredKeys: ["name"] },
    ),
    { maxLength: 12 },
  )
  .map((some) => some.map((one, i) => ({ ...one, sku: `${i}`, price: 1 }) as Item));
const wanted = fc.record(
  { category, name: phrase, gtin, mpn, substitutes: fc.constant(true as const) },
  { requiredKeys: ["category"] },
);

describe("the shelf", () => {
  test("finds what a look at every single item finds, in the same order", () => {
    let found = 0;
    fc.assert(
      fc.property(items, wanted, fc.constantFrom("en", "de", "fi"), (all, some, tag) => {
        const language = commonLanguage([tag], [tag]);
        const want = wantedOf(line(some as Parameters<typeof line>[0]), language);
        const catalogue: Catalogue = { currency: "USD", items: all };
        const very = all.filter((item) => isTheVery(want.line, item));
        const alike =
          want.isIdentified && want.line.substitutes !== true
            ? []
            : all.filter(
                (item) =>
                  !very.includes(item) && alikeness(want, item, wordsOfItem(item, language)) >= likeEnough,
              );
        expect(likeItems(catalogue, want).map(({ item }) => item.sku)).toEqual(
          [...very, ...alike].map(({ sku }) => sku),
        );
        found += alike.length;
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(0);
  });
});
