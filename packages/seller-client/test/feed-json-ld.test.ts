import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFeed } from "../src/index.ts";

const sample = (name: string) => readFileSync(new URL(`feeds/${name}`, import.meta.url));
const may15 = Date.UTC(2026, 4, 15) / 1000;
const eur = { currency: "EUR", now: may15 };

describe("a web page with JSON-LD", () => {
  const feed = readFeed(sample("json-ld-page.txt"), {
    currency: "NOK",
    now: may15,
    shop: "https://fjell.example",
  });

  test("is recognised, and yields an item a variant with what its group says", () => {
    expect(feed.format).toBe("json-ld");
    expect(feed.items[0]).toEqual({
      sku: "SKI-170",
      name: "Touring Ski, Blue, 170 cm",
      description: "Light and wide.",
      brand: "Fjell",
      gtin: "4006381333931",
      condition: "new",
      price: 499000,
      available: 3,
      attributes: [
        { attribute: "color", value: "Blue" },
        { attribute: "size", value: "170 cm" },
        { attribute: "weight", value: 26, scale: 1, unit: "KGM" },
        { attribute: "waist-width", value: 92, unit: "MMT" },
        { attribute: "skins-included", value: true },
        { attribute: "flex", value: "soft" },
      ],
      words: ["Sports", "Skis"],
      url: "https://fjell.example/ski?170",
      group: "SKI",
    });
  });

  test("finds variants by reference, and the price to pay beside one that is struck through", () => {
    expect(feed.items[1]).toEqual({
      sku: "SKI-180",
      name: "Touring Ski 180",
      description: "Light and wide.",
      brand: "Fjell",
      price: 529000,
      available: 0,
      attributes: [{ attribute: "size", value: "180 cm" }],
      words: ["Sports", "Skis"],
      group: "SKI",
    });
  });

  test("takes schema.org's words with their prefix, and similar products for none of the shop's", () => {
    expect(feed.items.slice(2)).toEqual([{ sku: "Pole", name: "Pole", price: 39900 }]);
  });

  test("reports a script that is no JSON and a product without a single price", () => {
    expect(feed.problems).toEqual([
      { row: 0, reason: "script 3 of the page is no JSON" },
      { row: 3, column: "lowPrice", reason: "no single price: 59 to 99" },
    ]);
  });
});

describe("a JSON-LD document", () => {
  const feed = readFeed(sample("json-ld.json"), eur);

  test("is told from a plain list of items, and products are found wherever they are for sale", () => {
    expect(feed.format).toBe("json-ld");
    expect(feed.items).toEqual([
      {
        sku: "P1",
        name: "Desk Lamp",
        brand: "Lumo",
        category: "shopify/hg/13/3",
        mpn: "L-1",
        price: 3990,
        words: ["Lamps", "Desk", "light", "reading"],
      },
      { sku: "B1", name: "Bulb", condition: "used", price: 450 },
      { sku: "H1", name: "Hook", price: 700 },
      {
        sku: expect.stringMatching(/^https:\/\/lumo\.example\/.*…-[0-9a-f]{16}$/),
        name: "Fixture",
        price: 1900,
        url: expect.stringMatching(/^https:\/\/lumo\.example\//),
      },
    ]);
  });

  test("reports all that is not served, by product, property and reason", () => {
    expect(feed.problems.map(({ row, column, reason }) => `${row} ${column}: ${reason}`)).toEqual([
      "1 priceCurrency: USD, and the shop sells in EUR",
      "2 gtin: left out: 123 is not a GTIN",
      "3 priceValidUntil: not on sale since 2026-03-01",
      "4 price: not an amount of EUR: 9.999",
      "5 availability: not in stock yet: https://schema.org/BackOrder",
      "6 eligibleQuantity: the price holds from 10 pieces on",
      "7 offers: empty",
      "8 name: empty",
    ]);
  });

  test("lets a price that was valid until some day count where nobody says what time it is", () => {
    const { items } = readFeed(sample("json-ld.json"), { currency: "EUR" });
    expect(items.find(({ sku }) => sku === "S1")?.price).toBe(1250);
  });

  test("takes a price of an aggregate offer that has but one", () => {
    const offers = { "@type": "AggregateOffer", lowPrice: "5", highPrice: "5", priceCurrency: "EUR" };
    const text = JSON.stringify({ "@type": "Product", sku: "a", name: "A", offers });
    expect(readFeed(text, eur).items).toEqual([{ sku: "a", name: "A", price: 500 }]);
  });

  test("without a product is reported as a whole", () => {
    const text = '{"@context":"https://schema.org","@type":"Person","name":"Ada"}';
    expect(readFeed(text, eur).problems).toEqual([{ row: 0, reason: "no product in it" }]);
  });
});
