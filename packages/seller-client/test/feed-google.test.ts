import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFeed } from "../src/index.ts";

const sample = (name: string) => readFileSync(new URL(`feeds/${name}`, import.meta.url));
const may15 = Date.UTC(2026, 4, 15) / 1000;
const eur = { currency: "EUR", now: may15 };
const rss = (items: string) =>
  `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${items}</channel></rss>`;

describe("a Google Merchant feed in RSS", () => {
  const feed = readFeed(sample("google-rss.xml"), eur);

  test("is read in the encoding that it declares, under any prefix, with all that an offer can say", () => {
    expect(feed.format).toBe("google-merchant");
    expect(feed.items[0]).toEqual({
      sku: "TENT-2-G",
      name: "Two-Person Tent, Café & Cream",
      description: "Light & dry.\nTwo doors.",
      brand: "Northlight",
      gtin: "4006381333931",
      mpn: "NL-T2",
      condition: "new",
      price: 19900,
      available: 4,
      attributes: [
        { attribute: "color", value: "Green" },
        { attribute: "size", value: 2 },
        { attribute: "material", value: "Nylon" },
        { attribute: "age-group", value: "adult" },
        { attribute: "weight", value: 24, scale: 1, unit: "KGM" },
        { attribute: "poles", value: 3 },
      ],
      words: ["Tents", "Light", "Summer", "Sporting Goods", "Outdoor Recreation"],
      url: "https://northlight.example/tents/2?c=caf%C3%A9&v=1",
      group: "TENT-2",
    });
  });

  test("expands no entity of its own, and takes a category's number for no word", () => {
    expect(feed.items.slice(1)).toEqual([
      { sku: "STOVE", name: "Stove &shop;&file;", price: 104950 },
      { sku: "LAMP", name: "Lamp", price: 3900, available: 0 },
      { sku: "BAG2", name: "Bag", price: 123400 },
    ]);
  });

  test("reports all that is not served, by entry, field and reason", () => {
    expect(feed.problems.map(({ row, column = "", reason }) => `${row} ${column}: ${reason}`)).toEqual([
      "2 link: left out: not an https address",
      "3 sale_price: left out: above the regular price of 39.00 EUR",
      "4 availability: not in stock yet: preorder, from 2026-09-01T10:00Z",
      "5 price: USD, and the shop sells in EUR",
      "6 price: 1.234 EUR can be read as two amounts of EUR: write it with all its digits",
      "8 id: empty",
      "9 title: empty",
      "10 subscription_cost: not offered: sold with a subscription",
      "11 condition: not one of new, refurbished, used, damaged",
      "12 availability: not a word for availability: maybe",
      "13 sku: LAMP stands on row 3 already",
      "14 expiration_date: not on sale since 2026-01-31",
      "15 : the entry breaks off",
    ]);
  });

  test("takes the regular price out of the sale's time, and where nobody says what time it is", () => {
    const july = Date.UTC(2026, 6, 1) / 1000;
    for (const options of [{ ...eur, now: july }, { currency: "EUR" }]) {
      expect(readFeed(sample("google-rss.xml"), options).items[0]?.price).toBe(24900);
    }
  });

  test("is read where it forgets to say what g: stands for", () => {
    const text =
      "<rss><channel><item><g:id>a</g:id><title>A</title><g:price>1</g:price></item></channel></rss>";
    expect(readFeed(text, eur).items).toEqual([{ sku: "a", name: "A", price: 100 }]);
  });

  test.each([
    ["iso-8859-2", Buffer.from("St\xf3\xb3", "latin1"), "Stół"],
    ["no-such-encoding", Buffer.from("Café"), "Café"],
    ["utf-16", Buffer.from("Café"), "Café"],
  ])("declared as %s is read so where that can be, and else as UTF-8", (declared, bytes, name) => {
    const [before, after] = [
      `<?xml version="1.0" encoding='${declared}'?>`,
      "</title><price>1</price></item></rss>",
    ];
    const source = Buffer.concat([
      Buffer.from(`${before}<rss><item><id>a</id><title>`),
      bytes,
      Buffer.from(after),
    ]);
    expect(readFeed(source, eur).items[0]?.name).toBe(name);
  });

  test("goes on after an entry that is not closed, and says which one it was", () => {
    const whole = "<item><g:id>b</g:id><title>B</title><g:price>2</g:price></item>";
    const { items, problems } = readFeed(rss(`<item><g:id>a</g:id>${whole}`), eur);
    expect(items.map(({ sku }) => sku)).toEqual(["b"]);
    expect(problems).toEqual([{ row: 1, reason: "the entry breaks off" }]);
  });

  test("without an entry is reported as a whole", () => {
    expect(readFeed(rss(""), eur).problems).toEqual([{ row: 0, reason: "no item and no entry in it" }]);
  });
});

test("a Google Merchant feed in Atom is read, with titles and links as Atom has them", () => {
  const { format, items, problems } = readFeed(sample("google-atom.xml"), { currency: "USD" });
  expect([format, problems]).toEqual(["google-merchant", []]);
  expect(items).toEqual([
    {
      sku: "12",
      name: "Clay Oven & Stand",
      description: "Bakes. Stands.",
      condition: "refurbished",
      price: 129900,
      url: "https://hearth.example/12",
    },
    { sku: "13", name: "Tongs", price: 1200 },
  ]);
});

test("a Google Merchant feed as a table is read, however its columns are written", () => {
  const { format, items, problems } = readFeed(sample("google.tsv"), { currency: "GBP" });
  expect(format).toBe("google-merchant");
  expect(items).toEqual([
    {
      sku: "A1",
      name: '24" Monitor',
      description: "Sharp",
      brand: "Pix",
      gtin: "4006381333931",
      price: 12900,
      attributes: [
        { attribute: "color", value: "Black" },
        { attribute: "weight", value: 3, unit: "LBR" },
      ],
      url: "https://pix.example/a1",
      group: "M24",
    },
    { sku: "A2", name: "Cable", price: 499 },
  ]);
  expect(problems).toEqual([{ row: 5, column: "price", reason: "€, and the shop sells in GBP" }]);
});
