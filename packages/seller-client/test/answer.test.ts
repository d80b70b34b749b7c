import { checkOffer, hour, kinds, minute } from "@intentcast/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerIntent, type Catalogue, type Item, type missReasons } from "../src/index.ts";
import { propose } from "../src/offer-draft.ts";
import { bytes, cast, type Intent, type Line, line, now } from "./wish.ts";

const items: readonly Item[] = [
  {
    sku: "twin",
    name: "Twin stroller",
    brand: "Dovetail",
    category: "shopify/bt/6/3/2",
    gtin: "4006381333931",
    mpn: "DT-2000",
    price: 24_900,
    available: 2,
    attributes: [
      { attribute: "seats", value: 2 },
      { attribute: "color", value: "Grey" },
      { attribute: "weight", value: 125, scale: 1, unit: "KGM" },
    ],
  },
  { sku: "single", name: "Jogging stroller", category: "shopify/bt/6/3/4", price: 19_900 },
  { sku: "pot-s", name: "Clay Plant Pot, Regular", price: 999, available: 1, words: ["Pot", "Plants"] },
  { sku: "pot-l", name: "Clay Plant Pot, Large", price: 1599, available: 3, words: ["Pot", "Plants"] },
  { sku: "pot-c", name: "White Ceramic Pot", price: 1599, description: "Fired from fine clay" },
  { sku: "sofa", name: "Cream Sofa", price: 50_000, description: "Goes well with a clay pot" },
  { sku: "lock", name: "Bike lock", price: 1_500 },
  { sku: "bike", name: "City bike 28 inch", price: 45_000, condition: "used" },
  { sku: "tent", name: "Two-Person Tent", price: 18_900 },
];
const shop: Catalogue = { currency: "USD", items };

const answered = (intent: Partial<Intent>, catalogue: Catalogue = shop) => {
  const answer = answerIntent(cast(intent), catalogue, now);
  return answer.ok ? answer.value.lines.map(({ sku }) => sku) : [];
};
const reasons = (intent: Partial<Intent>, catalogue: Catalogue = shop) => {
  const answer = answerIntent(cast(intent), catalogue, now);
  return answer.ok ? [] : answer.error.misses.map(({ reason }) => reason);
};
const wants = (name: string, some: Partial<Line> = {}): Partial<Intent> => ({
  want: [line({ name, ...some })],
});
const twin = (some: Partial<Intent> = {}): Partial<Intent> => ({ ...wants("twin stroller"), ...some });

describe("what is wanted by words", () => {
  test.each([
    ["a stroller for twins", "twin"],
    ["Twin Strollers", "twin"],
    ["a clay pot", "pot-s"],
    ["a pot of clay", "pot-s"],
    ["tent for two", "tent"],
    ["a 2 person tent", "tent"],
    ["bike", "bike"],
  ])("%s finds the item %s", (name, sku) => {
    expect(answered(wants(name))).toEqual([sku]);
  });

  test.each(["a leather sofa bed", "a bread pan", "the", "potted meat"])("%s finds nothing", (name) => {
    expect(reasons(wants(name))).toEqual(["not-sold"]);
  });

  test("a thing is not found by what is said about another", () => {
    const catalogue = { ...shop, items: items.filter(({ sku }) => ["sofa", "lock"].includes(sku)) };
    expect(answered(wants("clay pot"), catalogue)).toEqual([]);
    expect(answered(wants("bike"), catalogue)).toEqual([]);
  });

  test("of two that fit equally the cheaper is offered", () => {
    expect(answered(wants("clay pot"))).toEqual(["pot-s"]);
  });

  test("of two that fit equally the one with enough in stock is offered", () => {
    expect(answered(wants("clay pot", { quantity: { value: 3, unit: "C62" } }))).toEqual(["pot-l"]);
  });

  test("nothing is found where neither words nor a category of ours are given", () => {
    expect(reasons({})).toEqual(["not-sold"]);
  });
});

