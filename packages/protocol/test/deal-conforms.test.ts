import { dealStory, filled } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkAnswer, checkOffer, type Proposal } from "../src/deal/conforms.ts";
import { priceLimit } from "../src/deal/price-limit.ts";
import type { Change } from "../src/message/counter.ts";
import type { Intent } from "../src/message/intent.ts";

const { hour, intentBody, minute, noon, proposal, termsText } = dealStory;

const verdict = (intent: Partial<Intent>, offer: Partial<Proposal>, now = noon + minute): string => {
  const result = checkOffer(intentBody(intent), { ...proposal(), ...offer }, now);
  return result.ok ? "fine" : result.error.code;
};

const pieces = (value: number, scale?: number) => ({ value, unit: "C62", ...(scale && { scale }) });
const stroller = (over: object = {}) => ({
  line: 0,
  name: "Twin stroller",
  condition: "new" as const,
  quantity: pieces(2),
  price: 20_000,
  ...over,
});
const cover = (over: object = {}) => ({
  line: 1,
  name: "Rain cover",
  quantity: pieces(10),
  price: 0,
  ...over,
});
const [wantedStroller, wantedCover] = intentBody().want as [Intent["want"][number], Intent["want"][number]];
const without = <K extends keyof Intent>(key: K): Intent => {
  const { [key]: _, ...rest } = intentBody();
  return rest as Intent;
};
const barely = (intent: Intent, offer: Partial<Proposal> = {}): string => {
  const result = checkOffer(intent, { ...proposal(), ...offer }, noon + minute);
  return result.ok ? "fine" : result.error.code;
};

describe("an offer's time", () => {
  test("holds up to and with the second of its expiry", () => {
    expect(verdict({}, {}, noon + 8 * hour)).toBe("fine");
    expect(verdict({}, {}, noon + 8 * hour + 1)).toBe("offer-expired");
  });

  test("ends with the intent's", () => {
    expect(verdict({ expires: noon + hour }, {}, noon + hour)).toBe("fine");
    expect(verdict({ expires: noon + hour }, {}, noon + hour + 1)).toBe("intent-expired");
  });
});

describe("an offer's lines", () => {
  test("answer lines of the intent", () => {
    expect(verdict({}, { lines: [stroller(), cover()] })).toBe("fine");
    expect(verdict({}, { lines: [stroller(), cover({ line: 2 })] })).toBe("line-unknown");
  });

  test("may leave out what is optional, and nothing else", () => {
    expect(verdict({}, { lines: [stroller()] })).toBe("fine");
    expect(verdict({}, { lines: [cover()] })).toBe("line-missing");
  });

  test("add up in parts, whatever their scales", () => {
    const half = stroller({ part: 1, quantity: pieces(10, 1) });
    expect(verdict({}, { lines: [half, stroller({ part: 2, quantity: pieces(1) })] })).toBe("fine");
    expect(verdict({}, { lines: [half] })).toBe("quantity-mismatch");
  });

  test("bring no less and no more than is wanted", () => {
    expect(verdict({}, { lines: [stroller({ quantity: pieces(1) })] })).toBe("quantity-mismatch");
    expect(verdict({}, { lines: [stroller({ quantity: pieces(3) })] })).toBe("quantity-mismatch");
  });

  test("may bring less of an optional line or of a substitute, never more", () => {
    expect(verdict({}, { lines: [stroller(), cover({ quantity: pieces(4) })] })).toBe("fine");
    expect(verdict({}, { lines: [stroller(), cover({ quantity: pieces(11) })] })).toBe("quantity-mismatch");
    const want = [{ ...wantedStroller, substitutes: true as const }];
    const one = { quantity: pieces(1) };
    expect(verdict({ want }, { lines: [stroller({ ...one, substitute: true })] })).toBe("fine");
    expect(verdict({ want }, { lines: [stroller(one)] })).toBe("quantity-mismatch");
  });

  test("allow quantities to the greatest the grammar has", () => {
    const quantity = pieces(Number.MAX_SAFE_INTEGER);
    const want = [{ ...wantedStroller, quantity }];
    expect(verdict({ want }, { lines: [stroller({ quantity })] })).toBe("fine");
    const less = { ...quantity, value: quantity.value - 1 };
    expect(verdict({ want }, { lines: [stroller({ quantity: less })] })).toBe("quantity-mismatch");
  });

  test("are counted in the unit that is wanted", () => {
    expect(verdict({}, { lines: [stroller({ quantity: { value: 2, unit: "KGM" } })] })).toBe("quantity-unit");
  });

  test("are in a condition that is wanted, and say so", () => {
    const { condition: _, ...silent } = stroller();
    expect(verdict({}, { lines: [stroller({ condition: "refurbished" })] })).toBe("fine");
    expect(verdict({}, { lines: [stroller({ condition: "used" })] })).toBe("condition-mismatch");
    expect(verdict({}, { lines: [silent] })).toBe("condition-mismatch");
    expect(verdict({}, { lines: [stroller(), cover({ condition: "damaged" })] })).toBe("fine");
  });

  test("show that what must hold does hold, and may miss what is only preferred", () => {
    const wants = (force: { must: true } | { weight: number }) => ({
      want: [
        {
          ...wantedStroller,
          requirements: [{ attribute: "seats", operator: "ge" as const, value: 2, ...force }],
        },
        wantedCover,
      ],
    });
    const seats = (value: number) => ({ lines: [stroller({ attributes: [{ attribute: "seats", value }] })] });
    expect(verdict(wants({ must: true }), seats(2))).toBe("fine");
    expect(verdict(wants({ must: true }), seats(1))).toBe("requirement-unmet");
    expect(verdict(wants({ must: true }), { lines: [stroller()] })).toBe("requirement-unmet");
    expect(verdict(wants({ weight: 100 }), { lines: [stroller()] })).toBe("fine");
  });

  test("are substitutes only where the intent allows them, by their word or by their GTIN", () => {
    expect(verdict({}, { lines: [stroller({ substitute: true })] })).toBe("substitute-refused");
    expect(verdict({}, { lines: [stroller({ gtin: "96385074" })] })).toBe("substitute-refused");
    expect(verdict({}, { lines: [stroller({ gtin: "04006381333931" })] })).toBe("fine");
    expect(verdict({}, { lines: [stroller(), cover({ substitute: true })] })).toBe("fine");
    const want = [wantedStroller, { ...wantedCover, gtin: "96385074" }];
    expect(verdict({ want }, { lines: [stroller(), cover({ gtin: "4006381333931" })] })).toBe("fine");
  });
});

