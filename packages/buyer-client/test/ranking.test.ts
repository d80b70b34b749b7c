import { type Body, didKey, type Signed } from "@intentcast/protocol";
import { dealStory, filled } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rank } from "../src/index.ts";

const { fakePen, hour, intentBody, noon, proposal } = dealStory;
const now = noon;

type Offer = Body<"offer">;
type Line = Offer["lines"][number];

const intent = (over: Partial<Body<"intent">> = {}) =>
  intentBody({
    want: [{ category: "shopify/bt", name: "stroller", quantity: { value: 2, unit: "C62" } }],
    ...over,
  });

/** An offer at a total, arriving after so many hours. */
function offer(
  total: number,
  {
    hours = 2,
    line = {},
    author = filled(32, 1),
    ...over
  }: Partial<Offer> & { hours?: number; line?: Partial<Line>; author?: Uint8Array } = {},
): Signed<"offer"> {
  const { delivery, lines, ...rest } = proposal();
  const [first] = lines;
  const body = {
    ...rest,
    nonce: filled(16, 1),
    thread: filled(32, 2),
    prev: filled(32, 2),
    to: filled(32, 3),
    seller: "Cradle & Co",
    lines: [{ ...(first as Line), price: total, ...line }],
    total,
    breakdown: { goods: total },
    delivery: { ...delivery, until: now + hours * hour },
    reply: { mailbox: filled(32, 4), key: filled(32, 5) },
    ...over,
  };
  return { ...fakePen("offer", body, "seller"), author };
}

const texts = (intentBody: Body<"intent">, offers: Signed<"offer">[], criterion: string) =>
  rank(intentBody, offers, {}, now).map(
    ({ reasons }) => reasons.find((one) => one.criterion === criterion)?.text,
  );

describe("the reasons say why an offer stands where it does", () => {
  test("the cheapest, and by how much the others are dearer", () => {
    expect(texts(intent(), [offer(21_000), offer(18_900), offer(20_000)], "price")).toEqual([
      "cheapest of 3: 189.00 USD",
      "11.00 USD above the cheapest of 3: 200.00 USD",
      "21.00 USD above the cheapest of 3: 210.00 USD",
    ]);
  });

  test("the soonest, and by how much it is sooner", () => {
    expect(texts(intent(), [offer(20_000, { hours: 4 }), offer(20_000, { hours: 2 })], "delivery")).toEqual([
      "arrives 2 h earlier than the slowest",
      "arrives in 4 h, the slowest of 2",
    ]);
  });

  test("the wishes that an offer does not show to fulfil", () => {
    const wishes = intent({
      want: [
        {
          category: "shopify/bt",
          quantity: { value: 2, unit: "C62" },
          requirements: [
            { attribute: "color", operator: "in", value: ["Green", "blue"], weight: 40 },
            { attribute: "weight", operator: "le", value: 125, scale: 1, unit: "KGM", weight: 60 },
          ],
        },
      ],
    });
    const green = { attribute: "color", value: "green" };
    const light = { attribute: "weight", value: 12, unit: "KGM" };
    const ranked = rank(
      wishes,
      [
        offer(20_000),
        offer(20_000, { line: { attributes: [green, light] } }),
        offer(20_000, { line: { attributes: [green] } }),
      ],
      {},
      now,
    );
    expect(ranked.map(({ reasons }) => reasons.find((one) => one.criterion === "preferences"))).toMatchObject(
      [
        { share: 1000, text: "has all 2 wished for" },
        { share: 400, text: "has 1 of 2 wished for; not shown: weight" },
        { share: 0, text: "has 0 of 2 wished for; not shown: color, weight" },
      ],
    );
  });
});

test("a substitute and a missing line rank below what was asked for", () => {
  const two = intent({
    want: [
      { category: "shopify/bt", quantity: { value: 2, unit: "C62" }, substitutes: true },
      { category: "shopify/bt", quantity: { value: 1, unit: "C62" }, optional: true },
    ],
  });
  const exact = offer(20_000);
  const second = { ...(exact.body.lines[0] as Line), line: 1, price: 0, quantity: { value: 1, unit: "C62" } };
  const full = offer(20_000, { lines: [exact.body.lines[0] as Line, second] });
  const substitute = offer(20_000, { line: { substitute: true } });
  expect(rank(two, [substitute, exact, full], {}, now).map((one) => one.offer)).toEqual([
    full,
    exact,
    substitute,
  ]);
});

test("new ranks above used, and what is stated above what is not", () => {
  const at = (condition?: "new" | "used") => {
    const one = offer(20_000);
    const { condition: _, ...line } = one.body.lines[0] as Line;
    return offer(20_000, { lines: [{ ...line, ...(condition && { condition }) }] });
  };
  const [silent, used, fresh] = [at(), at("used"), at("new")];
  expect(rank(intent(), [silent, used, fresh], {}, now).map((one) => one.offer)).toEqual([
    fresh,
    used,
    silent,
  ]);
});