describe("what is wanted by category", () => {
  test("is an item in it or under it", () => {
    expect(answered({ want: [line({ category: "shopify/bt/6/3/4" })] })).toEqual(["single"]);
    expect(answered({ want: [line({ category: "shopify/bt/6/3" })] })).toEqual(["single"]);
  });

  test("is not an item in another category, whatever it is called", () => {
    expect(answered(wants("twin stroller", { category: "shopify/sg/4" }))).toEqual([]);
  });

  test("is no item of that category with other words", () => {
    expect(answered(wants("folding pram", { category: "shopify/bt/6/3" }))).toEqual([]);
  });

  test("may be an item without a category, by its words", () => {
    expect(answered(wants("clay pot", { category: "shopify/hg/12/1/16" }))).toEqual(["pot-s"]);
  });

  test("is not everything under the root of a taxonomy", () => {
    expect(answered({ want: [line({ category: "shopify" })] })).toEqual([]);
    expect(answered({ want: [line({ category: "shopify/bt" })] })).toEqual([]);
  });
});

describe("what is wanted by number", () => {
  test("is the item with that GTIN, in any of its lengths", () => {
    expect(answered({ want: [line({ gtin: "04006381333931" })] })).toEqual(["twin"]);
  });

  test("is the item with that manufacturer's number", () => {
    expect(answered({ want: [line({ mpn: "dt-2000" })] })).toEqual(["twin"]);
  });

  test("is nothing else, though it be called alike", () => {
    expect(reasons(wants("twin stroller", { gtin: "96385074" }))).toEqual(["not-sold"]);
  });

  test("is a substitute, marked as one, where the buyer takes substitutes", () => {
    const answer = answerIntent(
      cast(wants("twin stroller", { gtin: "96385074", substitutes: true })),
      shop,
      now,
    );
    expect(answer.ok && answer.value.lines[0]).toMatchObject({ sku: "twin", substitute: true });
  });
});

describe("a requirement", () => {
  type One = NonNullable<Line["requirements"]>[number];
  const requires = (some: Omit<One, "must">) =>
    answered(wants("twin stroller", { requirements: [{ ...some, must: true }] })).length === 1;

  test.each<[Omit<One, "must">, boolean]>([
    [{ attribute: "seats", operator: "eq", value: 2 }, true],
    [{ attribute: "seats", operator: "eq", value: "2" }, true],
    [{ attribute: "seats", operator: "ge", value: 3 }, false],
    [{ attribute: "seats", operator: "lt", value: 3 }, true],
    [{ attribute: "color", operator: "eq", value: "grey" }, true],
    [{ attribute: "color", operator: "ne", value: "GREY" }, false],
    [{ attribute: "color", operator: "in", value: ["red", "grey"] }, true],
    [{ attribute: "brand", operator: "eq", value: "dovetail" }, true],
    [{ attribute: "weight", operator: "le", value: 13, unit: "KGM" }, true],
    [{ attribute: "weight", operator: "le", value: 1249, scale: 2, unit: "KGM" }, false],
    [{ attribute: "weight", operator: "eq", value: 1250, scale: 2, unit: "KGM" }, true],
    [{ attribute: "weight", operator: "le", value: 13_000, unit: "GRM" }, false],
    [{ attribute: "foldable", operator: "eq", value: true }, false],
  ])("%j is met: %s", (requirement, met) => {
    expect(requires(requirement)).toBe(met);
  });

  test("that is not met is told with the item that came near", () => {
    const requirements: One[] = [{ attribute: "seats", operator: "eq", value: 3, must: true }];
    const answer = answerIntent(cast(wants("twin stroller", { requirements })), shop, now);
    expect(!answer.ok && answer.error.misses[0]).toEqual({
      reason: "requirement",
      detail: "Twin stroller: seats is 2",
      line: 0,
      sku: "twin",
    });
  });

  test("that is only preferred decides between items that fit equally", () => {
    const requirements: One[] = [{ attribute: "size", operator: "eq", value: "Large", weight: 10 }];
    const catalogue = {
      ...shop,
      items: items.map((item) =>
        item.sku === "pot-l" ? { ...item, attributes: [{ attribute: "size", value: "Large" }] } : item,
      ),
    };
    expect(answered(wants("clay pot", { requirements }), catalogue)).toEqual(["pot-l"]);
  });
});

