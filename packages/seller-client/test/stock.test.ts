import { type Deal, day, type Phase, type Signed, toHex } from "@intentcast/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Catalogue } from "../src/index.ts";
import { holdOf } from "../src/shop/hold.ts";
import { Stock, type Threads } from "../src/shop/stock.ts";
import type { Thread } from "../src/thread/ledger.ts";

const now = 1_800_000_000;
const seller = new Uint8Array(32).fill(7);
const buyer = new Uint8Array(32).fill(8);

type Some = {
  readonly n: number;
  readonly phase: Phase;
  readonly lines?: readonly { readonly sku?: string; readonly value: number; readonly unit?: string }[];
  readonly awardedAt?: number;
  readonly movedAt?: number;
  readonly orderedAt?: number;
  readonly receiptAt?: number;
  readonly deliveredAt?: number;
  readonly reportedAt?: number;
};

const signed = (kind: string, author: Uint8Array, body: object): Signed =>
  ({ kind, author, id: new Uint8Array(32), bytes: new Uint8Array(0), body }) as unknown as Signed;

/** A thread as far as stock looks at it. */
function thread({ n, phase, lines = [], movedAt = now, ...some }: Some): Thread {
  const id = new Uint8Array(32).fill(n);
  const body = {
    lines: lines.map(({ sku, value, unit = "C62" }) => ({ ...(sku && { sku }), quantity: { value, unit } })),
  };
  const delivered = { status: "OrderDelivered" };
  const messages = [
    ...(some.orderedAt === undefined ? [] : [signed("order", seller, { issued: some.orderedAt })]),
    ...(some.reportedAt === undefined
      ? []
      : [signed("update", buyer, { ...delivered, issued: some.reportedAt })]),
    ...(some.deliveredAt === undefined
      ? []
      : [signed("update", seller, { ...delivered, issued: some.deliveredAt })]),
    ...(some.receiptAt === undefined ? [] : [signed("receipt", seller, { issued: some.receiptAt })]),
  ];
  const offer = signed("offer", seller, body) as Signed<"offer">;
  const intent = { ...signed("intent", buyer, {}), id } as Signed<"intent">;
  const deal: Deal = { phase, intent, messages, seller, offer, rounds: 0 };
  const awardedAt = some.awardedAt === undefined ? {} : { awardedAt: some.awardedAt };
  return { key: toHex(id), deal, movedAt, ...awardedAt };
}

