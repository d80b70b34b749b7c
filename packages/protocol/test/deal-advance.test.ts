import { dealStory, filled } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, turns } from "../src/deal/advance.ts";
import { awardsLeft, type Deal, isTerminal, openDeal, type Phase, phases } from "../src/deal/deal.ts";
import { milestones, statusRules } from "../src/deal/status.ts";
import { maxRounds, maxTalkBytes } from "../src/limits.ts";
import type { WantedLine } from "../src/message/intent.ts";
import type { SealedKind } from "../src/message/kinds.ts";
import type { Private, Signed } from "../src/message/message.ts";
import { type OrderStatus, statuses } from "../src/message/update.ts";
import type { registry } from "../src/reject.ts";

const {
  award,
  buyerSays,
  counter,
  fakePen,
  hour,
  mailboxes,
  minute,
  noon,
  offer,
  order,
  play,
  receipt,
  sellerSays,
  storyBy,
} = dealStory;
type Step = dealStory.Step;
type Who = dealStory.Who;

const story = storyBy(fakePen);
const held = (...steps: readonly Step[]): Deal => play(story, story.open(), ...steps);

/** What became of a message that is taken into account when it was issued, or at another time. */
function phaseAfter(deal: Deal, message: Private, now = message.body.issued): string {
  const next = advance(deal, message, now);
  return next.ok ? next.value.phase : next.error.code;
}

const roads: Record<Phase, readonly Step[]> = {
  open: [],
  offered: [offer],
  countered: [offer, counter],
  awarded: [offer, award],
  ordered: [offer, award, order],
  receipted: [offer, award, order, receipt],
  declined: [offer, (s, deal) => s.decline(deal)],
  cancelled: [offer, award, order, sellerSays("OrderCancelled")],
  returned: [offer, award, order, sellerSays("OrderDelivered"), sellerSays("OrderReturned")],
};

describe("a deal's way", () => {
  test.each(phases)("reaches the phase %s", (phase) => {
    expect(held(...roads[phase]).phase).toBe(phase);
  });

  test("goes from the intent through offer, counter, offer, award, order, updates to a receipt", () => {
    const deal = held(
      offer,
      counter,
      offer,
      award,
      order,
      sellerSays("OrderInTransit"),
      sellerSays("OrderDelivered"),
      receipt,
    );
    expect(deal.phase).toBe("receipted");
    expect(deal.status).toBe("OrderDelivered");
    expect(deal.rounds).toBe(1);
    expect(deal.messages.map(({ kind }) => kind)).toEqual([
      "intent",
      "offer",
      "counter",
      "offer",
      "award",
      "order",
      "update",
      "update",
      "receipt",
    ]);
  });

  const makers: Record<SealedKind, readonly Step[]> = {
    offer: [offer],
    counter: [counter],
    decline: [(s, d) => s.decline(d), (s, d) => s.decline(d, { who: "seller" })],
    award: [award],
    order: [order],
    update: [sellerSays("OrderProblem"), buyerSays("OrderProblem")],
    receipt: [receipt],
    note: [(s, d) => s.note(d), (s, d) => s.note(d, { who: "seller" })],
  };
  const cases = phases.flatMap((phase) =>
    (Object.keys(makers) as SealedKind[]).map((kind) => ({ phase, kind, fits: turns[kind].includes(phase) })),
  );

  test.each(cases.filter(({ fits }) => !fits))("no $kind follows in the phase $phase", ({ phase, kind }) => {
    const deal = held(...roads[phase]);
    for (const make of makers[kind])
      expect(phaseAfter(deal, make(story, deal))).toBe(isTerminal(phase) ? "deal-over" : "out-of-turn");
  });

  const next: Partial<Record<`${SealedKind} ${Phase}`, string>> = {
    "offer open": "offered",
    "offer offered": "offered",
    "offer countered": "offered",
    "counter offered": "countered",
    "decline offered": "declined",
    "decline countered": "declined",
    "decline awarded": "declined",
    "decline ordered": "out-of-turn",
    "award offered": "awarded",
    "award countered": "awarded",
    "order awarded": "ordered",
    "update ordered": "ordered",
    "update receipted": "receipted",
    "receipt ordered": "receipted",
    "receipt receipted": "receipt-twice",
    "note offered": "offered",
    "note countered": "countered",
    "note awarded": "awarded",
    "note ordered": "ordered",
    "note receipted": "receipted",
  };
  test.each(cases.filter(({ fits }) => fits))("a $kind in the phase $phase", ({ phase, kind }) => {
    const deal = held(...roads[phase]);
    for (const make of makers[kind])
      expect(phaseAfter(deal, make(story, deal))).toBe(next[`${kind} ${phase}`]);
  });
});

