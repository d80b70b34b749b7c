import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFeed } from "../src/index.ts";

const sample = (name: string) => readFileSync(new URL(`feeds/${name}`, import.meta.url));
const usd = { currency: "USD" };
const header = "Handle,Title,Published,Variant Price\n";

describe("a Shopify export", () => {
  const feed = readFeed(sample("shopify-quirks.csv"), usd);
  const item = (sku: string) => feed.items.find((one) => one.sku === sku);
  const problem = (row: number) => feed.problems.find((one) => one.row === row);

  test("is recognised whatever the order of its columns, and with a byte order mark", () => {
    expect(feed.format).toBe("shopify-csv");
    expect(feed.items.map(({ sku }) => sku)).toEqual(["TS-1", "TS-2", "rain-cover", "WB"]);
  });

  test("yields an item a variant, with what all variants share", () => {
    expect(item("TS-1")).toEqual({
      sku: "TS-1",
      name: "Twin Stroller, Grey, 2",
      description: "For two & more.\nFolds flat",
      brand: "Dovetail",
      category: "shopify/bt/6/3/2",
      gtin: "4006381333931",
      mpn: "DT-2000",
      condition: "new",
      price: 24950,
      available: 3,
      attributes: [
        { attribute: "color", value: "Grey" },
        { attribute: "seats", value: 2 },
        { attribute: "weight", value: 12500, unit: "GRM" },
      ],
      words: ["Strollers", "baby", "twins"],
      group: "twin-stroller",
    });
    expect(item("TS-2")).toMatchObject({ name: "Twin Stroller, Sand, 2", brand: "Dovetail", price: 25900 });
  });

  test("has no stock left where more was sold than there was", () => {
    expect(item("TS-2")?.available).toBe(0);
  });

  test("leaves out a barcode with a wrong check digit, says so, and serves the item", () => {
    expect(item("TS-2")).not.toHaveProperty("gtin");
    expect(problem(4)).toMatchObject({
      column: "Variant Barcode",
      reason: expect.stringMatching(/check digit/),
    });
  });

  test("takes a row that only adds a picture for no variant", () => {
    expect(feed.items.filter(({ group }) => group === "twin-stroller")).toHaveLength(2);
    expect(problem(5)).toBeUndefined();
  });

  test("drops the option that stands for having none, and derives a SKU from the handle", () => {
    expect(item("rain-cover")).toMatchObject({ name: "Rain Cover" });
    expect(item("rain-cover")).not.toHaveProperty("attributes");
  });

  test("names of categories without ids serve as words", () => {
    expect(item("rain-cover")?.words).toEqual(["Home & Garden", "Umbrellas"]);
    expect(item("rain-cover")).not.toHaveProperty("category");
  });

  test("stock that is not tracked is without bound", () => {
    expect(item("rain-cover")).not.toHaveProperty("available");
  });

  test("what is sold on when none is left is without bound", () => {
    expect(item("WB")).not.toHaveProperty("available");
  });

  test.each([
    [8, "Published", /not published/],
    [9, "Status", /draft/],
    [11, "Variant Price", /empty/],
    [12, "Variant Price", /not an amount of USD: 12.345/],
    [13, "sku", /WB stands on row 7 already/],
    [14, "Variant Inventory Qty", /tracked/],
    [15, "condition", /./],
    [17, "Handle", /empty/],
  ])("reports line %i by its column %s and a reason", (row, column, reason) => {
    expect(problem(row)).toMatchObject({ column, reason: expect.stringMatching(reason) });
  });

  test("reports nothing twice and nothing else", () => {
    expect(feed.problems.map(({ row }) => row)).toEqual([4, 8, 9, 11, 12, 13, 14, 15, 17]);
  });

  test.each([
    ["JPY", "1200", 1200],
    ["USD", "12.5", 1250],
    ["KWD", "1.234", 1234],
  ])("reads prices in %s by that currency's minor unit", (currency, price, amount) => {
    const { items } = readFeed(`${header}a,A,true,${price}`, { currency });
    expect(items[0]?.price).toBe(amount);
  });

  test("is the same with any line ends, and so are its numbers of lines", () => {
    const text = sample("shopify-quirks.csv").toString();
    expect(readFeed(text.replaceAll("\n", "\r\n"), usd)).toEqual(feed);
    expect(readFeed(text.replaceAll("\n", "\r"), usd)).toEqual(feed);
  });

  test("is read with semicolons and in an old encoding too", () => {
    const text = Buffer.from("Handle;Title;Variant Price\ncafe;Caf\xe9 table;10.00\n", "latin1");
    expect(readFeed(text, usd).items[0]).toMatchObject({ name: "Café table", price: 1000 });
  });

  test.each([
    ["with its mark", "\uFEFF", "Stra\xdfe"],
    ["with more letters in its form than out of it", "", "M\u00fcll & Stra\xdfe"],
  ])("is read as UTF-8 %s, though a row is in another encoding", (_, mark, name) => {
    const strange = (text: string) => Buffer.from(text.replaceAll("\u00fc", "\u00c3\u00bc"), "latin1");
    const rows = `Handle,Title,Variant Price\nmug,M\u00fcsli bowl,3\nmap,${name},10.00\n`;
    const { items, problems } = readFeed(Buffer.concat([Buffer.from(mark), strange(rows)]), usd);
    expect(items.map((item) => item.name)).toEqual(["Müsli bowl", name.replace("\xdf", "\uFFFD")]);
    expect(problems).toEqual([
      { row: 0, reason: expect.stringContaining("for one place, the first on line 3") },
    ]);
  });

  test("is read with the column names of the present form", () => {
    const text = "Title,URL handle,Price,Inventory tracker,Inventory quantity\nPot,pot,4.20,shopify,6\n";
    expect(readFeed(text, usd).items[0]).toMatchObject({ sku: "pot", price: 420, available: 6 });
  });

  test("gives products an address when the shop's is known", () => {
    const { items } = readFeed(`${header}a b,A,true,1`, { ...usd, shop: "https://shop.example" });
    expect(items[0]?.url).toBe("https://shop.example/products/a%20b");
  });

  test("shortens names that are too long for an offer", () => {
    const { items, problems } = readFeed(`${header}a,${"é".repeat(300)},true,1`, usd);
    expect(problems).toEqual([]);
    expect(Buffer.byteLength(items[0]?.name ?? "")).toBeLessThanOrEqual(200);
  });

  test("that breaks off inside quotes is served up to there", () => {
    const feed = readFeed(`${header}a,A,true,1\nb,"B,true,2\n`, usd);
    expect(feed.items.map(({ sku }) => sku)).toEqual(["a"]);
    expect(feed.problems[0]).toMatchObject({ row: 3, reason: expect.stringMatching(/quot/i) });
  });

  test("without titles is refused as a whole", () => {
    const { items, problems } = readFeed("Handle,Variant Price\na,1\n", usd);
    expect(items).toEqual([]);
    expect(problems).toEqual([{ row: 0, reason: expect.stringMatching(/Title/) }]);
  });
});