describe("there is no offer", () => {
  const terms = [{ iri: "https://terms.example/1", sha256: bytes(32, 9), must: true }];

  test.each<[string, Partial<Intent>, Catalogue, keyof typeof missReasons]>([
    ["when the intent is over", twin({ expires: now }), shop, "intent-over"],
    ["when the award would come too late", twin({ award: { deadline: now - 1 } }), shop, "intent-over"],
    ["in another currency", twin({ price: { currency: "EUR", max: 99_900 } }), shop, "currency"],
    ["above the intent's limit", twin({ price: { currency: "USD", max: 24_899 } }), shop, "price"],
    ["below the shop's price, firm", twin({ price: { currency: "USD", firm: 20_000 } }), shop, "price"],
    ["outside the area served", twin({ where: ["iso3166/MX"] }), { ...shop, areas: ["iso3166/US"] }, "place"],
    ["for terms the shop does not accept", twin({ terms }), shop, "terms"],
    ["for a shop that does not deliver so", twin({ delivery: ["courier"] }), shop, "delivery"],
    [
      "for a shop that delivers later",
      twin({ when: { until: now + hour } }),
      { ...shop, delivery: [{ method: "parcel", cost: 0, within: hour }] },
      "too-late",
    ],
    ["with a promise where none is made", twin({ when: { until: now + hour } }), shop, "too-late"],
    ["of more than there is", wants("twin stroller", { quantity: { value: 3, unit: "C62" } }), shop, "stock"],
    ["by weight", wants("twin stroller", { quantity: { value: 3, unit: "KGM" } }), shop, "unit"],
    [
      "of half a piece",
      wants("twin stroller", { quantity: { value: 5, scale: 1, unit: "C62" } }),
      shop,
      "unit",
    ],
    ["in another condition", wants("twin stroller", { condition: ["used"] }), shop, "condition"],
  ])("%s", (_, intent, catalogue, reason) => {
    expect(reasons(intent, catalogue)).toEqual([reason]);
  });

  test("for part of what is wanted, unless the rest is optional", () => {
    const want = [line({ name: "twin stroller" }), line({ name: "diving bell" })];
    expect(reasons({ want })).toEqual(["not-sold"]);
    expect(answered({ want: [want[0] as Line, { ...(want[1] as Line), optional: true }] })).toEqual(["twin"]);
  });

  test("of the same last piece for two lines", () => {
    const pots = wants("twin stroller", { quantity: { value: 2, unit: "C62" } }).want as Line[];
    expect(reasons({ want: [...pots, ...pots] })).toEqual(["stock"]);
  });

  test("of what is reserved for others", () => {
    const answer = answerIntent(cast(twin()), shop, now, new Map([["twin", 2]]));
    expect(!answer.ok && answer.error.misses[0]?.reason).toBe("stock");
  });
});

describe("of an item too few of which are left", () => {
  const pots = (value: number, some: Partial<Line> = {}) =>
    wants("large clay pot", { quantity: { value, unit: "C62" }, ...some });
  const offered = (intent: Partial<Intent>, catalogue: Catalogue = shop) => {
    const answer = answerIntent(cast(intent), catalogue, now);
    return answer.ok ? answer.value.lines : [];
  };
  const large = { ...shop, items: items.filter(({ sku }) => sku === "pot-l") };

  test("nothing is offered where all are wanted", () => {
    expect(reasons(pots(5), large)).toEqual(["stock"]);
  });

  test("a part is offered for an optional line, at the price of the part", () => {
    expect(offered(pots(5, { optional: true }), large)).toMatchObject([
      { quantity: { value: 3, unit: "C62" }, price: 3 * 1599 },
    ]);
  });

  test("a part is offered as a substitute where substitutes are taken", () => {
    expect(offered(pots(5, { gtin: "96385074", substitutes: true }), large)).toMatchObject([
      { quantity: { value: 3, unit: "C62" }, substitute: true },
    ]);
  });

  test("a part of the very item is no answer, where it is not optional", () => {
    const few = { ...shop, items: large.items.map((item) => ({ ...item, gtin: "96385074" })) };
    expect(reasons(pots(5, { gtin: "96385074", substitutes: true }), few)).toEqual(["stock"]);
  });

  test("the whole of another is offered before a part of it", () => {
    const more = {
      ...shop,
      items: [...large.items, { sku: "pot-x", name: "Clay Pot, Large", price: 2_000 }],
    };
    expect(offered(pots(5, { optional: true }), more)).toMatchObject([
      { sku: "pot-x", quantity: { value: 5 } },
    ]);
  });

  test("a part is in whole dozens where dozens are wanted", () => {
    const many = { ...shop, items: large.items.map((item) => ({ ...item, available: 40 })) };
    const dozens = { value: 50, scale: 1, unit: "DZN" };
    expect(offered(pots(5, { optional: true, quantity: dozens }), many)).toMatchObject([
      { quantity: { value: 3, unit: "DZN" }, price: 36 * 1599 },
    ]);
  });

  test("two lines do not get the same pieces", () => {
    const one = pots(2).want?.[0] as Line;
    expect(
      offered({ want: [one, { ...one, optional: true }] }, large).map(({ quantity }) => quantity.value),
    ).toEqual([2, 1]);
  });
});