describe("offers and awards", () => {
  test("a seller may make a better offer, and the buyer may take either while both are firm", () => {
    const first = held(offer);
    const second = play(story, first, (s, deal) => s.offer(deal, { total: 18_000 }));
    expect(second.offer?.body.total).toBe(18_000);
    expect(play(story, second, award).offer?.body.total).toBe(18_000);
    const older = story.award(second, { prev: first.offer?.id as Uint8Array });
    const awarded = play(story, second, () => older);
    expect(awarded.offer).toBe(first.offer);
    expect(play(story, awarded, order).order?.body.total).toBe(20_000);
  });

  test("an offer that crossed the counter stands on both sides", () => {
    const offered = held(offer);
    const asked = story.counter(offered);
    const better = story.offer(offered, { total: 18_000 });
    const atBuyer = play(
      story,
      offered,
      () => asked,
      () => better,
    );
    const atSeller = play(story, offered, () => better);
    expect(phaseAfter(atSeller, asked)).toBe("prev-wrong");
    expect(atBuyer.phase).toBe(atSeller.phase);
    expect(atBuyer.offer).toBe(atSeller.offer);
  });

  test("a counter that was answered is not answered again", () => {
    const deal = held(offer, counter, offer);
    const again = story.offer(deal, { prev: deal.counter?.id as Uint8Array });
    expect(phaseAfter(deal, again)).toBe("prev-wrong");
  });

  test("deadlines hold up to and with their second", () => {
    const short = held((s, deal) => s.offer(deal, { expires: noon + hour }));
    expect(phaseAfter(short, story.award(short), noon + hour)).toBe("awarded");
    expect(phaseAfter(short, story.counter(short), noon + hour)).toBe("countered");
    const long = held(offer);
    expect(phaseAfter(long, story.award(long), noon + 6 * hour)).toBe("awarded");
    expect(phaseAfter(long, story.counter(long), noon + 7 * hour)).toBe("countered");
    const brief = withIntent({ expires: noon + hour }, offer);
    expect(phaseAfter(brief, story.counter(brief), noon + hour)).toBe("countered");
  });

  test("clocks may differ by five minutes, and no more", () => {
    const deal = held(offer);
    const ahead = story.award(deal, { issued: noon + hour });
    expect(phaseAfter(deal, ahead, noon + hour - 5 * minute)).toBe("awarded");
    const behind = story.award(deal, { issued: noon - 4 * minute });
    expect(phaseAfter(deal, behind)).toBe("awarded");
  });

  test("an award takes an offer that was countered, while it is firm", () => {
    expect(held(offer, counter, award).phase).toBe("awarded");
  });

  test("an offer may meet the counter where the intent alone would refuse it", () => {
    const deal = play(story, held(offer), (s, d) =>
      s.counter(d, { change: { quantities: [{ line: 0, quantity: { value: 3, unit: "C62" } }] } }),
    );
    const three = [
      {
        line: 0,
        name: "Three",
        condition: "new" as const,
        quantity: { value: 3, unit: "C62" },
        price: 20_000,
      },
    ];
    expect(phaseAfter(deal, story.offer(deal, { lines: three }))).toBe("offered");
    expect(phaseAfter(held(offer), story.offer(held(offer), { lines: three }))).not.toBe("offered");
  });

  test("an intent awards as often as it has winners; declined and cancelled deals give theirs back", () => {
    const one = story.intent();
    const two = story.intent({ award: { winners: 2 } });
    const of = (intent: Signed<"intent">, phase: Phase) => play(story, openDeal(intent), ...roads[phase]);
    expect(awardsLeft(one, [])).toBe(1);
    expect(awardsLeft(one, [of(one, "offered"), of(one, "declined"), of(one, "cancelled")])).toBe(1);
    expect(awardsLeft(one, [of(two, "awarded")])).toBe(1);
    expect(awardsLeft(two, [of(two, "awarded")])).toBe(1);
    expect(awardsLeft(two, [of(two, "ordered"), of(two, "returned")])).toBe(0);
    expect(awardsLeft(one, [of(one, "ordered"), of(one, "receipted")])).toBe(0);
  });
});

