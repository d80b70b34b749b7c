import {
  type Deal,
  type Private,
  type Signed,
  signerFromSeed,
  toHex,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { dealStory, filled } from "@intentcast/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fact, factEntry, readFact } from "../src/fact.ts";
import { emptyWallet, foldFacts, type Thread, type Wallet } from "../src/wallet.ts";

const { award, counter, fakePen, hour, intentBody, noon, offer, order, play, receipt, sellerSays, storyBy } =
  dealStory;

const story = storyBy(fakePen);
const cursor = (position: number) => ({ relay: "ws://relay.example", store: "00", position });

const received = (message: Private, position = 1): Fact => ({
  kind: "received",
  at: message.body.issued,
  afterMs: 40,
  cursor: cursor(position),
  message,
});
const sent = (message: Private): Fact => ({
  kind: "sent",
  at: message.body.issued,
  envelope: filled(10, 1),
  message,
});
const cast = (intent: Signed<"intent">, index = 0): Fact => ({
  kind: "intent",
  at: intent.body.issued,
  index,
  message: intent,
});

const fold = (facts: readonly Fact[], wallet: Wallet = emptyWallet): Wallet =>
  foldFacts(
    wallet,
    facts.map((fact, i) => ({ position: wallet.position + i + 1, fact })),
  );
const threadOf = (wallet: Wallet): Thread => [...wallet.threads.values()][0] as Thread;
const dealOf = (wallet: Wallet): Deal => [...threadOf(wallet).deals.values()][0] as Deal;

/** A deal from intent to receipt, and its messages as the buyer's facts. */
const finished = play(
  story,
  story.open(),
  offer,
  counter,
  offer,
  award,
  order,
  sellerSays("OrderDelivered"),
  receipt,
);
const factOf = (message: Signed): Fact =>
  message.kind === "intent"
    ? cast(message)
    : message.author === finished.intent.author
      ? sent(message as Private)
      : received(message as Private);
const facts = finished.messages.map(factOf);

test("the facts of a deal fold into that deal", () => {
  const wallet = fold(facts);
  expect(dealOf(wallet)).toEqual(finished);
  expect(threadOf(wallet)).toMatchObject({ awards: 1, refused: [], index: 0 });
  expect(threadOf(wallet).offers).toHaveLength(2);
  expect(wallet).toMatchObject({ position: facts.length, nextIndex: 1 });
});

test("folding in parts is folding at once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: facts.length }), (cut) => {
      expect(fold(facts.slice(cut), fold(facts.slice(0, cut)))).toEqual(fold(facts));
    }),
  );
});

test("folding leaves the wallet given as it was", () => {
  const half = fold(facts.slice(0, 3));
  const copy = structuredClone(half);
  fold(facts.slice(3), half);
  expect(half).toEqual(copy);
});

test("a seller's messages that overtook each other lead to the same deal", () => {
  const ours = facts.slice(0, 5);
  const theirs = facts.slice(5);
  fc.assert(
    fc.property(fc.shuffledSubarray(theirs, { minLength: theirs.length }), (shuffled) => {
      const wallet = fold([...ours, ...shuffled]);
      expect(dealOf(wallet).phase).toBe("receipted");
      expect(threadOf(wallet).refused).toEqual([]);
    }),
  );
});

test("an offer that does not keep to the intent is refused with its code and makes no deal", () => {
  const open = story.open();
  const dear = story.offer(open, { total: 25_001, breakdown: { goods: 25_001 } });
  const thread = threadOf(fold([cast(open.intent), received(dear)]));
  expect(thread.refused.map(({ reject, message }) => [reject.code, message])).toEqual([
    ["price-above-limit", dear],
  ]);
  expect([thread.deals.size, thread.offers.length]).toEqual([0, 0]);
});

test("sellers are kept apart, even where one names the other's mailbox", () => {
  const open = story.open();
  const [first, second] = [story.offer(open), story.offer(open, { who: "stranger" })];
  const withOffers = fold([cast(open.intent), received(first), received(second)]);
  const theirs = threadOf(withOffers).deals.get(toHex(second.author)) as Deal;
  const wallet = fold([sent(story.award(theirs))], withOffers);
  const phases = [first, second].map(({ author }) => threadOf(wallet).deals.get(toHex(author))?.phase);
  expect(phases).toEqual(["offered", "awarded"]);
});

test("of two messages of ours that exclude each other, the one written down first counts", () => {
  const open = story.open();
  const first = story.offer(open);
  const offered = fold([cast(open.intent), received(first)]);
  const deal = dealOf(offered);
  const wallet = fold([sent(story.award(deal)), sent(story.counter(deal))], offered);
  expect(threadOf(wallet).sent.map(({ message }) => message.kind)).toEqual(["award"]);
});

test("an index once used is never used again, in whatever order it is found", () => {
  const wallet = fold([cast(story.intent(), 4), cast(story.intent(), 2)]);
  expect(wallet.nextIndex).toBe(5);
});

describe("facts in the journal", () => {
  const signer = signerFromSeed(filled(32, 7));
  const intent = unwrap(writeMessage("intent", intentBody(), signer));
  const head = { nonce: filled(16, 2), issued: noon, thread: intent.id, prev: intent.id, to: filled(32, 3) };
  const note = unwrap(writeMessage("note", { ...head, text: "Hello." }, signer));
  const close = unwrap(
    writeMessage(
      "close",
      { nonce: filled(16, 3), issued: noon, expires: noon + hour, thread: intent.id, reason: "awarded" },
      signer,
    ),
  );
  const kinds: readonly Fact[] = [
    cast(intent, 3),
    received(note),
    sent(note),
    { kind: "closed", at: noon, message: close },
    { kind: "delivered", id: intent.id },
    { kind: "refused", id: intent.id },
    { kind: "kept", at: noon, id: intent.id },
    { kind: "spent", index: 3 },
  ];

  test.each(kinds.map((fact) => [fact.kind, fact] as const))("read as written: %s", (_, fact) => {
    const entry = { position: 9, ...factEntry(fact) };
    expect(unwrap(readFact(entry))).toEqual(fact);
  });

  test("a message that was recovered stands nowhere at a relay: its mailbox is read from the start", () => {
    const recovered: Fact = { kind: "received", at: noon, afterMs: 0, message: note };
    const fact = unwrap(readFact({ position: 9, ...factEntry(recovered) }));
    expect(fact).toEqual(recovered);
    expect(threadOf(fold([cast(intent), fact])).cursors.size).toBe(0);
  });

  test("anything else is refused as a broken journal", () => {
    const anyKind = fc.oneof(fc.string(), fc.constantFrom(...kinds.map(({ kind }) => kind)));
    fc.assert(
      fc.property(anyKind, fc.uint8Array({ maxLength: 200 }), (kind, value) => {
        const fact = readFact({ position: 1, kind, value });
        expect(fact.ok ? "read" : fact.error.code).toBe("journal-broken");
      }),
    );
  });

  test("a fact with a message of another kind is refused", () => {
    const { value } = factEntry({ kind: "closed", at: noon, message: close });
    expect(readFact({ position: 1, kind: "received", value }).ok).toBe(false);
    const swapped = factEntry({ ...cast(intent), message: note } as unknown as Fact);
    expect(readFact({ position: 1, ...swapped }).ok).toBe(false);
  });
});