describe("an offer's price", () => {
  test.each([
    ["a maximum", { max: 20_000 }, { max: 19_999 }],
    ["a firm price", { firm: 20_000 }, { firm: 19_999 }],
    ["a curve", { curve: [{ at: noon, price: 20_000 }] }, { curve: [{ at: noon, price: 19_999 }] }],
  ])("keeps to %s", (_, enough, tooLittle) => {
    expect(verdict({ price: { currency: "USD", ...enough } }, {})).toBe("fine");
    expect(verdict({ price: { currency: "USD", ...tooLittle } }, {})).toBe("price-above-limit");
  });

  test("is in the intent's currency", () => {
    expect(verdict({}, { currency: "EUR" })).toBe("currency-mismatch");
  });

  test("is free where the intent names none", () => {
    expect(barely(without("price"), { currency: "EUR", total: 9_000_000 })).toBe("fine");
  });

  test("is held against the curve at the moment the offer was made, whenever it is read", () => {
    const price = {
      currency: "USD",
      curve: [
        { at: noon, price: 10_000 },
        { at: noon + 2 * hour, price: 30_000 },
      ],
    };
    expect(verdict({ price }, { issued: noon + hour }, noon + hour)).toBe("fine");
    expect(verdict({ price }, { issued: noon + hour - 60 }, noon + 2 * hour)).toBe("price-above-limit");
  });
});

describe("a price curve", () => {
  const curve = [
    { at: 100, price: 10 },
    { at: 110, price: 13 },
    { at: 120, price: 6 },
  ];
  test.each([
    [0, 10],
    [100, 10],
    [103, 10],
    [104, 11],
    [107, 12],
    [110, 13],
    [111, 12],
    [119, 6],
    [120, 6],
    [999, 6],
  ])("at %i is %i: level outside, straight inside, rounded down", (at, limit) => {
    expect(priceLimit({ currency: "USD", curve }, at)).toBe(limit);
  });

  test("stays between its neighbours and is exact for the greatest amounts", () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(
      priceLimit(
        {
          currency: "USD",
          curve: [
            { at: 0, price: 0 },
            { at: most, price: most },
          ],
        },
        most - 1,
      ),
    ).toBe(most - 1);
    const amount = fc.maxSafeNat();
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.nat(2_000_000),
        (a, b, from, run, at) => {
          const limit = priceLimit(
            {
              currency: "USD",
              curve: [
                { at: from, price: a },
                { at: from + run, price: b },
              ],
            },
            at,
          );
          expect(limit).toBeGreaterThanOrEqual(Math.min(a, b));
          expect(limit).toBeLessThanOrEqual(Math.max(a, b));
        },
      ),
    );
  });
});