describe("declines", () => {
  test("a seller may decline an award, and need not have seen it", () => {
    const offered = held(offer);
    const sorry = story.decline(offered, { who: "seller", reason: "out-of-stock" });
    const awarded = play(story, offered, award);
    expect(phaseAfter(awarded, sorry)).toBe("declined");
    expect(phaseAfter(awarded, story.decline(awarded, { who: "seller" }))).toBe("declined");
  });

  test("a buyer who takes back an award answers that award", () => {
    const awarded = held(offer, award);
    const prev = awarded.offer?.id as Uint8Array;
    expect(phaseAfter(awarded, story.decline(awarded, { prev }))).toBe("prev-wrong");
    expect(phaseAfter(awarded, story.decline(awarded))).toBe("declined");
  });

  test("an award taken back while the order was on its way ends the deal on both sides", () => {
    const awarded = held(offer, award);
    const back = story.decline(awarded);
    const confirmed = story.order(awarded);
    const atSeller = play(story, awarded, () => confirmed);
    const atBuyer = play(story, awarded, () => back);
    expect(phaseAfter(atSeller, back)).toBe("cancelled");
    expect(phaseAfter(atBuyer, confirmed)).toBe("deal-over");
  });

  test("an award is not taken back once the goods are under way", () => {
    const awarded = held(offer, award);
    const back = story.decline(awarded);
    expect(phaseAfter(play(story, awarded, order, sellerSays("OrderProcessing")), back)).toBe("cancelled");
    expect(phaseAfter(play(story, awarded, order, sellerSays("OrderInTransit")), back)).toBe("out-of-turn");
  });
});

describe("updates", () => {
  const at = {
    confirmed: [],
    processing: ["OrderProcessing"],
    underWay: ["OrderInTransit"],
    delivered: ["OrderDelivered"],
  } as const;
  const ordered = (...said: readonly OrderStatus[]) => held(offer, award, order, ...said.map(sellerSays));
  const rows = milestones.flatMap((milestone) => statuses.map((status) => ({ milestone, status })));

  test.each(rows)("the seller says $status when the order is $milestone", ({ milestone, status }) => {
    const deal = ordered(...at[milestone]);
    const rule = statusRules[status];
    const expected = rule.at.includes(milestone) ? (rule.ends ?? "ordered") : "status-backward";
    expect(phaseAfter(deal, story.update(deal, { status }))).toBe(expected);
  });

  test("a problem comes and goes and takes nothing back", () => {
    const deal = ordered("OrderInTransit", "OrderProblem");
    expect(deal.status).toBe("OrderProblem");
    expect(phaseAfter(deal, story.update(deal, { status: "OrderProcessing" }))).toBe("status-backward");
    expect(play(story, deal, sellerSays("OrderInTransit")).status).toBe("OrderInTransit");
  });

  test.each(statuses)("the buyer's %s moves nothing", (status) => {
    for (const deal of [ordered(), ordered("OrderDelivered")]) {
      const next = advance(deal, story.update(deal, { who: "buyer", status }), noon + hour);
      if (statusRules[status].reaches !== undefined && status !== "OrderDelivered")
        expect(next).toMatchObject({ ok: false, error: { code: "author-wrong" } });
      else expect(next).toMatchObject({ ok: true, value: { phase: "ordered", asked: status } });
      if (next.ok) expect(next.value.status).toBe(deal.status);
    }
  });

  test("by the seller go on whatever the buyer has reported", () => {
    const deal = held(offer, award, order, buyerSays("OrderDelivered"));
    expect(phaseAfter(deal, story.update(deal, { status: "OrderInTransit" }))).toBe("ordered");
    expect(phaseAfter(deal, story.update(deal, { status: "OrderCancelled" }))).toBe("cancelled");
    expect(phaseAfter(deal, story.update(deal, { status: "OrderReturned" }))).toBe("status-backward");
  });

  test("go on after the receipt", () => {
    const deal = held(offer, award, order, receipt, sellerSays("OrderDelivered"));
    expect(deal.phase).toBe("receipted");
    expect(play(story, deal, sellerSays("OrderReturned")).phase).toBe("returned");
  });
});

