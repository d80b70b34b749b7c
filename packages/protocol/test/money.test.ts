import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAmount, formatMoney, minorDigits, parseAmount } from "../src/money.ts";

describe("money", () => {
  it("knows the minor digits of ISO 4217", () => {
    expect(["USD", "EUR", "JPY", "KWD", "CLF"].map(minorDigits)).toEqual([2, 2, 0, 3, 4]);
    // CLDR, and so Intl, gives these no digits; ISO 4217 does.
    expect(["HUF", "IDR", "COP", "PKR"].map(minorDigits)).toEqual([2, 2, 2, 2]);
    expect(minorDigits("toString")).toBe(2);
  });

  it("writes minor units as a plain decimal", () => {
    expect(formatMoney(25_000, "USD")).toBe("250.00 USD");
    expect(formatAmount(5, "USD")).toBe("0.05");
    expect(formatAmount(1_500, "JPY")).toBe("1500");
    expect(formatAmount(-1_234, "KWD")).toBe("-1.234");
  });

  it("reads decimals exactly, and nothing that is not one", () => {
    expect(parseAmount("250", "USD")).toBe(25_000);
    expect(parseAmount("19.9", "USD")).toBe(1_990);
    expect(parseAmount("19.900", "USD")).toBe(1_990);
    for (const text of ["", "1,5", "19.999", "1e3", "-1", "0x10", "١", "99999999999999999"]) {
      expect(parseAmount(text, "USD"), text).toBeUndefined();
    }
    expect(parseAmount("0.5", "JPY")).toBeUndefined();
  });

  it("reads back what it wrote", () => {
    const currency = fc.constantFrom("USD", "JPY", "KWD");
    fc.assert(
      fc.property(fc.maxSafeNat(), currency, (amount, code) => {
        expect(parseAmount(formatAmount(amount, code), code)).toBe(amount);
      }),
    );
  });
});