describe("an offer's terms and delivery", () => {
  test("accept every text that must be accepted", () => {
    const { terms: _, ...silent } = proposal();
    expect(verdict({}, { terms: [filled(32, 1), termsText] })).toBe("fine");
    expect(verdict({}, { terms: [filled(32, 0x32)] })).toBe("terms-not-accepted");
    expect(checkOffer(intentBody(), silent, noon)).toMatchObject({ error: { code: "terms-not-accepted" } });
    expect(barely(without("terms"), { terms: [] })).toBe("fine");
  });

  test("come by a method that is wanted", () => {
    const { delivery: _, ...silent } = proposal();
    expect(verdict({}, { delivery: { method: "pickup", until: noon + hour } })).toBe("fine");
    expect(verdict({}, { delivery: { method: "parcel", until: noon + hour } })).toBe("delivery-mismatch");
    expect(checkOffer(intentBody(), silent, noon)).toMatchObject({ error: { code: "delivery-mismatch" } });
    expect(barely(without("delivery"), { delivery: { method: "parcel", until: noon } })).toBe("fine");
  });

  test("promise a time that is early enough", () => {
    expect(verdict({}, { delivery: { method: "pickup", until: noon + 4 * hour } })).toBe("fine");
    expect(verdict({}, { delivery: { method: "pickup", until: noon + 4 * hour + 1 } })).toBe("delivery-late");
    expect(verdict({}, { delivery: { method: "pickup" } })).toBe("delivery-late");
    expect(barely(without("when"), { delivery: { method: "pickup" } })).toBe("fine");
  });
});

describe("an offer after a counter", () => {
  const answer = (change: Change, offer: Partial<Proposal>, intent: Partial<Intent> = {}): string => {
    const result = checkAnswer(intentBody(intent), change, { ...proposal(), ...offer }, noon + minute);
    return result.ok ? "fine" : result.error.code;
  };

  test("need not meet it", () => {
    expect(answer({ total: 1, delivery: "locker", quantities: [{ line: 0, quantity: pieces(5) }] }, {})).toBe(
      "fine",
    );
  });

  test.each<[string, Change, Partial<Proposal>, string]>([
    [
      "quantities",
      { quantities: [{ line: 0, quantity: pieces(5) }] },
      { lines: [stroller({ quantity: pieces(5) })] },
      "quantity-mismatch",
    ],
    ["a total", { total: 30_000 }, { total: 30_000 }, "price-above-limit"],
    [
      "a method of delivery",
      { delivery: "locker" },
      { delivery: { method: "locker", until: noon } },
      "delivery-mismatch",
    ],
    [
      "a time of delivery",
      { deliveredUntil: noon + 9 * hour },
      { delivery: { method: "courier", until: noon + 9 * hour } },
      "delivery-late",
    ],
  ])("may meet the counter's %s", (_, change, offer, refusal) => {
    expect(answer(change, offer)).toBe("fine");
    expect(answer({ total: 24_000 }, offer)).toBe(refusal);
  });

  test("keeps what the intent allows where the counter asks for less", () => {
    const five = { quantities: [{ line: 0, quantity: pieces(5) }] };
    const lines = [stroller({ quantity: pieces(5) })];
    const delivery = { method: "courier" as const, until: noon + 4 * hour };
    expect(answer({ ...five, deliveredUntil: noon + hour }, { lines, delivery })).toBe("fine");
    expect(answer({ ...five, total: 19_000 }, { lines, total: 25_000 })).toBe("fine");
    expect(answer({ ...five, total: 19_000 }, { lines, total: 25_001 })).toBe("price-above-limit");
  });

  test("is not bound by what the counter left open", () => {
    const five = { quantities: [{ line: 0, quantity: pieces(5) }] };
    expect(answer(five, { lines: [stroller({ quantity: pieces(5) })], total: 25_001 })).toBe(
      "price-above-limit",
    );
    expect(answer(five, { lines: [stroller({ quantity: pieces(4) })] })).toBe("quantity-mismatch");
  });
});