/** A way to each refusal that a deal can give. `already-awarded` is the buyer's own, over all deals of an intent. */
type Refusable = Exclude<keyof typeof registry.advance, "already-awarded">;
type Attempt = readonly [deal: Deal, message: Private, now?: number];

const withIntent = (over: Parameters<typeof story.open>[0], ...steps: readonly Step[]) =>
  play(story, story.open(over), ...steps);
const line = {
  line: 0,
  name: "Twin stroller",
  condition: "new" as const,
  quantity: { value: 2, unit: "C62" },
  price: 20_000,
};
const offerOf = (over: Parameters<typeof story.offer>[1]): Attempt => {
  const deal = story.open();
  return [deal, story.offer(deal, over)];
};

const refusals: Record<Refusable, () => Attempt> = {
  "thread-mismatch": () => {
    const deal = held(offer);
    return [deal, story.award(deal, { thread: filled(32, 9) })];
  },
  "prev-unknown": () => {
    const deal = held(offer);
    return [deal, story.award(deal, { prev: filled(32, 9) })];
  },
  "prev-wrong": () => {
    const deal = held(offer);
    return [deal, story.award(deal, { prev: deal.intent.id })];
  },
  "out-of-turn": () => {
    const deal = story.open();
    return [deal, story.award(deal)];
  },
  "author-wrong": () => {
    const deal = held(offer);
    return [deal, story.award(deal, { who: "stranger" })];
  },
  "deal-over": () => {
    const deal = held(...roads.cancelled);
    return [deal, story.note(deal)];
  },
  "duplicate-message": () => {
    const deal = held(offer);
    return [deal, deal.offer as Signed<"offer">];
  },
  "mailbox-wrong": () => {
    const deal = held(offer);
    return [deal, story.award(deal, { to: mailboxes.buyer })];
  },
  "issued-ahead": () => {
    const deal = held(offer);
    return [deal, story.award(deal, { issued: noon + hour }), noon + hour - 5 * minute - 1];
  },
  "issued-before-prev": () => {
    const deal = story.open();
    return [deal, story.offer(deal, { issued: noon - 5 * minute - 1 })];
  },
  "deal-full": () => {
    const deal = held(offer);
    const huge = { ...deal.offer, bytes: filled(maxTalkBytes - 700, 0) } as Signed<"offer">;
    const full = { ...deal, messages: [deal.intent, huge] };
    return [full, story.note(full)];
  },
  "intent-expired": () => {
    const deal = story.open();
    return [deal, story.offer(deal, { expires: noon + 48 * hour }), noon + 24 * hour + 1];
  },
  "offer-expired": () => {
    const deal = held(offer);
    return [deal, story.award(deal), noon + 8 * hour + 1];
  },
  "counter-expired": () => {
    const deal = held(offer);
    return [deal, story.counter(deal), noon + 7 * hour + 1];
  },
  "award-late": () => {
    const deal = held(offer);
    return [deal, story.award(deal), noon + 6 * hour + 1];
  },
  "terms-not-accepted": () => offerOf({ terms: [filled(32, 0x32)] }),
  "currency-mismatch": () => offerOf({ currency: "EUR" }),
  "price-above-limit": () => offerOf({ total: 25_001 }),
  "line-unknown": () => offerOf({ lines: [line, { ...line, line: 2 }] }),
  "line-missing": () => offerOf({ lines: [{ ...line, line: 1, substitute: true }] }),
  "quantity-unit": () => offerOf({ lines: [{ ...line, quantity: { value: 2, unit: "KGM" } }] }),
  "quantity-mismatch": () => offerOf({ lines: [{ ...line, quantity: { value: 1, unit: "C62" } }] }),
  "condition-mismatch": () => offerOf({ lines: [{ ...line, condition: "used" }] }),
  "requirement-unmet": () => {
    const [wanted, ...others] = story.open().intent.body.want;
    const requirements = [{ attribute: "seats", operator: "ge" as const, value: 2, must: true as const }];
    const deal = withIntent({ want: [{ ...(wanted as WantedLine), requirements }, ...others] });
    return [deal, story.offer(deal)];
  },
  "substitute-refused": () => offerOf({ lines: [{ ...line, substitute: true }] }),
  "delivery-mismatch": () => offerOf({ delivery: { method: "parcel", until: noon + hour } }),
  "delivery-late": () => offerOf({ delivery: { method: "courier", until: noon + 5 * hour } }),
  "rounds-exhausted": () => {
    const rounds = Array.from({ length: maxRounds }, () => [counter, offer]).flat();
    const deal = held(offer, ...rounds);
    return [deal, story.counter(deal)];
  },
  "order-mismatch": () => {
    const deal = held(offer, award);
    return [deal, story.order(deal, { total: 20_001 })];
  },
  "status-backward": () => {
    const deal = held(offer, award, order);
    return [deal, story.update(deal, { status: "OrderReturned" })];
  },
  "receipt-twice": () => {
    const deal = held(...roads.receipted);
    return [deal, story.receipt(deal)];
  },
};