test("a dozen is twelve pieces, and each is one", () => {
  const answer = (unit: string) => {
    const draft = answerIntent(cast(wants("tent", { quantity: { value: 2, unit } })), shop, now);
    return draft.ok ? draft.value.lines.map(({ price, quantity }) => [price, quantity]) : [];
  };
  expect(answer("DZN")).toEqual([[24 * 18_900, { value: 2, unit: "DZN" }]]);
  expect(answer("EA")).toEqual([[2 * 18_900, { value: 2, unit: "EA" }]]);
  expect(answer("PR")).toEqual([]);
});

describe("an offer", () => {
  const equipped: Catalogue = {
    ...shop,
    delivery: [
      { method: "courier", cost: 1_500, within: hour, areas: ["geohash/9/m/u/d"] },
      { method: "parcel", cost: 500, freeFrom: 50_000, within: 48 * hour },
      { method: "pickup", cost: 0, place: "12 Harbour Street" },
    ],
    tax: { rate: 825, included: false },
    payment: ["card", "cash"],
    terms: [bytes(32, 8), bytes(32, 9)],
  };
  const offer = (intent: Partial<Intent>, catalogue = equipped) => {
    const answer = answerIntent(cast(intent), catalogue, now);
    return answer.ok ? answer.value : undefined;
  };

  test("adds delivery and tax, rounded, to the goods", () => {
    expect(offer(twin({ delivery: ["parcel"] }))?.breakdown).toEqual({
      goods: 24_900,
      delivery: 500,
      tax: 2_096,
    });
  });

  test("adds no tax where prices contain it", () => {
    const included = { ...equipped, tax: { rate: 2_000, included: true } };
    expect(offer(twin({ delivery: ["parcel"] }), included)?.breakdown).toEqual({
      goods: 24_900,
      delivery: 500,
    });
  });

  test("delivers free of charge from the shop's threshold on", () => {
    const two = wants("twin stroller", { quantity: { value: 2, unit: "C62" } });
    const free = { ...equipped, delivery: [{ method: "parcel" as const, cost: 500, freeFrom: 49_800 }] };
    expect(offer(two, free)?.breakdown).toMatchObject({ goods: 49_800, delivery: 0 });
  });

  test("takes the cheapest way to deliver that is allowed, in time and for the place", () => {
    expect(offer(twin())?.delivery).toEqual({ method: "pickup", place: "12 Harbour Street" });
    expect(offer(twin({ when: { until: now + 72 * hour } }))?.delivery?.method).toBe("parcel");
    const soon = { when: { until: now + 2 * hour } };
    expect(offer(twin({ ...soon, where: ["geohash/9/m/u/d/q"] }))?.delivery?.method).toBe("courier");
    expect(offer(twin({ ...soon, where: ["geohash/9/q"] }))).toBeUndefined();
  });

  test("promises delivery after its last moment, and stands for less long where that would be too late", () => {
    const draft = offer(twin({ when: { until: now + 90 * minute }, where: ["geohash/9/m/u/d/q"] }));
    expect(draft?.expires).toBe(now + 30 * minute);
    expect(draft?.delivery?.until).toBe(now + 90 * minute);
  });

  test("is firm as long as the catalogue says, and no longer than the intent lives or can be awarded", () => {
    expect(offer(twin(), { ...equipped, firmFor: 600 })?.expires).toBe(now + 600);
    expect(offer(twin({ expires: now + 300 }))?.expires).toBe(now + 300);
    expect(offer(twin({ award: { deadline: now + 200 } }))?.expires).toBe(now + 200);
  });

  test("accepts those of the intent's terms that the shop accepts", () => {
    const terms = [9, 7].map((fill) => ({
      iri: `https://terms.example/${fill}`,
      sha256: bytes(32, fill),
      must: fill === 9,
    }));
    expect(offer(twin({ terms }))?.terms).toEqual([bytes(32, 9)]);
  });

  test("gives way on fit, and then on optional lines, to keep within the price", () => {
    const choice: Catalogue = {
      currency: "USD",
      items: [
        { sku: "fine", name: "Garden chair", price: 9_000 },
        { sku: "plain", name: "Chair", price: 3_000, words: ["garden"] },
        { sku: "table", name: "Garden table", price: 8_000 },
      ],
    };
    const want = [line({ name: "garden chair" }), line({ name: "garden table", optional: true })];
    const within = (max: number) => answered({ want, price: { currency: "USD", max } }, choice);
    expect(within(17_000)).toEqual(["fine", "table"]);
    expect(within(11_000)).toEqual(["plain", "table"]);
    expect(within(9_000)).toEqual(["fine"]);
    expect(within(3_000)).toEqual(["plain"]);
    expect(within(2_999)).toEqual([]);
  });

  test("always conforms to the intent and to the schema of offers", () => {
    const names = fc.constantFrom("twin stroller", "clay pot", "tent", "bike", "white ceramic pot", "sofa");
    const wanted = fc.record(
      {
        category: fc.constantFrom("uncategorized", "shopify", "shopify/bt/6/3"),
        name: names,
        quantity: fc.record({ value: fc.integer({ min: 1, max: 4 }), unit: fc.constantFrom("C62", "DZN") }),
        gtin: fc.constantFrom("4006381333931", "96385074"),
        substitutes: fc.constant(true as const),
        condition: fc.constant(["new" as const, "refurbished" as const]),
        requirements: fc.constantFrom(
          [{ attribute: "seats", operator: "ge" as const, value: 2, unit: "C62", must: true as const }],
          [{ attribute: "brand", operator: "eq" as const, value: "DOVETAIL", must: true as const }],
          [{ attribute: "color", operator: "eq" as const, value: "red", weight: 5 }],
        ),
        optional: fc.constant(true as const),
      },
      { requiredKeys: ["category", "quantity", "name"] },
    );
    const intents = fc.record(
      {
        want: fc.array(wanted, { minLength: 1, maxLength: 3 }),
        where: fc.constantFrom(["iso3166/US/CA"], ["geohash/9/m/u/d/q"]),
        delivery: fc.subarray(["parcel", "courier", "pickup"] as const, { minLength: 1 }),
        when: fc.record({ until: fc.integer({ min: now, max: now + 80 * hour }) }),
        price: fc.oneof(
          fc.record({ currency: fc.constant("USD"), max: fc.nat(200_000) }),
          fc.record({
            currency: fc.constant("USD"),
            curve: fc.constant([
              { at: now - hour, price: 1_000 },
              { at: now + hour, price: 90_000 },
            ]),
          }),
        ),
        expires: fc.integer({ min: now - 10, max: now + hour }),
      },
      { requiredKeys: ["want"] },
    );
    let offers = 0;
    fc.assert(
      fc.property(intents, fc.boolean(), (some, included) => {
        const intent = cast(some as unknown as Partial<Intent>);
        const catalogue = { ...equipped, tax: { rate: 825, included } };
        const answer = answerIntent(intent, catalogue, now);
        if (!answer.ok) {
          expect(answer.error.misses.length).toBeGreaterThan(0);
          return;
        }
        offers++;
        const proposed = propose(answer.value, intent.body, now);
        expect(checkOffer(intent.body, proposed, now)).toEqual({ ok: true, value: undefined });
        const head = {
          nonce: bytes(16, 0),
          thread: intent.id,
          prev: intent.id,
          to: intent.body.reply.mailbox,
        };
        const body = { ...proposed, ...head, seller: "Shop", reply: intent.body.reply };
        expect(kinds.offer.schema.safeParse(body).success).toBe(true);
        expect(kinds.offer.rules(body).ok).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(offers).toBeGreaterThan(0);
  });
});