class Moving implements Threads {
  readonly #threads = new Map<string, Thread>();
  readonly #watchers: ((thread: Thread) => void)[] = [];
  get threads(): readonly Thread[] {
    return [...this.#threads.values()];
  }
  watch(moved: (thread: Thread) => void): void {
    this.#watchers.push(moved);
  }
  move(one: Thread): void {
    this.#threads.set(one.key, one);
    for (const tell of this.#watchers) tell(one);
  }
}

const shop = (some: Partial<Catalogue> = {}): Catalogue => ({
  currency: "USD",
  items: [
    { sku: "pot", name: "Pot", price: 1, available: 5 },
    { sku: "tent", name: "Tent", price: 1 },
  ],
  ...some,
});

describe("an award", () => {
  const two = { n: 1, lines: [{ sku: "pot", value: 2 }], awardedAt: 3 };
  const held = (some: Partial<Some> & Pick<Some, "phase">, countedAt = now) =>
    holdOf(thread({ ...two, ...some }), { countedAt })?.pieces.get("pot");

  test("holds its pieces while it waits for its order, and while the order is on its way", () => {
    expect(held({ phase: "awarded" })).toBe(2);
    expect(held({ phase: "ordered" })).toBe(2);
    expect(held({ phase: "ordered" }, now + 29 * day)).toBe(2);
  });

  test.each<Phase>(["declined", "cancelled"])("holds nothing any more once it is %s", (phase) => {
    expect(held({ phase })).toBeUndefined();
  });

  test("holds its pieces after the receipt until a feed was counted later", () => {
    expect(held({ phase: "receipted", receiptAt: now }, now)).toBe(2);
    expect(held({ phase: "receipted", receiptAt: now }, now + 1)).toBeUndefined();
  });

  test("holds its pieces after delivery until a feed was counted later, also when they come back", () => {
    expect(held({ phase: "ordered", deliveredAt: now }, now)).toBe(2);
    expect(held({ phase: "ordered", deliveredAt: now }, now + 1)).toBeUndefined();
    expect(held({ phase: "returned", deliveredAt: now }, now)).toBe(2);
  });

  test("holds its pieces whatever the buyer reports", () => {
    expect(held({ phase: "ordered", reportedAt: now - day }, now)).toBe(2);
  });

  test("holds nothing in a feed that was counted thirty days after the last word", () => {
    expect(held({ phase: "ordered", movedAt: now - 30 * day - 1 })).toBeUndefined();
  });

  test("holds pieces by what its unit counts, and rounds up what is no whole piece", () => {
    const of = (value: number, unit: string) =>
      held({ phase: "ordered", lines: [{ sku: "pot", value, unit }] });
    expect(of(2, "DZN")).toBe(24);
    expect(of(3, "KGM")).toBe(3);
  });

  test("holds its pieces until its order, where the feed counts what is unsold and was counted later", () => {
    const order = { n: 1, phase: "ordered" as const, lines: two.lines, awardedAt: 3, orderedAt: now };
    const held = (countedAt: number) =>
      holdOf(thread(order), { countedAt, counts: "unsold" })?.pieces.get("pot");
    expect(held(now)).toBe(2);
    expect(held(now + 1)).toBeUndefined();
    expect(
      holdOf(thread({ ...two, phase: "awarded" }), { countedAt: now + 1, counts: "unsold" }),
    ).toBeDefined();
  });

  test("that was never given holds nothing", () => {
    expect(holdOf(thread({ n: 1, phase: "offered", lines: two.lines }), { countedAt: now })).toBeUndefined();
  });
});

describe("stock", () => {
  test("gives the last piece to the award that came first, in whichever order they are looked at", () => {
    const threads = new Moving();
    const stock = new Stock(threads, shop(), now);
    const late = thread({ n: 1, phase: "awarded", lines: [{ sku: "pot", value: 3 }], awardedAt: 9 });
    const early = thread({ n: 2, phase: "awarded", lines: [{ sku: "pot", value: 3 }], awardedAt: 4 });
    threads.move(late);
    threads.move(early);
    expect(stock.isThereFor(late.deal)).toBe(false);
    expect(stock.isThereFor(early.deal)).toBe(true);
  });

  test("has nothing of an item that is no longer in the catalogue", () => {
    const threads = new Moving();
    const stock = new Stock(threads, shop(), now);
    const one = thread({ n: 1, phase: "awarded", lines: [{ sku: "pot", value: 1 }], awardedAt: 1 });
    threads.move(one);
    stock.replace(shop({ items: [] }), now);
    expect(stock.isThereFor(one.deal)).toBe(false);
  });

  test("that items share is one: what is awarded of one is not there for the others", () => {
    const variants = ["red", "blue"].map((sku) => ({
      sku,
      name: sku,
      price: 1,
      available: 3,
      sharedStock: "jacket",
    }));
    const threads = new Moving();
    const stock = new Stock(threads, shop({ items: variants }), now);
    const take = (n: number, ...lines: { sku: string; value: number }[]) => {
      const one = thread({ n, phase: "awarded", lines, awardedAt: n });
      threads.move(one);
      return stock.isThereFor(one.deal);
    };
    expect(take(1, { sku: "red", value: 2 })).toBe(true);
    expect(take(2, { sku: "blue", value: 2 })).toBe(false);
    threads.move(thread({ n: 2, phase: "declined" }));
    expect(take(3, { sku: "blue", value: 1 })).toBe(true);
    threads.move(thread({ n: 1, phase: "declined" }));
    expect(take(4, { sku: "red", value: 1 }, { sku: "blue", value: 2 })).toBe(false);
  });

  test("is held of the other variants when the one that was sold leaves the feed, until it is back", () => {
    const variants = ["red", "blue"].map((sku) => ({
      sku,
      name: sku,
      price: 1,
      available: 3,
      sharedStock: "jacket",
    }));
    const threads = new Moving();
    const stock = new Stock(threads, shop({ items: variants }), now);
    threads.move(thread({ n: 1, phase: "awarded", lines: [{ sku: "red", value: 2 }], awardedAt: 1 }));
    stock.replace(shop({ items: variants.slice(1) }), now);
    expect([...stock.reserved]).toEqual([["blue", 2]]);
    const second = thread({ n: 2, phase: "awarded", lines: [{ sku: "blue", value: 2 }], awardedAt: 2 });
    threads.move(second);
    expect(stock.isThereFor(second.deal)).toBe(false);
    stock.replace(shop({ items: variants }), now);
    expect([...stock.reserved].sort()).toEqual([
      ["blue", 2],
      ["red", 2],
    ]);
    stock.replace(shop({ items: [] }), now);
    stock.replace(shop({ items: variants.slice(1) }), now);
    threads.move(thread({ n: 2, phase: "declined" }));
    expect([...stock.reserved]).toEqual([["blue", 2]]);
    threads.move(thread({ n: 1, phase: "declined" }));
    expect(stock.reserved.size).toBe(0);
  });

  test("always is what a count over all threads says", () => {
    const sku = fc.constantFrom("pot", "tent", "gone", undefined);
    const at = fc.integer({ min: now - 40 * day, max: now + 5 });
    const some = fc.record(
      {
        n: fc.integer({ min: 1, max: 6 }),
        phase: fc.constantFrom<Phase>(
          "offered",
          "awarded",
          "ordered",
          "receipted",
          "declined",
          "cancelled",
          "returned",
        ),
        lines: fc.array(
          fc.record({
            sku,
            value: fc.integer({ min: 1, max: 4 }),
            unit: fc.constantFrom("C62", "DZN", "KGM"),
          }),
          { maxLength: 3 },
        ),
        awardedAt: fc.integer({ min: 1, max: 50 }),
        movedAt: at,
        receiptAt: at,
        deliveredAt: at,
      },
      { requiredKeys: ["n", "phase"] },
    );
    const moves = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: some.map((one) => ({ thread: thread(one as Some) })) },
        { weight: 1, arbitrary: fc.record({ countedAt: at }) },
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(moves, (steps) => {
        const threads = new Moving();
        const stock = new Stock(threads, shop({ countedAt: 0 }), now);
        let countedAt = 0;
        for (const step of steps) {
          if ("thread" in step) threads.move(step.thread);
          else {
            countedAt = step.countedAt;
            stock.replace(shop({ countedAt }), now);
          }
          const holds = threads.threads.flatMap((one) => holdOf(one, { countedAt }) ?? []);
          const counted = new Map<string, number>();
          for (const [sku, pieces] of holds.flatMap((hold) => [...hold.pieces]))
            counted.set(sku, (counted.get(sku) ?? 0) + pieces);
          expect(new Map([...stock.reserved].sort())).toEqual(new Map([...counted].sort()));
          for (const { deal, awardedAt } of threads.threads) {
            const mine = holdOf(threads.threads.find((one) => one.deal === deal) as Thread, { countedAt });
            if (mine === undefined || awardedAt === undefined) continue;
            const before = holds.filter(({ position }) => position < awardedAt);
            const potsBefore = before.reduce((sum, { pieces }) => sum + (pieces.get("pot") ?? 0), 0);
            const pots = mine.pieces.get("pot") ?? 0;
            const isThere = !mine.pieces.has("gone") && (pots === 0 || pots + potsBefore <= 5);
            expect(stock.isThereFor(deal)).toBe(isThere);
          }
        }
      }),
    );
  });
});
