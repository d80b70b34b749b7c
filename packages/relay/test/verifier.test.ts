import { type Claim, decodeMessage, fromHex, portableEquation, unwrap } from "@intentcast/protocol";
import { readVectors } from "@intentcast/testkit";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { packClaims, unpackClaims } from "../src/adapters/claim-parcel.ts";
import { nodeEquation } from "../src/adapters/node-crypto.ts";
import { threadedVerifier } from "../src/adapters/threaded-verifier.ts";
import { type Asked, type Died, startThread, type Thread } from "../src/adapters/verifier-thread.ts";
import { silentLog } from "../src/ports/log.ts";
import type { Verifier } from "../src/ports/verifier.ts";
import { intent } from "./messages.ts";

const open: Verifier[] = [];
afterEach(async () => {
  for (const verifier of open.splice(0)) await verifier.close();
});

function opened(verifier: Verifier): Verifier {
  open.push(verifier);
  return verifier;
}

const claimOf = (bytes: Uint8Array): Claim => unwrap(decodeMessage(bytes)).claim as Claim;
const claims = Array.from({ length: 200 }, (_, i) => claimOf(intent(i, "shopify/bt").bytes));
const forged = (claim: Claim): Claim => ({ ...claim, signed: Uint8Array.from([...claim.signed, 0]) });

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A verifier of which a real thread has begun, and how many claims threads have been given. */
async function withThread(most: number) {
  const threads: Thread[] = [];
  const asked = { ofThreads: 0 };
  const begin = (died: Died): Thread => {
    const thread = startThread(died);
    threads.push(thread);
    const give: Thread["give"] = (parcel) => {
      asked.ofThreads += parcel.length;
      thread.give(parcel);
    };
    return {
      ...thread,
      give,
      get isReady() {
        return thread.isReady;
      },
      get pending() {
        return thread.pending;
      },
    };
  };
  const verifier = opened(threadedVerifier(most, nodeEquation, silentLog, begin));
  await Promise.all(claims.slice(0, 2).map((claim) => verifier.holds(claim)));
  while (threads[0]?.isReady !== true) await turn();
  return { verifier, asked };
}

/** Threads that keep what they are given, and begin and die when they are told to. */
function fakeThreads() {
  const threads: { given: Asked[]; becomeReady: () => void; die: () => void }[] = [];
  const begin = (died: Died) => {
    let isReady = false;
    const thread = {
      given: [] as Asked[],
      becomeReady: () => {
        isReady = true;
      },
      die: () => died(thread.given.splice(0), new Error("out of memory")),
    };
    threads.push(thread);
    return {
      get isReady() {
        return isReady;
      },
      get pending() {
        return thread.given.length;
      },
      give: (asked: readonly Asked[]) => void thread.given.push(...asked),
      stop: async () => {},
    };
  };
  return { threads, begin };
}

describe("a verifier with threads", () => {
  test("decides vectors as the rule says, many at a time", async () => {
    const { verifier, asked } = await withThread(2);
    const decidedByEquation = readVectors("signature").filter(
      ({ expect: expected }) => expected === "accepted" || expected === "verify/signature-invalid",
    );
    const whole = decidedByEquation.filter(
      ({ bytes, headers }) => bytes.length === 64 && fromHex(headers["key"] ?? "").length === 32,
    );
    expect(whole.length).toBeGreaterThan(5);
    const verdicts = await Promise.all(
      whole.map(({ bytes, headers: { key = "", message = "" } }) =>
        verifier.holds({ signature: bytes, signed: fromHex(message), publicKey: fromHex(key) }),
      ),
    );
    expect(verdicts).toEqual(whole.map(({ expect: expected }) => expected === "accepted"));
    expect(asked.ofThreads).toBe(whole.length);
  });

  test("tells the true from the forged, in the order of asking", async () => {
    const { verifier } = await withThread(2);
    const answered: number[] = [];
    const asked = claims.map((claim, i) => (i % 3 === 0 ? forged(claim) : claim));
    const verdicts = await Promise.all(
      asked.map(async (claim, i) => {
        const verdict = await verifier.holds(i % 7 === 0 ? undefined : claim);
        answered.push(i);
        return verdict;
      }),
    );
    expect(verdicts).toEqual(claims.map((_, i) => i % 7 === 0 || i % 3 !== 0));
    expect(answered).toEqual(claims.map((_, i) => i));
  });

  test("decides a claim that comes alone without a thread", async () => {
    let begun = 0;
    const begin = () => {
      begun += 1;
      throw new Error("not needed");
    };
    const verifier = opened(threadedVerifier(1, portableEquation, silentLog, begin));
    expect(await verifier.holds(claims[0])).toBe(true);
    expect(await verifier.holds(forged(claims[1] as Claim))).toBe(false);
    expect(begun).toBe(0);
  });

  test("decides by itself what a thread that died has left, and begins another", async () => {
    const logged: unknown[] = [];
    const { threads, begin } = fakeThreads();
    const verifier = opened(
      threadedVerifier(
        1,
        nodeEquation,
        (_, event, fields) => logged.push([event, fields?.["claims"]]),
        begin,
      ),
    );
    const few = [...claims.slice(0, 4), forged(claims[4] as Claim)];

    const askAll = () => few.map((claim) => verifier.holds(claim));
    // The first to come begin a thread, and do not wait for it.
    expect(await Promise.all(askAll())).toEqual([true, true, true, true, false]);
    expect(threads.length).toBe(1);
    threads[0]?.becomeReady();
    const first = askAll();
    await turn();
    expect(threads[0]?.given.length).toBe(5);
    threads[0]?.die();
    expect(await Promise.all(first)).toEqual([true, true, true, true, false]);

    expect(await Promise.all(askAll())).toEqual([true, true, true, true, false]);
    threads[1]?.die();
    // One that never was ready is not tried again: all is decided here.
    expect(await Promise.all(few.map((claim) => verifier.holds(claim)))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(threads.length).toBe(2);
    expect(logged).toEqual([
      ["verifier.failed", 5],
      ["verifier.failed", 0],
    ]);
  });

  test("answers what was asked before it was closed", async () => {
    const { verifier, asked } = await withThread(1);
    const answers = Promise.all(claims.map((claim) => verifier.holds(claim)));
    await verifier.close();
    expect(await answers).toEqual(claims.map(() => true));
    expect(asked.ofThreads).toBe(claims.length);
  });
});

test("a parcel gives back the claims that were packed, whatever their lengths", () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const claim = fc.record({
    signature: bytes(64),
    publicKey: bytes(32),
    signed: fc.uint8Array({ maxLength: 70 }),
  });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 10 }), (packed) => {
      expect(unpackClaims(packClaims(packed))).toEqual(packed);
    }),
  );
});
