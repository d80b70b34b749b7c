import { hash } from "node:crypto";
import { concatBytes, fromHex, toHex } from "@intentcast/protocol";
import { converse, type Item, itemOf, itemsOf, setOf, sortedHex } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Effect, ItemSet, type ReconcileOptions, reconcile, type Snapshot } from "../src/index.ts";
import { encodeFindings, encodeStop } from "../src/reconciliation/frame.ts";

const plenty = { mostFrames: 10_000 };

const pair = (
  one: ItemSet | Snapshot,
  other: ItemSet | Snapshot,
  options: Omit<ReconcileOptions, "isInitiator"> = plenty,
) =>
  converse(
    reconcile(one, { isInitiator: true, ...options }),
    reconcile(other, { isInitiator: false, ...options }),
  );

/** Ids of the first that the second lacks. */
const lacking = (first: readonly Item[], second: readonly Item[]): string[] => {
  const there = new Set(sortedHex(second.map(({ id }) => id)));
  return sortedHex(first.map(({ id }) => id)).filter((hex) => !there.has(hex));
};

/** Two lists of numbered items in any order: a share of them on one side only. */
const twoLists = fc
  .record({
    count: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3000 })),
    seed: fc.integer({ min: 0, max: 0xffff }),
    percentDiffering: fc.constantFrom(0, 1, 5, 50, 100),
    isReversed: fc.boolean(),
  })
  .map(({ count, seed, percentDiffering, isReversed }) => {
    const lists: [Item[], Item[]] = [[], []];
    let state = seed + 1;
    for (let number = 0; number < count; number++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      const item = itemOf((seed << 12) + number);
      if ((state >>> 8) % 100 < percentDiffering) lists[(state >>> 20) & 1]?.push(item);
      else for (const list of lists) list.push(item);
    }
    return isReversed ? ([lists[0].toReversed(), lists[1]] as const) : lists;
  });