describe("every refusal", () => {
  test.each(Object.entries(refusals))("%s", (code, attempt) => {
    const [deal, message, now] = attempt();
    expect(phaseAfter(deal, message, now)).toBe(code);
  });

  const wrong: readonly (readonly [string, string, () => Attempt])[] = [
    ["a counter by the seller", "author-wrong", () => by("counter", "seller", [offer])],
    ["an award by the seller", "author-wrong", () => by("award", "seller", [offer])],
    ["an offer by the intent's author", "author-wrong", () => by("offer", "buyer", [])],
    ["an offer by a second seller", "author-wrong", () => by("offer", "stranger", [offer])],
    ["an order by the buyer", "author-wrong", () => by("order", "buyer", [offer, award])],
    ["a receipt by the buyer", "author-wrong", () => by("receipt", "buyer", [offer, award, order])],
    ["an update by a stranger", "author-wrong", () => by("update", "stranger", [offer, award, order])],
    ["a note by a stranger", "author-wrong", () => by("note", "stranger", [offer])],
    ["a decline by a stranger", "author-wrong", () => by("decline", "stranger", [offer])],
    ["a first offer to another mailbox", "mailbox-wrong", () => offerOf({ to: mailboxes.seller })],
    [
      "an offer that moves the seller's mailbox",
      "mailbox-wrong",
      () => {
        const deal = held(offer);
        return [deal, story.offer(deal, { reply: { mailbox: filled(32, 5), key: filled(32, 6) } })];
      },
    ],
    [
      "an offer that answers an earlier offer than the latest",
      "prev-wrong",
      () => {
        const deal = held(offer, offer);
        return [deal, story.offer(deal, { prev: (deal.messages[1] as Signed).id })];
      },
    ],
    [
      "an update that answers what came before the order",
      "prev-wrong",
      () => {
        const deal = held(offer, award, order);
        return [deal, story.update(deal, { prev: deal.award?.id as Uint8Array })];
      },
    ],
    [
      "a receipt that answers what came before the order",
      "prev-wrong",
      () => {
        const deal = held(offer, award, order);
        return [deal, story.receipt(deal, { prev: deal.award?.id as Uint8Array })];
      },
    ],
    [
      "an order that answers the offer",
      "prev-wrong",
      () => {
        const deal = held(offer, award);
        return [deal, story.order(deal, { prev: deal.offer?.id as Uint8Array })];
      },
    ],
    [
      "an order in another currency",
      "order-mismatch",
      () => {
        const deal = held(offer, award);
        return [deal, story.order(deal, { currency: "EUR" })];
      },
    ],
    [
      "a counter to an offer that has expired",
      "offer-expired",
      () => {
        const deal = held((s, d) => s.offer(d, { expires: noon + hour }));
        return [deal, story.counter(deal), noon + hour + 1];
      },
    ],
    [
      "a counter after the intent has expired",
      "intent-expired",
      () => {
        const deal = withIntent({ expires: noon + hour }, offer);
        return [deal, story.counter(deal), noon + hour + 1];
      },
    ],
    [
      "an award whose own time lies beyond the offer's, by a clock that runs fast",
      "offer-expired",
      () => {
        const deal = held((s, d) => s.offer(d, { expires: noon + hour }));
        return [deal, story.award(deal, { issued: noon + hour + minute }), noon + hour];
      },
    ],
  ];
  function by(kind: SealedKind, who: Who, steps: readonly Step[]): Attempt {
    const deal = held(...steps);
    return [deal, story[kind](deal, { who })];
  }
  test.each(wrong)("%s: %s", (_, code, attempt) => {
    const [deal, message, now] = attempt();
    expect(phaseAfter(deal, message, now)).toBe(code);
  });
});

