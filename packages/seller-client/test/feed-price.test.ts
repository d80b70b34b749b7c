import { formatAmount } from "@intentcast/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holds, readMoment } from "../src/feed/moment.ts";
import { readPrice } from "../src/feed/price.ts";

const read = (text: string, currency: string): number | string | undefined => {
  let why: string | undefined;
  const amount = readPrice(text, currency, "price", (_, reason) => {
    why = reason;
  });
  return amount ?? why;
};

describe("a price", () => {
  test.each([
    ["25", "USD", 2500],
    ["25.00 USD", "USD", 2500],
    ["USD 25", "USD", 2500],
    ["25.00usd", "USD", 2500],
    ["$1,234.56", "USD", 123456],
    ["US$ 12.50", "USD", 1250],
    ["$12.50", "CAD", 1250],
    ["CA$12.50 CAD", "CAD", 1250],
    ["1.234,56 €", "EUR", 123456],
    ["€ 1.234.567", "EUR", 123456700],
    ["1 234,56 zł", "PLN", 123456],
    ["1\u202f234,50\u00a0€", "EUR", 123450],
    ["CHF 1'234.50", "CHF", 123450],
    ["25,- kr.", "NOK", 2500],
    ["25.–", "CHF", 2500],
    ["₹12,34,567.00", "INR", 123456700],
    ["1,234", "USD", 123400],
    ["1,234", "JPY", 1234],
    ["¥1,234", "JPY", 1234],
    ["1,5", "EUR", 150],
    ["25.0000", "USD", 2500],
    ["1.234", "KWD", 1234],
    ["1,234.500", "KWD", 1234500],
    ["0.50", "USD", 50],
  ])("written %s in %s is %i minor units", (text, currency, amount) => {
    expect(read(text, currency)).toBe(amount);
  });

  test.each([
    ["1.234", "EUR"],
    ["1.234 €", "EUR"],
    ["1.000", "JPY"],
    ["1,234", "KWD"],
  ])("written %s in %s is two amounts, and so none", (text, currency) => {
    expect(read(text, currency)).toMatch(/two amounts/);
  });

  test.each([
    ["€25", "USD", "€, and the shop sells in USD"],
    ["25 EUR", "USD", "EUR, and the shop sells in USD"],
    ["$25 USD", "CAD", "USD, and the shop sells in CAD"],
    ["CA$25", "USD", "CA$, and the shop sells in USD"],
  ])("written %s is not in %s", (text, currency, reason) => {
    expect(read(text, currency)).toBe(reason);
  });

  test.each([
    "",
    "free",
    "-5",
    "10 - 20",
    "12.345,6.7",
    "1,23,4",
    "0,123",
    "12.3456",
    "1.2.3",
    "ca. 25",
    "1".repeat(30),
  ])("is none in %j", (text) => {
    expect(read(text, "USD")).toMatch(/^not an amount of USD/);
  });

  test("is none in a text of any length, and is found to be none at once", () => {
    expect(read("1 ".repeat(1_000_000), "USD")).toMatch(/^not an amount of USD/);
  });

  test("as any language writes it is the amount that was written, or two", () => {
    const languages = [
      "en-US",
      "de-DE",
      "fr-FR",
      "de-CH",
      "en-IN",
      "pl-PL",
      "pt-BR",
      "es-ES",
      "sv-SE",
      "nl-NL",
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 11 }),
        fc.constantFrom(...languages),
        fc.constantFrom("USD", "EUR", "JPY"),
        fc.constantFrom("code", "narrowSymbol"),
        (amount, language, currency, currencyDisplay) => {
          const form = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay });
          const result = read(form.format(formatAmount(amount, currency) as `${number}`), currency);
          if (typeof result === "string") expect(result).toMatch(/two amounts/);
          else expect(result).toBe(amount);
        },
      ),
    );
  });
});

describe("a date", () => {
  test.each([
    ["2026-05-01T00:00+0200", Date.UTC(2026, 3, 30, 22)],
    ["2026-05-01T00:00:30.5-08:30", Date.UTC(2026, 4, 1, 8, 30, 30)],
    ["2026-05-01 9:05:00", Date.UTC(2026, 4, 1, 9, 5)],
    ["2026-05-01t09:05z", Date.UTC(2026, 4, 1, 9, 5)],
  ])("with a time, %s, is a moment", (text, milliseconds) => {
    expect(readMoment(text)).toEqual({ from: milliseconds / 1000, until: milliseconds / 1000 });
  });

  test("alone is the whole day", () => {
    const from = Date.UTC(2026, 1, 28) / 1000;
    expect(readMoment("2026-02-28")).toEqual({ from, until: from + 86_399 });
  });

  test.each(["2026-02-29", "2026-13-01", "2026-05-01T25:00", "01.05.2026", "soon", ""])(
    "is none in %j",
    (text) => {
      expect(readMoment(text)).toBeUndefined();
    },
  );

  test("that something lasts until holds for those who know what time it is", () => {
    expect([holds({ until: 5 }, 5), holds({ until: 5 }, 6), holds({ until: 5 }, undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([holds({}, undefined), holds({ from: 5 }, 4)]).toEqual([true, false]);
  });
});
