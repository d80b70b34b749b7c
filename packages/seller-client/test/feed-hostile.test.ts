import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FeedFormat, readFeed } from "../src/index.ts";

const samples: readonly (readonly [string, FeedFormat])[] = [
  ["shopify-quirks.csv", "shopify-csv"],
  ["woocommerce-quirks.csv", "woocommerce-csv"],
  ["google-rss.xml", "google-merchant"],
  ["google-atom.xml", "google-merchant"],
  ["google.tsv", "google-merchant"],
  ["json-ld-page.txt", "json-ld"],
  ["json-ld.json", "json-ld"],
  ["items.json", "json"],
];
const bytesOf = (name: string) => readFileSync(new URL(`feeds/${name}`, import.meta.url));
const formats = [...new Set(samples.map(([, format]) => format))];
const options = { currency: "EUR", now: 1_780_000_000, shop: "https://shop.example" };

/** Reading ends with items that can be offered and with reasons. */
function isRead(source: string | Uint8Array, format?: FeedFormat): void {
  const { items, problems } = readFeed(source, { ...options, ...(format !== undefined && { format }) });
  expect(items.every(({ price, sku }) => Number.isSafeInteger(price) && sku !== "")).toBe(true);
  JSON.stringify(items, (_, value) => {
    if (typeof value === "string") expect(value.isWellFormed()).toBe(true);
    return value;
  });
  expect(problems.every(({ row, reason }) => row >= 0 && reason !== "")).toBe(true);
}

test.each(samples)("%s is recognised as %s", (name, format) => {
  expect(readFeed(bytesOf(name), options).format).toBe(format);
});

describe("reading never fails", () => {
  test.each(["constructor", "__proto__", "toString"])("where a cell says %s, in any column", (word) => {
    for (const [name, format] of samples.slice(0, 2)) {
      const [header = "", ...rows] = bytesOf(name).toString().split("\n");
      for (const i of header.split(",").keys()) {
        const changed = rows.map((row) =>
          row
            .split(",")
            .with(Math.min(i, row.split(",").length - 1), word)
            .join(","),
        );
        isRead([header, ...changed].join("\n"), format);
      }
    }
  });

  test("whatever the bytes and whatever they are taken for", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: "binary" }), fc.json()),
        fc.constantFrom(undefined, ...formats),
        isRead,
      ),
      { numRuns: 500 },
    );
  });

  test("with a sample that is cut, spliced or overwritten anywhere", () => {
    const change = fc.record({
      at: fc.nat(),
      length: fc.nat({ max: 40 }),
      by: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc
          .constantFrom(
            "<",
            ">",
            "&",
            '"',
            ",",
            "\n",
            "]]>",
            "</item>",
            "{",
            "null",
            "[]",
            "1e999",
            "\\ud800",
            "'",
          )
          .map((text) => new TextEncoder().encode(text)),
      ),
    });
    const sources = samples.map(([name, format]) => ({ bytes: bytesOf(name), format }));
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(change, { maxLength: 6 }),
        ({ bytes, format }, changes) => {
          const changed = changes.reduce<Uint8Array>((source, { at, length, by }) => {
            const start = at % (source.length + 1);
            return Buffer.concat([source.subarray(0, start), by, source.subarray(start + length)]);
          }, bytes);
          isRead(changed);
          isRead(changed, format);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("with JSON-LD in which any property is anything", () => {
    const word = fc.constantFrom(
      "a",
      "12",
      "1.234,56 €",
      "EUR",
      "2026-05-01",
      "https://schema.org/InStock",
      "\ud800",
      "",
    );
    const anything = fc.oneof(
      word,
      fc.jsonValue(),
      fc.constant({ "@id": "a" }),
      fc.constant({ "@value": [null] }),
    );
    const thing = (
      names: string,
      types: readonly string[],
      inner: Record<string, fc.Arbitrary<unknown>> = {},
    ) => {
      const properties = Object.fromEntries(names.split(" ").map((name) => [name, anything]));
      const type = fc.constantFrom(...types);
      return fc.record({ ...properties, ...inner, "@type": type }, { requiredKeys: [] });
    };
    const quantity = thing("name value unitCode unitText minValue", ["QuantitativeValue"]);
    const offer = thing(
      "price priceCurrency lowPrice highPrice availability priceValidUntil validFrom sku url",
      ["Offer"],
      {
        priceSpecification: fc.array(
          thing("price priceCurrency priceType validThrough", ["PriceSpecification"]),
        ),
        inventoryLevel: fc.oneof(quantity, anything),
        eligibleQuantity: fc.oneof(quantity, anything),
      },
    );
    const product = thing("@id sku name brand category keywords gtin mpn url size isVariantOf", ["Product"], {
      offers: fc.oneof(offer, fc.array(offer), anything),
      weight: fc.oneof(quantity, anything),
      additionalProperty: fc.array(fc.oneof(quantity, anything)),
    });
    const group = thing("@id name brand productGroupID", ["ProductGroup"], { hasVariant: fc.array(product) });
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(product, group, thing("item", ["ListItem"], { item: product }))),
        (graph) => {
          isRead(JSON.stringify({ "@graph": graph }), "json-ld");
          read += graph.length;
        },
      ),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(300);
  });
});

