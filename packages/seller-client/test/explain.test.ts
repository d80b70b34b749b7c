import { describe, expect, test } from "vitest";
import { answerIntent, type Catalogue, explain, type Item } from "../src/index.ts";
import { cast, type Intent, type Line, line, now } from "./wish.ts";

const chair = (sku: string, some: Partial<Item> = {}): Item => ({
  sku,
  name: "Garden chair",
  price: 5_000,
  ...some,
});
const shop = (...items: Item[]): Catalogue => ({ currency: "USD", items });

const explained = (catalogue: Catalogue, some: Partial<Line> = {}, intent: Partial<Intent> = {}) => {
  const asked = cast({ want: [line({ name: "garden chair", ...some })], ...intent });
  const explanation = explain(asked, catalogue, now);
  const answer = answerIntent(asked, catalogue, now);
  expect(explanation.offer).toEqual(answer.ok ? answer.value : undefined);
  return explanation.considered.map(
    ({ sku, offered, reason }) => `${sku} ${offered ? "offered" : "not"}: ${reason}`,
  );
};

describe("an explanation", () => {
  const wanted = { gtin: "4006381333931", substitutes: true } as const;

  test.each<[string, Item[], Partial<Line>, Partial<Intent>, string[]]>([
    ["the only one", [chair("a")], {}, {}, ["a offered: only"]],
    [
      "the cheaper",
      [chair("a"), chair("b", { price: 4_000 })],
      {},
      {},
      ["b offered: cheaper", "a not: cheaper"],
    ],
    [
      "what is more like it",
      [chair("a", { name: "Chair", words: ["garden"], price: 1_000 }), chair("b")],
      {},
      {},
      ["b offered: fit", "a not: fit"],
    ],
    [
      "the new one",
      [chair("a", { condition: "used" }), chair("b")],
      {},
      {},
      ["b offered: new", "a not: new"],
    ],
    ["the first by its SKU", [chair("b"), chair("a")], {}, {}, ["a offered: sku", "b not: sku"]],
    [
      "the very item",
      [chair("a"), chair("b", { gtin: "4006381333931" })],
      wanted,
      {},
      ["b offered: exact", "a not: exact"],
    ],
    [
      "the one of which there are enough",
      [chair("a", { available: 1, price: 1_000 }), chair("b")],
      { quantity: { value: 2, unit: "C62" }, optional: true },
      {},
      ["b offered: whole", "a not: whole"],
    ],
    [
      "the cheapest within the limit",
      [chair("a", { price: 9_000 }), chair("b", { name: "Chair", words: ["garden"] })],
      {},
      { price: { currency: "USD", max: 6_000 } },
      ["b offered: limit", "a not: limit"],
    ],
  ])("says why %s was offered, and the others not", (_, items, some, intent, said) => {
    expect(explained(shop(...items), some, intent)).toEqual(said);
  });

  test("tells of items that came near what they lack, also beside an offer", () => {
    expect(
      explained(shop(chair("a"), chair("b", { available: 0 }), chair("c", { condition: "used" })), {
        condition: ["new"],
      }),
    ).toEqual(["a offered: only", "b not: stock", "c not: condition"]);
  });

  test("tells what else stood in the way of an item that would do", () => {
    const intent = cast({ want: [line({ name: "garden chair" }), line({ name: "whale" })] });
    const { offer, considered, misses } = explain(intent, shop(chair("a")), now);
    expect(offer).toBeUndefined();
    expect(considered).toMatchObject([{ sku: "a", offered: false, reason: "no-offer" }]);
    expect(misses).toMatchObject([{ reason: "not-sold", line: 1 }]);
  });

  test("tells of an optional line that was left out to keep within the price", () => {
    const intent = cast({
      want: [line({ name: "garden chair" }), line({ name: "garden table", optional: true })],
      price: { currency: "USD", max: 6_000 },
    });
    const { considered } = explain(intent, shop(chair("a"), chair("t", { name: "Garden table" })), now);
    expect(considered).toMatchObject([
      { sku: "a", offered: true },
      { sku: "t", reason: "left-out" },
    ]);
  });

  test("tells what stands in the way of any offer", () => {
    const intent = cast({ price: { currency: "EUR", max: 1 } });
    expect(explain(intent, shop(chair("a")), now)).toEqual({
      considered: [],
      misses: [{ reason: "currency", detail: "EUR, not USD" }],
    });
  });

  test("says it in a sentence, with the price", () => {
    const [only] = explain(
      cast({ want: [line({ name: "garden chair" })] }),
      shop(chair("a")),
      now,
    ).considered;
    expect(only?.detail).toBe("1 for 50.00 USD: it is the only item that will do");
  });
});
