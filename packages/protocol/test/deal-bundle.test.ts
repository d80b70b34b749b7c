import { dealStory, filled } from "@intentcast/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeValue, encodeValue } from "../src/cbor/codec.ts";
import { signerFromSeed } from "../src/cose/ed25519.ts";
import { advance } from "../src/deal/advance.ts";
import { encodeBundle, verifyBundle } from "../src/deal/bundle.ts";
import type { Deal } from "../src/deal/deal.ts";
import { unwrap } from "../src/error.ts";
import { maxBundleBytes } from "../src/limits.ts";
import type { Private, Signed } from "../src/message/message.ts";
import { writeMessage } from "../src/message/write.ts";

const { award, buyerSays, counter, hour, minute, noon, offer, order, play, receipt, sellerSays, storyBy } =
  dealStory;
type Pen = dealStory.Pen;
type Step = dealStory.Step;

const signers = {
  buyer: signerFromSeed(filled(32, 1)),
  seller: signerFromSeed(filled(32, 2)),
  stranger: signerFromSeed(filled(32, 3)),
};
const signed: Pen = (kind, body, who) => unwrap(writeMessage(kind, body, signers[who]));
const story = storyBy(signed);
const held = (...steps: readonly Step[]): Deal => play(story, story.open(), ...steps);

const pack = (messages: readonly Uint8Array[]): Uint8Array => encodeValue({ version: 1, messages });
const refusalOf = (bytes: Uint8Array): string => {
  const result = verifyBundle(bytes);
  return result.ok ? "accepted" : `${result.error.stage}/${result.error.code}: ${result.error.detail}`;
};

describe("a bundle", () => {
  let deal: Deal;
  let parts: readonly Uint8Array[];
  beforeAll(() => {
    deal = held(offer, award, order);
    parts = deal.messages.map(({ bytes }) => bytes);
  });

  test("proves the deal that was put into it", () => {
    expect(verifyBundle(encodeBundle(deal))).toEqual({ ok: true, value: deal });
  });

  test("proves a deal with all that may happen in one", () => {
    const long = held(
      offer,
      counter,
      (s, d) => s.note(d),
      offer,
      award,
      order,
      buyerSays("OrderProblem"),
      sellerSays("OrderInTransit"),
      sellerSays("OrderDelivered"),
      receipt,
      sellerSays("OrderReturned"),
    );
    expect(verifyBundle(encodeBundle(long))).toEqual({ ok: true, value: long });
  });

  test("proves a deal whose messages were each taken into account late", () => {
    const late = [offer, award, order].reduce((soFar, step) => {
      const message = step(story, soFar);
      return unwrap(advance(soFar, message, message.body.issued + hour));
    }, story.open());
    expect(verifyBundle(encodeBundle(late))).toEqual({ ok: true, value: late });
  });

  test("is refused with any single byte of it changed", () => {
    const bytes = encodeBundle(deal);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (bytes[at] as number) ^ (1 << (at % 8));
      expect(verifyBundle(changed).ok, `byte ${at}`).toBe(false);
    }
  });

  test("that ends early lacks what it lacks", () => {
    expect(refusalOf(pack([]))).toBe("bundle/bundle-incomplete: no messages");
    expect(refusalOf(pack(parts.slice(0, 1)))).toBe("bundle/bundle-incomplete: no award");
    expect(refusalOf(pack(parts.slice(0, 2)))).toBe("bundle/bundle-incomplete: no award");
    expect(refusalOf(pack(parts.slice(0, 3)))).toBe("bundle/bundle-incomplete: no order");
    expect(refusalOf(pack(parts.slice(1)))).toBe(
      "bundle/bundle-incomplete: message 0 is of kind offer, not an intent",
    );
  });

  test("names the message that does not belong", () => {
    const [intent, first, second, third] = parts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(refusalOf(pack([intent, second, first, third]))).toMatch(
      /^advance\/out-of-turn: message 1, award: award in the phase open$/,
    );
    expect(refusalOf(pack([intent, first, second, second, third]))).toMatch(
      /^advance\/duplicate-message: message 3, award/,
    );
    const forged = Uint8Array.from(second);
    forged[forged.length - 40] = (forged[forged.length - 40] as number) ^ 1;
    expect(refusalOf(pack([intent, first, forged, third]))).toMatch(
      /^verify\/signature-[a-z-]+: message 2, award/,
    );
    expect(refusalOf(pack([intent, first, filled(3, 0), third]))).toMatch(
      /^decode\/envelope-form: message 2, of no kind/,
    );
  });

  test("holds messages of one deal only", () => {
    const other = play(story, story.open({ nonce: filled(16, 99) }), offer, award);
    const strange = (other.award as Signed<"award">).bytes;
    expect(refusalOf(pack([...parts.slice(0, 2), strange]))).toMatch(
      /^advance\/thread-mismatch: message 2, award/,
    );
    expect(refusalOf(pack([...parts, parts[0] as Uint8Array]))).toMatch(
      /^bundle\/bundle-form: message 4, intent/,
    );
  });

  test("holds an award to the offer's own time", () => {
    const offered = held((s, d) => s.offer(d, { expires: noon + hour }));
    const late = story.award(offered, { issued: noon + hour + minute }) as Private;
    const messages = [...offered.messages, late].map(({ bytes }) => bytes);
    expect(refusalOf(pack(messages))).toMatch(/^advance\/offer-expired: message 2, award/);
  });

  test.each([
    ["no bytes", () => new Uint8Array()],
    ["a list", () => encodeValue([])],
    ["another version", () => encodeValue({ version: 2, messages: [] })],
    ["a field more", () => encodeValue({ version: 1, messages: [], more: 1 })],
    ["a message that is text", () => encodeValue({ version: 1, messages: ["intent"] })],
    ["a byte more", () => Uint8Array.from([...encodeBundle(deal), 0])],
    ["more bytes than a bundle may have", () => filled(maxBundleBytes + 1, 0)],
  ])("is not %s", (_, make) => {
    expect(refusalOf(make())).toMatch(/^bundle\/bundle-form/);
  });

  test("fits its bound however long the two have talked", () => {
    const text = "x".repeat(2000);
    let talked = held(offer, award, order);
    for (;;) {
      const note = story.note(talked, { text, nonce: filled(16, talked.messages.length % 256) });
      const next = advance(talked, note, note.body.issued);
      if (!next.ok) {
        expect(next.error.code).toBe("deal-full");
        break;
      }
      talked = next.value;
    }
    const ended = play(story, talked, receipt);
    const bytes = encodeBundle(ended);
    expect(bytes.length).toBeLessThan(maxBundleBytes);
    expect(decodeValue(bytes, maxBundleBytes).ok).toBe(true);
    expect(verifyBundle(bytes)).toMatchObject({ ok: true, value: { phase: "receipted" } });
  });
});
