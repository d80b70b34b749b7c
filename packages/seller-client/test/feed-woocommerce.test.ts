import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFeed } from "../src/index.ts";

const sample = readFileSync(new URL("feeds/woocommerce-quirks.csv", import.meta.url));
const may15 = Date.UTC(2026, 4, 15) / 1000;
const eur = { currency: "EUR", now: may15 };
const header = "ID,SKU,Name,Regular price";

describe("a WooCommerce export", () => {
  const feed = readFeed(sample, eur);
  const item = (sku: string) => feed.items.find((one) => one.sku === sku);

  test("is recognised, and its items are those that can be sold", () => {
    expect(feed.format).toBe("woocommerce-csv");
    expect(feed.items.map(({ sku }) => sku)).toEqual(["JK-S", "id:42", "GC", "MUG", "PAN", "SALE2"]);
  });

  test("yields an item a variation, with what it inherits of a parent that stands after it", () => {
    expect(item("JK-S")).toEqual({
      sku: "JK-S",
      name: "Rain Jacket - Small, Red",
      description: "Keeps rain & wind out.\nHood",
      brand: "Pluvia",
      gtin: "4006381333931",
      price: 8990,
      available: 2,
      attributes: [
        { attribute: "size", value: "Small" },
        { attribute: "color", value: "Red" },
        { attribute: "weight", value: 45, scale: 2, unit: "KGM" },
        { attribute: "length", value: 30, unit: "CMT" },
      ],
      words: ["Clothing", "Jackets", "Rain, wind and snow", "rain", "hiking"],
      group: "JK",
    });
  });

  test("names a variation without an SKU by its id, and by its options where its name is the parent's", () => {
    expect(item("id:42")).toMatchObject({ name: "Rain Jacket, Large, Blue", group: "JK" });
  });

  test("counts stock that variations share once for all of them, and their own for itself", () => {
    expect(item("id:42")).toMatchObject({ available: 7, sharedStock: "JK" });
    expect(item("JK-S")).not.toHaveProperty("sharedStock");
  });

  test.each([
    ["before it begins", Date.UTC(2026, 3, 30), 8990],
    ["in its last second", Date.UTC(2026, 4, 31, 23, 59, 59), 7990],
    ["after it", Date.UTC(2026, 5, 1), 8990],
  ])("takes the price of a sale while it lasts: %s", (_, milliseconds, price) => {
    const { items } = readFeed(sample, { currency: "EUR", now: milliseconds / 1000 });
    expect(items.find(({ sku }) => sku === "id:42")?.price).toBe(price);
  });

  test("does not count a sale with dates where nobody says what time it is", () => {
    const { items } = readFeed(sample, { currency: "EUR" });
    expect(items.find(({ sku }) => sku === "id:42")?.price).toBe(8990);
  });

  test("has neither stock nor category nor parent where the row has none", () => {
    expect(item("GC")).toEqual({ sku: "GC", name: "Gift Card", price: 2000, words: ["Gifts"] });
  });

  test("reads names with entities, stock behind an apostrophe, and products that are sold out", () => {
    expect(item("MUG")).toEqual({
      sku: "MUG",
      name: "Enamel Mug – White",
      description: "Camp mug",
      price: 950,
      available: 0,
      attributes: [
        { attribute: "material", value: "Enamel" },
        { attribute: "seats", value: 4 },
      ],
      words: ["Kitchen"],
    });
    expect(item("PAN")?.available).toBe(0);
  });

  test("reports all that is not served, by row, column and reason", () => {
    expect(feed.problems.map(({ row, column, reason }) => `${row} ${column}: ${reason}`)).toEqual([
      "4 GTIN, UPC, EAN, or ISBN: left out: 4006381333932 is not a GTIN (check digit)",
      "5 Published: not on sale: private",
      "7 Sale price: left out: above the regular price of 9.50 EUR",
      "8 In stock?: not in stock yet: backorder",
      "10 Published: not on sale: a draft",
      "11 Visibility in catalog: not on sale: hidden",
      "12 Type: not offered: grouped, its parts are sold one by one",
      "13 Type: not offered: external, another shop sells it",
      "14 Type: not offered: subscription",
      "15 Regular price: empty",
      "16 Parent: no row id:999 in this file",
      "17 Published: not on sale: a draft",
      "19 Date sale price starts: left out: not a date: soon",
      "19 Stock: not a number of pieces: some",
      "20 Date sale price starts: left out: not a date: soon",
      "21 SKU: empty, and so is ID",
    ]);
  });

  test("is the same in UTF-16 of either order", () => {
    const little = Buffer.from(sample.toString(), "utf16le");
    const big = Buffer.from(little).swap16();
    expect(readFeed(little, eur)).toEqual(feed);
    expect(readFeed(big, eur)).toEqual(feed);
  });

  test("needs a name, a price, and an id or an SKU, in any order, and nothing else", () => {
    expect(readFeed("Regular price;Name;ID\n9,90;Cup;7\n", eur).items).toEqual([
      { sku: "id:7", name: "Cup", price: 990 },
    ]);
    expect(readFeed("Name,Regular price\nCup,9\n", eur).problems).toEqual([
      { row: 0, reason: "not a product export of WooCommerce's: no column SKU" },
    ]);
  });

  test.each([
    ["1", "notify", 0],
    ["1", "0", 5],
  ])("with In stock? %s, backorders %s never offers more than there is", (inStock, backorders, available) => {
    const stock = available === 0 ? "-2" : "5";
    const text = `${header},In stock?,Stock,Backorders allowed?\n1,a,A,1,${inStock},${stock},${backorders}\n`;
    expect(readFeed(text, eur).items[0]?.available).toBe(available);
  });
});