describe("a JSON list", () => {
  const feed = readFeed(sample("items.json"), usd);

  test("is recognised, and its items are read with typed attributes", () => {
    expect(feed.format).toBe("json");
    expect(feed.items.map(({ sku }) => sku)).toEqual(["tent-2", "mug"]);
    expect(feed.items[0]).toEqual({
      sku: "tent-2",
      name: "Two-Person Tent",
      price: 18900,
      category: "shopify/sg/4/2/17",
      available: 4,
      attributes: [
        { attribute: "persons", value: 2 },
        { attribute: "weight", value: 24, scale: 1, unit: "KGM" },
        { attribute: "freestanding", value: true },
        { attribute: "color", value: "green" },
      ],
      words: ["camping", "hiking"],
    });
  });

  test("is served but for the items that are wrong, each with its reason", () => {
    expect(feed.problems.map(({ row, column }) => [row, column])).toEqual([
      [3, "price"],
      [4, "price"],
      [5, "currency"],
      [6, "sku"],
      [7, "gtin"],
      [8, ""],
      [9, ""],
    ]);
  });

  test("need not be in an object", () => {
    expect(readFeed('[{"sku":"a","name":"A","price":0.1}]', usd).items).toEqual([
      { sku: "a", name: "A", price: 10 },
    ]);
  });

  test("that is no JSON is refused as a whole", () => {
    const counted = (countedAt: string) => readFeed(JSON.stringify({ countedAt, items: [] }), usd);
    expect(counted("2026-05-15T08:00:00Z").countedAt).toBe(Date.UTC(2026, 4, 15, 8) / 1000);
    expect(counted("at noon")).toEqual({
      format: "json",
      items: [],
      problems: [{ row: 0, column: "countedAt", reason: "left out: not a time: at noon" }],
    });
    expect(readFeed("[{]", usd).problems).toEqual([{ row: 0, reason: "not a JSON list of items" }]);
  });
});

test("a file in no known format is refused as a whole", () => {
  const { format, items, problems } = readFeed("%PDF-1.7 nothing to sell", usd);
  expect([format, items]).toEqual([undefined, []]);
  expect(problems).toEqual([{ row: 0, reason: expect.stringMatching(/none of the formats/) }]);
});

test("a currency that is none is a mistake of the caller's", () => {
  expect(() => readFeed("[]", { currency: "dollars" })).toThrow(TypeError);
});

test("whatever the bytes, reading them ends with items or reasons", () => {
  const line = fc.array(fc.oneof(fc.string(), fc.constantFrom("a", '"', "1", "<p", "'")), { maxLength: 6 });
  const csv = fc
    .array(line, { maxLength: 6 })
    .map((lines) => header + lines.map((one) => one.join(",")).join("\n"));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json(), csv), (source) => {
      const { items, problems } = readFeed(source, usd);
      expect(items.every(({ price }) => Number.isSafeInteger(price))).toBe(true);
      expect(problems.every(({ reason }) => reason !== "")).toBe(true);
    }),
  );
});

/** Real exports of Shopify's stand beside some checkouts; where they do not, our own sample stands for them. */
const folders = ["../../../../shared/data/feeds/", "./feeds/"].map((path) => new URL(path, import.meta.url));
const exports = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)))
  .filter(({ pathname }) => /\/shopify-[a-z-]+\.csv$/.test(pathname));

test("every export of Shopify's that is found is read, with a reason for each row that is not", () => {
  expect(exports).not.toEqual([]);
  for (const file of exports) {
    const { format, items, problems } = readFeed(readFileSync(file), usd);
    expect(format, file.pathname).toBe("shopify-csv");
    expect(items.length, file.pathname).toBeGreaterThan(0);
    expect(
      problems.every(({ reason }) => reason !== ""),
      file.pathname,
    ).toBe(true);
  }
});
