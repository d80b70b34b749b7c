import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { satisfies } from "../src/deal/satisfies.ts";
import type { Requirement } from "../src/message/intent.ts";
import type { Attribute } from "../src/message/offer.ts";

const holds = (stated: Partial<Attribute>, wanted: Partial<Requirement>): boolean =>
  satisfies(
    { attribute: "size", operator: "eq", value: 1, must: true, ...wanted },
    { attributes: [{ attribute: "size", value: 1, ...stated }] },
  );

describe("a requirement", () => {
  it("is satisfied by nothing that is not stated, not even by way of not being so", () => {
    const wanted = { attribute: "size", value: 1, must: true } as const;
    for (const operator of ["eq", "ne", "lt", "le", "gt", "ge"] as const) {
      expect(satisfies({ ...wanted, operator }, {}), operator).toBe(false);
    }
    expect(satisfies({ ...wanted, operator: "in", value: [1] }, { attributes: [] })).toBe(false);
  });

  it("compares integers exactly across scales", () => {
    expect(holds({ value: 125, scale: 1 }, { value: 1250, scale: 2 })).toBe(true);
    expect(holds({ value: 12 }, { operator: "lt", value: 121, scale: 1 })).toBe(true);
    expect(holds({ value: 9_007_199_254_740_991 }, { value: 9_007_199_254_740_991, scale: 9 })).toBe(false);
    expect(holds({ value: 2 }, { operator: "ge", value: 2 })).toBe(true);
    expect(holds({ value: 2 }, { operator: "gt", value: 2 })).toBe(false);
    expect(holds({ value: -3 }, { operator: "le", value: 2 })).toBe(true);
  });

  it("converts no unit, and takes a bare number for pieces", () => {
    expect(holds({ unit: "KGM" }, { unit: "GRM" })).toBe(false);
    expect(holds({ unit: "C62" }, {})).toBe(true);
    expect(holds({}, { unit: "C62" })).toBe(true);
    expect(holds({}, { unit: "KGM" })).toBe(false);
  });

  it("compares texts without regard to case and form", () => {
    expect(holds({ value: " Sage GREEN" }, { value: "sage green" })).toBe(true);
    expect(holds({ value: "ﬁne" }, { value: "fine" })).toBe(true);
    expect(holds({ value: "green" }, { operator: "ne", value: "Green" })).toBe(false);
    expect(holds({ value: "green" }, { operator: "in", value: ["blue", "GREEN"] })).toBe(true);
  });

  it("takes a whole number for the text that it is written as, and no other two types for each other", () => {
    expect(holds({ value: "42" }, { value: 42 })).toBe(true);
    expect(holds({ value: 42 }, { value: "42" })).toBe(true);
    expect(holds({ value: "42" }, { value: 420, scale: 1 })).toBe(false);
    expect(holds({ value: "42" }, { operator: "ge", value: 42 })).toBe(false);
    expect(holds({ value: true }, { value: "true" })).toBe(false);
    expect(holds({ value: true }, { value: true })).toBe(true);
  });

  it("finds the brand in its own field where no attribute is called so", () => {
    const wanted = { attribute: "brand", operator: "eq", value: "rollwell", must: true } as const;
    expect(satisfies(wanted, { brand: "Rollwell" })).toBe(true);
    expect(
      satisfies(wanted, { brand: "Rollwell", attributes: [{ attribute: "brand", value: "Other" }] }),
    ).toBe(false);
  });

  it("of equality holds exactly where its negation does not, for whatever is stated", () => {
    const value = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.boolean());
    fc.assert(
      fc.property(value, value, (stated, wanted) => {
        expect(holds({ value: stated }, { value: wanted })).toBe(
          !holds({ value: stated }, { operator: "ne", value: wanted }),
        );
      }),
    );
  });
});