test("a seller whom the buyer knows wins among equals", () => {
  const known = offer(20_000, { author: filled(32, 9) });
  const ranked = rank(intent(), [offer(20_000), known], { knownSellers: [didKey(known.author)] }, now);
  expect(ranked[0]?.offer).toBe(known);
});

test("the buyer's weights decide what counts", () => {
  const cheap = offer(10_000, { hours: 48 });
  const soon = offer(20_000, { hours: 1 });
  expect(rank(intent(), [cheap, soon], { price: 100, delivery: 0 }, now)[0]?.offer).toBe(cheap);
  expect(rank(intent(), [cheap, soon], { price: 0, delivery: 100 }, now)[0]?.offer).toBe(soon);
});

test("a weight that is none is refused", () => {
  expect(() => rank(intent(), [], { price: -1 }, now)).toThrow(RangeError);
  expect(() => rank(intent(), [], { price: 0.5 }, now)).toThrow(RangeError);
});

test("an offer that is no longer firm is not ranked", () => {
  const late = offer(10_000, { expires: now - 1 });
  const last = offer(20_000, { expires: now });
  expect(rank(intent(), [late, last], {}, now).map((one) => one.offer)).toEqual([last]);
});

test("prices in two currencies are compared each among itself", () => {
  const offers = [offer(20_000), offer(10_000), offer(90_000, { currency: "EUR" })];
  expect(texts(intent(), offers, "price").sort()).toEqual([
    "100.00 USD above the cheapest of 2 in USD: 200.00 USD",
    "cheapest of 2 in USD: 100.00 USD",
    "the only price in EUR: 900.00 EUR",
  ]);
});

const anyOffer = fc
  .record({
    total: fc.integer({ min: 0, max: 1_000_000 }),
    hours: fc.integer({ min: 0, max: 200 }),
    condition: fc.constantFrom("new", "refurbished", "used", "damaged"),
    quantity: fc.integer({ min: 1, max: 3 }),
    author: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ total, hours, condition, quantity, author }) =>
    offer(total, {
      hours,
      author: filled(32, author),
      line: { condition, quantity: { value: quantity, unit: "C62" } },
    }),
  );
const someOffers = fc.array(anyOffer, { minLength: 1, maxLength: 12 });
const weight = fc.integer({ min: 0, max: 100 });
const anyCriteria = fc.record({ price: weight, delivery: weight, condition: weight, exactness: weight });

describe("whatever the offers and the weights", () => {
  test("the order does not depend on the order of arrival", () => {
    const shuffled = someOffers.chain((offers) =>
      fc.tuple(fc.constant(offers), fc.shuffledSubarray(offers, { minLength: offers.length })),
    );
    fc.assert(
      fc.property(shuffled, anyCriteria, ([offers, others], criteria) => {
        expect(rank(intent(), others, criteria, now)).toEqual(rank(intent(), offers, criteria, now));
      }),
    );
  });

  test("an offer that is better in one respect and equal in the others never ranks lower", () => {
    const better = fc.constantFrom<(one: Signed<"offer">) => Signed<"offer">>(
      (one) => changed(one, { total: Math.max(0, one.body.total - 1) }),
      (one) =>
        changed(one, { delivery: { method: "courier", until: (one.body.delivery?.until ?? now) - 60 } }),
      (one) => changed(one, { lines: [{ ...(one.body.lines[0] as Line), condition: "new" }] }),
    );
    fc.assert(
      fc.property(someOffers, anyOffer, better, anyCriteria, (rivals, one, improve, criteria) => {
        const improved = improve(one);
        const ranked = rank(intent(), [...rivals, one, improved], criteria, now);
        const place = (wanted: Signed<"offer">) => ranked.find((row) => row.offer === wanted)?.place ?? 0;
        if (isBetter(improved, one)) expect(place(improved)).toBeLessThan(place(one));
      }),
    );
  });

  test("what the buyer pays whoever brings the deal about changes nothing", () => {
    fc.assert(
      fc.property(
        someOffers,
        anyCriteria,
        fc.integer({ min: 0, max: 10_000 }),
        (offers, criteria, commission) => {
          expect(rank(intent({ commission }), offers, criteria, now)).toEqual(
            rank(intent(), offers, criteria, now),
          );
        },
      ),
    );
  });
});

const changed = (one: Signed<"offer">, over: Partial<Offer>): Signed<"offer"> => ({
  ...fakePen("offer", { ...one.body, ...over }, "seller"),
  author: one.author,
});

const isBetter = (a: Signed<"offer">, b: Signed<"offer">): boolean =>
  a.body.total < b.body.total ||
  // A minute counts only in the future: what is there already cannot be there sooner.
  Math.max(now, a.body.delivery?.until ?? now) < Math.max(now, b.body.delivery?.until ?? now) ||
  a.body.lines[0]?.condition !== b.body.lines[0]?.condition;
