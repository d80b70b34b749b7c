import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefixOf } from "../src/core/address.ts";
import { Guests } from "../src/core/guests.ts";
import { Buckets } from "../src/core/quota.ts";
import { defaultQuotas, noQuotas, Quotas } from "../src/core/quotas.ts";
import { close, now, sealed } from "./messages.ts";

const quota = { perSecond: 2, burst: 3 };
const codeOf = (result: { ok: boolean; error?: unknown }) =>
  result.ok ? "ok" : (result.error as { code: string }).code;

describe("a bucket", () => {
  it("gives its burst at once, then as time passes, and says when to come again", () => {
    const buckets = new Buckets(quota, 10);
    expect([1, 2, 3, 4].map(() => buckets.take("a", 100, now))).toEqual([0, 0, 0, 1]);
    expect(buckets.take("a", 100, now + 1)).toBe(0);
    expect(buckets.take("a", 100, now + 1)).toBe(0);
    expect(buckets.take("a", 100, now + 1)).toBe(1);
    expect(buckets.take("b", 100, now + 1)).toBe(0);
  });

  it("counts bytes too: large messages use it up sooner", () => {
    const buckets = new Buckets(quota, 10);
    expect(buckets.take("a", 48 * 1024, now)).toBe(0);
    expect(buckets.take("a", 48 * 1024, now)).toBe(0);
    expect(buckets.take("a", 1, now)).toBe(2);
  });

  it("gives nothing for a clock that is set back", () => {
    const buckets = new Buckets(quota, 10);
    for (let i = 0; i < 3; i++) buckets.take("a", 1, now);
    expect(buckets.take("a", 1, now - 3600)).toBe(1);
  });

  it("gives back what cost nothing", () => {
    const buckets = new Buckets(quota, 10);
    for (let i = 0; i < 3; i++) buckets.take("a", 1, now);
    buckets.giveBack("a", 1);
    expect(buckets.take("a", 1, now)).toBe(0);
  });

  it("is one of a bounded number, and never allows more than its rate", () => {
    const step = fc.record({ whose: fc.constantFrom("a", "b", "c"), after: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const buckets = new Buckets(quota, 3);
        const taken = new Map<string, number>();
        let at = now;
        for (const { whose, after } of steps) {
          at += after;
          if (buckets.take(whose, 1, at) === 0) taken.set(whose, (taken.get(whose) ?? 0) + 1);
          expect(buckets.size).toBeLessThanOrEqual(3);
        }
        for (const count of taken.values()) {
          expect(count).toBeLessThanOrEqual(quota.burst + quota.perSecond * (at - now));
        }
      }),
    );
  });
});

describe("quotas", () => {
  const off = noQuotas;

  it("charge an author for open messages and a mailbox for sealed ones", async () => {
    const quotas = new Quotas({
      ...off,
      author: { perSecond: 1, burst: 1 },
      mailbox: { perSecond: 1, burst: 1 },
    });
    const letter = await sealed(1);
    expect(codeOf(quotas.message(close(1), now))).toBe("ok");
    expect(codeOf(quotas.message(close(2), now))).toBe("rate-limited");
    expect(codeOf(quotas.message(letter, now))).toBe("ok");
    expect(codeOf(quotas.message(letter, now))).toBe("rate-limited");
    quotas.forgive(letter);
    expect(codeOf(quotas.message(letter, now))).toBe("ok");
    expect(quotas.limited).toEqual({ connection: 0, address: 0, peer: 0, author: 1, mailbox: 1 });
  });

  it("charge connections of one address together, and this machine's own each alone", () => {
    const quotas = new Quotas({
      ...off,
      connection: { perSecond: 1, burst: 2 },
      address: { perSecond: 1, burst: 3 },
    });
    const [one, other, own] = [quotas.origin("4/1"), quotas.origin("4/1"), quotas.origin(undefined)];
    const codes = [one, one, one, other, other, own, own, own].map((from) =>
      codeOf(quotas.request(from, 1, now)),
    );
    expect(codes).toEqual(["ok", "ok", "rate-limited", "ok", "rate-limited", "ok", "ok", "rate-limited"]);
  });

  it("charge another relay as one party, apart from all clients", () => {
    const quotas = new Quotas({
      ...off,
      connection: { perSecond: 1, burst: 1 },
      peer: { perSecond: 1, burst: 2 },
    });
    const codes = ["a", "a", "a", "b"].map((peer) => codeOf(quotas.request({ peer }, 1, now)));
    expect(codes).toEqual(["ok", "ok", "rate-limited", "ok"]);
    expect(quotas.limited).toMatchObject({ connection: 0, peer: 1 });
  });

  it("say after how many seconds a further try makes sense", () => {
    const quotas = new Quotas({ ...off, connection: { perSecond: 1, burst: 1 } });
    const from = quotas.origin(undefined);
    quotas.request(from, 1, now);
    expect(quotas.request(from, 1, now)).toMatchObject({
      ok: false,
      error: { code: "rate-limited", retryAfter: 1 },
    });
  });

  it("are on unless they are switched off", () => {
    expect(Object.values(defaultQuotas).every((one) => one !== "off")).toBe(true);
    const quotas = new Quotas(off);
    const from = quotas.origin("4/1");
    for (let i = 0; i < 50_000; i++) expect(quotas.request(from, 1, now).ok).toBe(true);
  });
});

describe("a network address", () => {
  const bits = { ipv4: 24, ipv6: 56 };

  it("counts by its prefix, however it is written", () => {
    expect(prefixOf("192.0.2.1", bits)).toBe(prefixOf("192.0.2.200", bits));
    expect(prefixOf("192.0.2.1", bits)).toBe(prefixOf("::ffff:192.0.2.1", bits));
    expect(prefixOf("192.0.2.1", bits)).not.toBe(prefixOf("192.0.3.1", bits));
    expect(prefixOf("2001:db8:0:12::1", bits)).toBe(prefixOf("2001:db8:0:34:5:6:7:8", bits));
    expect(prefixOf("2001:db8:0:100::1", bits)).not.toBe(prefixOf("2001:db8:0:200::1", bits));
  });

  it("has so many connections and no more, and this machine any number", () => {
    const guests = new Guests(2, bits);
    const prefix = guests.prefix("192.0.2.1");
    expect([1, 2, 3].map(() => guests.enter(prefix))).toEqual([true, true, false]);
    guests.leave(prefix);
    expect(guests.enter(prefix)).toBe(true);
    for (const own of ["127.0.0.1", "127.9.9.9", "::1"]) expect(guests.prefix(own)).toBeUndefined();
    expect([1, 2, 3].map(() => guests.enter(undefined))).toEqual([true, true, true]);
  });
});