describe("after a reconciliation", () => {
  test("each side knows exactly what the other lacks, for any two sets, any limit and any pieces of work", () => {
    fc.assert(
      fc.property(
        twoLists,
        fc.constantFrom(4096, 5000, 20_000, 2 ** 20),
        fc.constantFrom(1, 100, Number.POSITIVE_INFINITY),
        ([one, other], frameLimit, workAtOnce) => {
          const { initiator, responder, frames } = pair(setOf(one), setOf(other), {
            ...plenty,
            frameLimit,
            workAtOnce,
          });
          expect(initiator.have).toEqual(lacking(one, other));
          expect(initiator.need).toEqual(lacking(other, one));
          expect(responder.have).toEqual(initiator.need);
          expect(responder.need).toEqual(initiator.have);
          expect([initiator.end, responder.end]).toEqual([{ type: "done" }, { type: "done" }]);
          for (const { bytes } of frames) expect(bytes.length).toBeLessThanOrEqual(frameLimit);
        },
      ),
    );
  });

  test("the same holds where all items share one timestamp, and for the greatest timestamps", () => {
    for (const timestamp of [0, 2 ** 32, 2n ** 64n - 2n]) {
      const items = Array.from({ length: 500 }, (_, i) => ({ timestamp, id: itemOf(i).id }));
      const [one, other] = [items.slice(0, 400), items.slice(100)];
      const { initiator, responder } = pair(setOf(one), setOf(other));
      expect(initiator.have).toEqual(lacking(one, other));
      expect(responder.have).toEqual(lacking(other, one));
    }
  });

  test("ids that differ in their last byte alone are told apart", () => {
    const items = Array.from({ length: 256 }, (_, last) => {
      const id = new Uint8Array(32);
      id[31] = last;
      return { timestamp: 1, id };
    });
    const { initiator } = pair(setOf(items), setOf(items.slice(0, 255)));
    expect(initiator.have).toEqual([`${"00".repeat(31)}ff`]);
  });

  test("two equal sets have taken two frames, whatever their size", () => {
    const set = setOf(itemsOf("0-4999"));
    const { frames } = pair(set, set.snapshot());
    expect(frames.length).toBe(2);
    expect(frames.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(400);
  });

  test("a side with nothing has been told of thousands in pieces, each once and as soon as it was known", () => {
    const { responder, frames } = pair(setOf(itemsOf("0-29999")), new ItemSet());
    expect(responder.need.length).toBe(30_000);
    expect(new Set(responder.need).size).toBe(30_000);
    // The kind, a count, and at most 8,192 ids of one turn and 4,096 of one list more.
    for (const { bytes } of frames) expect(bytes.length).toBeLessThan(12_300 * 32);
  });

  test("it makes no difference whose SHA-256 it was", () => {
    const sha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");
    const [one, other] = [setOf(itemsOf("0-999")), setOf(itemsOf("5-1004"))];
    expect(pair(one, other, { sha256 })).toEqual(pair(one, other));
  });
});

describe("while it goes on", () => {
  test("the set may change: what is compared is the set as it was", () => {
    const set = setOf(itemsOf("0-999"));
    const other = setOf(itemsOf("10-999"));
    const initiator = reconcile(set, { isInitiator: true });
    const responder = reconcile(other, { isInitiator: false });
    for (let number = 0; number < 1000; number++) {
      const { timestamp, id } = itemOf(number);
      set.remove(timestamp, id);
      other.add(timestamp, id);
    }
    const talk = converse(initiator, responder);
    expect(talk.initiator.have).toEqual(sortedHex(itemsOf("0-9").map(({ id }) => id)));
    expect(talk.responder.have).toEqual([]);
    expect(set.size).toBe(0);
    expect(other.size).toBe(1000);
  });

  test("progress counts what went each way", () => {
    const initiator = reconcile(setOf(itemsOf("0-999")), { isInitiator: true });
    const responder = reconcile(setOf(itemsOf("5-1001")), { isInitiator: false });
    expect(initiator.progress).toEqual({
      framesIn: 0,
      framesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
      have: 0,
      need: 0,
      isOver: false,
    });
    const { frames } = converse(initiator, responder);
    const ofInitiator = frames.filter(({ from }) => from === "initiator");
    expect(initiator.progress).toMatchObject({ have: 5, need: 2, isOver: true });
    expect(initiator.progress.framesOut).toBe(ofInitiator.length);
    expect(initiator.progress.bytesOut).toBe(responder.progress.bytesIn);
    expect(responder.progress.framesOut).toBe(initiator.progress.framesIn);
    expect(responder.progress).toMatchObject({ have: 2, need: 5, isOver: true });
  });

  test("work is done in pieces where that is asked for, and nothing is said before the last", () => {
    const responder = reconcile(setOf(itemsOf("0-4999")), { isInitiator: false, workAtOnce: 10 });
    const initiator = reconcile(setOf(itemsOf("0-4998")), { isInitiator: true });
    const [opening] = initiator.start();
    let effects = responder.receive(frameOf(opening));
    let pieces = 0;
    for (; effects[0]?.type === "more"; pieces++) {
      expect(effects).toEqual([{ type: "more" }]);
      effects = responder.proceed();
    }
    expect(pieces).toBeGreaterThan(3);
    expect(effects.map(({ type }) => type)).toEqual(["send"]);
    expect(responder.proceed()).toEqual([]);
  });
});

const frameOf = (effect: Effect | undefined): Uint8Array =>
  effect?.type === "send" ? effect.frame : new Uint8Array(0);

/**
 * Ranges whose fingerprints nobody has, each of some four seconds and below those of the message before: more of them
 * than their answers have room for.
 */
function evenWorse(depth: number): Uint8Array {
  const start = 1_795_435_200 + 4000 - 200 * (depth + 1);
  const digits: number[] = [];
  for (let rest = start + 1; rest > 0; rest = Math.floor(rest / 128)) digits.unshift(rest % 128);
  const bound = digits.map((digit, i) => (i === digits.length - 1 ? digit : digit | 0x80));
  const ranges = Array.from({ length: 19 }, () => [5, 0, 1, ...new Uint8Array(16)]);
  return Uint8Array.from([0x61, ...bound, 0, 0, ...ranges.flat()]);
}

/** The effects of a failure: the other side is told the code. */
const failure = (code: string) => [
  { type: "send", frame: concatBytes(Uint8Array.of(0), new TextEncoder().encode(code)) },
  expect.objectContaining({ type: "failed", code }),
];

const aResponder = (options: Partial<ReconcileOptions> = {}) =>
  reconcile(setOf(itemsOf("0-99")), { isInitiator: false, ...options });

describe("a reconciliation fails with a code, which it tells the other side, on", () => {
  test.each([
    ["an empty frame", "", "truncated"],
    ["a frame of no known kind", "42", "frame-unknown"],
    ["a message of a version that never was", "5f", "frame-unknown"],
    ["a malformed message", "61000003", "mode-unknown"],
    ["a message that goes bad after a good range", "61020000000003", "mode-unknown"],
    ["a list of more ids than it takes", `61000002a001${"00".repeat(4097 * 32)}`, "list-too-long"],
    ["findings that end early", "0101", "truncated"],
    ["findings of more ids than there are bytes", "0181ffffffffffffffff7f00", "truncated"],
    ["findings with something after them", "01000000", "trailing"],
    ["a stop with more than a code", "0041", "frame-unknown"],
    ["a stop that is too long", `00${"61".repeat(65)}`, "trailing"],
  ])("%s", (_, hex, code) => {
    const responder = aResponder();
    expect(responder.receive(fromHex(hex))).toEqual(failure(code));
    expect(responder.progress.isOver).toBe(true);
    expect(responder.receive(fromHex("61000000"))).toEqual([]);
    expect(responder.stop()).toEqual([]);
  });

  test("a frame above the limit, before anything is read of it", () => {
    expect(aResponder({ frameLimit: 4096 }).receive(new Uint8Array(4097).fill(0x61))).toEqual(
      failure("frame-too-large"),
    );
  });

  test("more frames than it takes", () => {
    const responder = aResponder({ mostFrames: 2 });
    const findings = fromHex("010000");
    expect([...responder.receive(findings), ...responder.receive(findings)]).toEqual([]);
    expect(responder.receive(findings)).toEqual(failure("too-many-frames"));
  });

  test("a frame that the owner does not allow", () => {
    const asked: number[] = [];
    const mayReceive = (bytes: number): boolean => asked.push(bytes) < 2;
    const responder = aResponder({ mayReceive });
    expect(responder.receive(fromHex("010000"))).toEqual([]);
    expect(responder.receive(fromHex("61000000"))).toEqual(failure("rate-limited"));
    expect(asked).toEqual([3, 4]);
  });

  test("a frame to an initiator that has not said anything yet", () => {
    const initiator = reconcile(new ItemSet(), { isInitiator: true });
    expect(initiator.receive(Uint8Array.of(0x61))).toEqual(failure("frame-out-of-turn"));
  });

  test("a frame while it is at work", () => {
    const responder = aResponder({ workAtOnce: 1 });
    const [opening] = reconcile(setOf(itemsOf("50-149")), { isInitiator: true }).start();
    expect(responder.receive(frameOf(opening))).toEqual([{ type: "more" }]);
    expect(responder.receive(fromHex("010000"))).toEqual(failure("frame-out-of-turn"));
    expect(responder.proceed()).toEqual([]);
  });

  test("a range that it keeps for later, and that the other side says again", () => {
    const items = Array.from({ length: 3000 }, (_, number) => itemOf(number));
    const initiator = reconcile(setOf(items), { isInitiator: true, frameLimit: 4096 });
    const responder = reconcile(new ItemSet(), { isInitiator: false });
    const [opening] = initiator.start();
    // The responder lists nothing for each of sixteen ranges; the initiator, whose findings are full, keeps some.
    const [lists] = responder.receive(frameOf(opening));
    const answer = initiator.receive(frameOf(lists)).findLast(({ type }) => type === "send");
    expect(toHex(frameOf(answer)).endsWith("000000")).toBe(true);
    expect(initiator.receive(fromHex("6100000200"))).toEqual(failure("range-kept"));
  });

  test("ranges that are kept at ever more depths", () => {
    const items = setOf(Array.from({ length: 20_000 }, (_, number) => itemOf(number)));
    const responder = reconcile(items, { isInitiator: false, frameLimit: 4096, mostFrames: 100 });
    const effects = Array.from({ length: 20 }, (_, depth) => responder.receive(evenWorse(depth))).flat();
    expect(effects.at(-1)).toMatchObject({ type: "failed", code: "too-deep" });
    expect(responder.progress.framesIn).toBe(9);
  });

  test("an answer in another version, at the initiator", () => {
    const initiator = reconcile(new ItemSet(), { isInitiator: true });
    initiator.start();
    expect(initiator.receive(Uint8Array.of(0x60))).toEqual(failure("version-unsupported"));
  });
});

describe("a reconciliation", () => {
  test("answers another version with its own, and goes on when the other side does", () => {
    const responder = aResponder();
    expect(responder.receive(fromHex("62ff"))).toEqual([{ type: "send", frame: Uint8Array.of(0x61) }]);
    expect(responder.receive(fromHex("6100000200")).map(({ type }) => type)).toEqual([
      "have",
      "send",
      "send",
      "done",
    ]);
  });

  test("that is stopped says so once, and the other side knows whose doing it was", () => {
    const [one, other] = [aResponder(), aResponder()];
    const effects = one.stop();
    expect(effects).toEqual(failure("stopped"));
    expect(other.receive(frameOf(effects[0]))).toEqual([
      { type: "failed", code: "stopped", detail: "by the other side: stopped" },
    ]);
  });

  test("tells people no more of a stop than a code can hold", () => {
    expect(aResponder().receive(encodeStop("rate-limited"))).toEqual([
      { type: "failed", code: "stopped", detail: "by the other side: rate-limited" },
    ]);
    expect(aResponder().receive(encodeStop("\u001b[31m"))).toEqual(failure("frame-unknown"));
  });

  test("keeps what it found before it failed", () => {
    const responder = aResponder();
    const id = new Uint8Array(32).fill(7);
    const [findings] = encodeFindings({ have: [id], need: [] }, 4096);
    expect(responder.receive(findings as Uint8Array)).toEqual([{ type: "need", ids: [id] }]);
    responder.receive(new Uint8Array(0));
    expect(responder.progress).toMatchObject({ need: 1, isOver: true });
  });

  test("does not hold on to the frames that it was given", () => {
    const responder = aResponder();
    const id = new Uint8Array(32).fill(7);
    const [findings] = encodeFindings({ have: [id], need: [] }, 4096);
    const [effect] = responder.receive(findings as Uint8Array);
    findings?.fill(0);
    expect(effect).toEqual({ type: "need", ids: [id] });
  });

  test("counts an id of a list once, however often it is listed", () => {
    const id = toHex(new Uint8Array(32).fill(7));
    const [effect] = reconcile(new ItemSet(), { isInitiator: false }).receive(
      fromHex(`6100000203${id.repeat(3)}`),
    );
    expect(effect).toEqual({ type: "need", ids: [fromHex(id)] });
  });
});

test("findings of any number of ids come back from their frames, each within the limit", () => {
  const ids = (count: number, byte: number) =>
    Array.from({ length: count }, () => new Uint8Array(32).fill(byte));
  for (const [have, need] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [127, 0],
    [100, 28],
    [500, 300],
  ] as const) {
    const frames = encodeFindings({ have: ids(have, 1), need: ids(need, 2) }, 4096);
    const side = reconcile(new ItemSet(), { isInitiator: false });
    const effects = frames.flatMap((frame) => side.receive(frame));
    for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(4096);
    const got = (type: "have" | "need") =>
      effects.flatMap((effect) => (effect.type === type ? effect.ids : []));
    // What one side has, the other needs.
    expect(got("need")).toEqual(ids(have, 1));
    expect(got("have")).toEqual(ids(need, 2));
  }
});

test("a frame limit below 4096 is a mistake of the caller's", () => {
  expect(() => reconcile(new ItemSet(), { isInitiator: true, frameLimit: 4095 })).toThrow(RangeError);
});
