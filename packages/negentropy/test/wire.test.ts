import { fromHex, toHex } from "@intentcast/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOf, type Uint64, uint64Of } from "../src/key.ts";
import { type Bound, boundBetween, infinity, isBelow } from "../src/wire/bound.ts";
import { readVarint, varintLength, writeVarint } from "../src/wire/varint.ts";
import { MessageWriter } from "../src/wire/write-message.ts";
import { readWhole } from "./read-whole.ts";

const encode = (value: Uint64): Uint8Array => {
  const bytes = new Uint8Array(12);
  const end = writeVarint(bytes, 1, value);
  expect(end - 1).toBe(varintLength(value));
  return bytes.slice(1, end);
};
const split = (value: bigint): Uint64 => ({ high: Number(value >> 32n), low: Number(value & 0xffffffffn) });
const joined = ({ high, low }: Uint64): bigint => (BigInt(high) << 32n) | BigInt(low);

describe("varints", () => {
  // The first ten from hoytech/negentropy: kotlin/src/test/…/message/VarIntTest.kt.
  test.each([
    [0n, "00"],
    [1n, "01"],
    [2n, "02"],
    [127n, "7f"],
    [128n, "8100"],
    [255n, "817f"],
    [256n, "8200"],
    [65_535n, "83ff7f"],
    [65_536n, "848000"],
    [65_537n, "848001"],
    [2n ** 32n - 1n, "8fffffff7f"],
    [2n ** 32n, "9080808000"],
    [2n ** 53n, "9080808080808000"],
    [2n ** 64n - 1n, "81ffffffffffffffff7f"],
  ])("of %d are as they should be", (value, hex) => {
    expect(toHex(encode(split(value)))).toBe(hex);
    expect(readVarint(fromHex(hex), 0)).toMatchObject({ ok: true, value: { end: hex.length / 2 } });
  });

  test("come back as they went, over all of 64 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(64), (value, shift) => {
        const small = value >> BigInt(Math.min(shift, 63));
        const read = readVarint(encode(split(small)), 0);
        expect(read.ok && joined(read.value)).toBe(small);
      }),
    );
  });
});

const id = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Ids of few bytes, so that prefixes are shared. */
const likeId = fc.uint8Array({ minLength: 32, maxLength: 32, max: 1 });
const timestamp = fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }));

describe("a bound between two items", () => {
  test("lies above the first and not above the second, and is as short as it can be", () => {
    fc.assert(
      fc.property(timestamp, timestamp, fc.oneof(id, likeId), fc.oneof(id, likeId), (t1, t2, id1, id2) => {
        const one: Bound = { key: keyOf(t1, id1), prefixLength: 32 };
        const other: Bound = { key: keyOf(t2, id2), prefixLength: 32 };
        fc.pre(isBelow(one, other) || isBelow(other, one));
        const [first, second] = isBelow(one, other) ? [one, other] : [other, one];
        const bound = boundBetween(first.key, second.key);
        expect(isBelow(first, bound)).toBe(true);
        expect(isBelow(second, bound)).toBe(false);
        if (bound.prefixLength === 0) return;
        const shorter = new Uint8Array(32);
        shorter.set((second === one ? id1 : id2).subarray(0, bound.prefixLength - 1));
        expect(isBelow(first, { key: keyOf(t1, shorter), prefixLength: 0 })).toBe(false);
      }),
    );
  });
});

const range = fc.record({
  timestamp,
  prefix: fc.uint8Array({ maxLength: 32 }),
  mode: fc.constantFrom("skip" as const, "fingerprint" as const, "idList" as const),
  fingerprint: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  ids: fc.array(id, { maxLength: 3 }),
});

describe("a message", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), fc.boolean(), (ranges, endsAtInfinity) => {
        const keyed = ranges.map((one) => {
          const padded = new Uint8Array(32);
          padded.set(one.prefix);
          const end: Bound = { key: keyOf(one.timestamp, padded), prefixLength: one.prefix.length };
          return { ...one, end };
        });
        const zero: Bound = { key: keyOf(0, new Uint8Array(32)), prefixLength: 0 };
        const ordered = keyed
          .sort((a, b) => (isBelow(a.end, b.end) ? -1 : isBelow(b.end, a.end) ? 1 : 0))
          .filter(({ end }, i, all) => isBelow(i === 0 ? zero : (all[i - 1] as (typeof all)[0]).end, end));
        const last = ordered.at(-1);
        const written =
          endsAtInfinity && last !== undefined
            ? [...ordered.slice(0, -1), { ...last, end: infinity }]
            : ordered;
        const writer = new MessageWriter();
        for (const one of written) {
          if (one.mode === "skip") writer.skipTo(one.end);
          else if (one.mode === "fingerprint") writer.fingerprint(one.end, one.fingerprint);
          else {
            writer.idList(one.end, one.ids.length);
            for (const each of one.ids) writer.id(keyOf(0, each), 0);
          }
        }
        const read = readWhole(writer.finish());
        expect(read).toEqual({
          ok: true,
          value: written.map(({ mode, end, fingerprint, ids }) =>
            mode === "skip"
              ? { mode, end }
              : mode === "fingerprint"
                ? { mode, end, fingerprint }
                : { mode, end, ids: Uint8Array.from(ids.flatMap((one) => [...one])) },
          ),
        });
      }),
    );
  });

  test("goes on from where it was taken back to as if nothing had followed", () => {
    const end: Bound = { key: keyOf(2n ** 40n, new Uint8Array(32)), prefixLength: 0 };
    const next: Bound = { key: keyOf(2n ** 41n, new Uint8Array(32)), prefixLength: 0 };
    const [straight, detour] = [new MessageWriter(), new MessageWriter()];
    straight.skipTo(end);
    straight.skipTo(next);
    detour.skipTo(end);
    const { mark } = detour;
    detour.fingerprint({ key: keyOf(2n ** 50n, new Uint8Array(32)), prefixLength: 3 }, new Uint8Array(16));
    detour.rewind(mark);
    detour.skipTo(next);
    expect(detour.finish()).toEqual(straight.finish());
  });
});

describe("timestamps", () => {
  test("are taken as numbers or as bigints alike", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(uint64Of(value)).toEqual(uint64Of(BigInt(value)));
        expect(joined(uint64Of(value))).toBe(BigInt(value));
      }),
    );
  });
});
