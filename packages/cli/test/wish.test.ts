import { describe, expect, it } from "vitest";
import { Failure } from "../src/failure.ts";
import { readWish, type WishFlags } from "../src/verbs/wish.ts";

const now = 1_795_435_200;
const read = (words: string, flags: WishFlags = {}) => readWish(words, flags, "USD", now).draft;
const line = (flags: WishFlags) => read("a stroller", flags).want[0];

describe("a wish", () => {
  it("is what the sentence says, where no flag says otherwise", () => {
    expect(read("A stroller for twins, within two hours, up to 250 USD")).toMatchObject({
      want: [{ name: "stroller for twins", category: "uncategorized", quantity: { value: 1, unit: "C62" } }],
      when: { until: now + 7200 },
      price: { currency: "USD", max: 25_000 },
    });
  });

  it("takes flags before the sentence", () => {
    const draft = read("2 tents up to 300 USD", {
      quantity: "3",
      max: "200.50 EUR",
      within: "3d",
      category: "shopify/sg",
    });
    expect(draft).toMatchObject({
      want: [{ quantity: { value: 3 }, category: "shopify/sg" }],
      price: { currency: "EUR", max: 20_050 },
      when: { until: now + 3 * 86_400 },
    });
  });

  it("writes ISO 3166 codes as paths, and leaves paths as they are", () => {
    const { where } = read("a tent", { where: ["US", "US-CA", "geohash/9/m/u"] });
    expect(where).toEqual(["iso3166/US", "iso3166/US/CA", "geohash/9/m/u"]);
  });

  it.each([
    ["color=green", { attribute: "color", operator: "eq", value: "green" }],
    ["color=green|blue", { attribute: "color", operator: "in", value: ["green", "blue"] }],
    ["seats>=2", { attribute: "seats", operator: "ge", value: 2 }],
    ["weight<=12.5 KGM", { attribute: "weight", operator: "le", value: 125, scale: 1, unit: "KGM" }],
    ["length > 3 MTR", { attribute: "length", operator: "gt", value: 3, unit: "MTR" }],
    ["color!=red", { attribute: "color", operator: "ne", value: "red" }],
    ["age<-1", { attribute: "age", operator: "lt", value: -1 }],
  ])("reads the requirement %s", (text, requirement) => {
    expect(line({ require: [text] })?.requirements).toEqual([{ ...requirement, must: true }]);
  });

  it("reads the weight of a preference after an @", () => {
    const { requirements } = line({ prefer: ["color=green@80", "seats>=2"] }) ?? {};
    expect(requirements).toEqual([
      { attribute: "color", operator: "eq", value: "green", weight: 80 },
      { attribute: "seats", operator: "ge", value: 2, weight: 50 },
    ]);
  });

  it.each<[string, WishFlags]>([
    ["a price with too many digits", { max: "1.234" }],
    ["a price in words", { max: "cheap" }],
    ["a price with two currencies", { max: "1 USD EUR" }],
    ["a quantity of nothing", { quantity: "0" }],
    ["a span without a unit", { within: "5" }],
    ["a requirement without an operator", { require: ["green"] }],
    ["a weight in words", { prefer: ["color=green@high"] }],
    ["terms without a hash", { terms: ["https://terms.example"] }],
  ])("is refused with what to say instead: %s", (_, flags) => {
    expect(() => read("a stroller", flags)).toThrow(Failure);
  });

  it("is refused where the sentence wants nothing", () => {
    expect(() => read("within two hours")).toThrow(/say what you want/);
  });
});