describe("documents made to harm", () => {
  const many = 300_000;

  test.each<[string, string, FeedFormat]>([
    ["entries in entries", `<rss>${"<item>".repeat(many)}`, "google-merchant"],
    ["elements in elements", `<rss><item>${"<a>".repeat(many)}`, "google-merchant"],
    ["ends without beginnings", `<rss><item>${"<a></b>".repeat(many)}`, "google-merchant"],
    ["angle brackets alone", `<rss><item>${"<".repeat(many)}`, "google-merchant"],
    ["JSON in JSON", `[{"@type":1},${"[".repeat(many)}${"]".repeat(many)}]`, "json-ld"],
    ["names of names", `{"@type":1,"name":${'{"name":'.repeat(many)}1${"}".repeat(many + 1)}`, "json-ld"],
    [
      "graphs in graphs",
      `{"@type":1,"@graph":${'{"@graph":'.repeat(many)}1${"}".repeat(many + 1)}`,
      "json-ld",
    ],
    ["HTML in HTML", `<i>application/ld+json${"<i>".repeat(many)}`, "json-ld"],
    ["quotation marks alone", `ID,Name,Regular price\n${'"'.repeat(many)}`, "woocommerce-csv"],
  ])("are read as far as is sane: %s", (_, source, format) => {
    const feed = readFeed(source, options);
    expect([feed.format, feed.items]).toEqual([format, []]);
    expect(feed.problems.length).toBeGreaterThan(0);
  });

  test("cannot make entities grow", () => {
    const dtd = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    const item = `<item><g:id>1</g:id><title>${"&b;".repeat(many)}</title><g:price>1</g:price></item>`;
    const { items } = readFeed(`${dtd}<rss>${item}</rss>`, options);
    expect(items[0]?.name).toMatch(/^(&b;)+…?/);
  });

  test("with a description nested without end lose the description's end at most", () => {
    const text = `ID,Name,Regular price,Description\n1,Cup,5,Blue ${"<i>".repeat(many)}\n`;
    expect(readFeed(text, options).items).toEqual([
      { sku: "id:1", name: "Cup", price: 500, description: "Blue" },
    ]);
  });

  test("that are too long are refused as a whole", () => {
    const { items, problems } = readFeed(new Uint8Array(128 * 1024 * 1024 + 1), options);
    expect(items).toEqual([]);
    expect(problems).toEqual([{ row: 0, reason: expect.stringMatching(/longer than/) }]);
  });
});

test("half a character in a list of items is replaced, as it could not stand in an offer", () => {
  const { items } = readFeed('[{"sku":"a","name":"\\ud800 cup","price":1}]', options);
  expect(items[0]?.name).toBe("\ufffd cup");
});

test("a shop that has no address is a mistake of the caller's", () => {
  expect(() => readFeed("[]", { currency: "EUR", shop: "our shop" })).toThrow(TypeError);
});

test("a reason that repeats the feed stays one short line", () => {
  const price = `"${"9x\u001b[2J\n".repeat(1000)}"`;
  const { problems } = readFeed(`Handle,Title,Variant Price\na,b,${price}\n`, options);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.reason).toMatch(/^not an amount of EUR: \P{Cc}{1,300}$/u);
});