describe("of any messages whatever", () => {
  const kindNames = Object.keys(turns) as SealedKind[];
  /** What a random participant does: mostly what would come next, sometimes something odd about it. */
  const move = fc.record({
    kind: fc.constantFrom(...kindNames),
    who: fc.constantFrom<Who | undefined>(undefined, undefined, undefined, "buyer", "seller", "stranger"),
    prev: fc.option(fc.nat(12), { nil: undefined, freq: 2 }),
    status: fc.constantFrom(...statuses),
    again: fc.boolean(),
    issued: fc.option(fc.integer({ min: -20 * minute, max: 30 * hour }), { nil: undefined, freq: 2 }),
    late: fc.integer({ min: -6 * minute, max: 10 * hour }),
  });
  type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

  /** Arbitrary moves are shown a road into the deal first, so that its far end is visited as well. */
  const start = fc.constantFrom(...phases);

  function messageOf(deal: Deal, { kind, who, prev, status, issued, again }: Move): Private {
    const last = deal.messages.at(-1) as Signed;
    if (again && kind === "note" && last.kind === "note") return last;
    const over = {
      ...(who === undefined ? {} : { who }),
      ...(prev === undefined ? {} : { prev: deal.messages[prev]?.id ?? filled(32, 0xee) }),
      ...(issued === undefined ? {} : { issued: noon + issued }),
    };
    return kind === "update" ? story.update(deal, { ...over, status }) : story[kind](deal, over);
  }

  const freeze = <T>(value: T): T => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array || Object.isFrozen(value))
      return value;
    for (const inner of Object.values(value)) freeze(inner);
    return Object.freeze(value);
  };

  const runs = (check: (deal: Deal, message: Private, now: number) => Deal) =>
    fc.assert(
      fc.property(start, fc.array(move, { maxLength: 24 }), (phase, moves) => {
        let deal = held(...roads[phase]);
        for (const one of moves) {
          const message = messageOf(deal, one);
          deal = check(deal, message, message.body.issued + one.late);
        }
      }),
      { numRuns: 300 },
    );

  test("advance never leaves a terminal phase, and keeps what it was given as it was", () => {
    runs((deal, message, now) => {
      const next = advance(freeze(deal), freeze(message), now);
      if (!next.ok) return deal;
      expect(isTerminal(deal.phase)).toBe(false);
      expect(next.value.messages).toEqual([...deal.messages, message]);
      return next.value;
    });
  });

  test("what is accepted at one moment is accepted at every earlier one back to its issue", () => {
    runs((deal, message, now) => {
      const next = advance(deal, message, now);
      if (!next.ok) return deal;
      expect(advance(deal, message, message.body.issued)).toEqual(next);
      expect(advance(deal, message, Math.floor((message.body.issued + now) / 2))).toEqual(next);
      return next.value;
    });
  });

  test("replaying the messages of a deal at their own times gives the same deal", () => {
    runs((deal, message, now) => {
      const next = advance(deal, message, now);
      if (!next.ok) return deal;
      const [, ...rest] = next.value.messages;
      expect(play(story, openDeal(deal.intent), ...rest.map((one) => () => one as Private))).toEqual(
        next.value,
      );
      return next.value;
    });
  });
});
