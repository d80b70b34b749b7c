/** What comes to a buyer's mailbox and is nothing that belongs there: each is refused for what it is, and costs nothing. */
import { type Journal, memoryJournal } from "@intentcast/journal";
import {
  type Body,
  intentKeys,
  type Private,
  type Signed,
  sealMessage,
  signerFromSeed,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { connectRelays } from "@intentcast/relay-client";
import { fixedClock, readVectors } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Buyer,
  type BuyerOptions,
  type Cast,
  type Draft,
  type Offered,
  openBuyer,
} from "../src/index.ts";
import { ScriptedSeller } from "./scripted-seller.ts";

const seed = new Uint8Array(32).fill(42);
const clock = fixedClock(1_800_000_000);
const draft: Draft = { want: [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }] };
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const stranger = signerFromSeed(new Uint8Array(32).fill(77));

let relay: Relay;
let stack: AsyncDisposableStack;
let logged: { event: string; reason: string }[];

beforeEach(async () => {
  relay = await startRelay({ port: 0, clock, quotas: "off" });
  stack = new AsyncDisposableStack();
  logged = [];
});
afterEach(async () => {
  await stack.disposeAsync();
  await relay.stop();
});

const seller = (number = 1): ScriptedSeller => stack.use(new ScriptedSeller(relay.url, number, clock));

async function buyerOn(journal: Journal, over: Partial<BuyerOptions> = {}): Promise<Buyer> {
  const log: BuyerOptions["log"] = (event, fields) => {
    logged.push({ event, reason: String(fields["reason"] ?? "") });
  };
  return stack.use(await openBuyer({ seed, relays: [relay.url], journal, clock, log, ...over }));
}

const until = (isSo: () => boolean): Promise<void> =>
  expect.poll(isSo, { timeout: 10_000, interval: 5 }).toBe(true);

/** An intent that one seller has made an offer for, which has come. */
async function offered(journal: Journal = memoryJournal(), over: Partial<BuyerOptions> = {}) {
  const buyer = await buyerOn(journal, over);
  const cast = await buyer.cast(draft);
  const cradle = seller();
  const intent = await cradle.hear();
  const offer = await cradle.offer(intent, 20_000);
  expect(((await cast.offers().next()).value as Offered).offer.id).toEqual(offer.id);
  return { buyer, cast, cradle, intent, offer };
}

type Scene = {
  readonly cradle: ScriptedSeller;
  readonly intent: Signed<"intent">;
  readonly offer: Signed<"offer">;
};

/** Bytes that travel as if they were a message to the buyer's mailbox. */
const letter = (bytes: Uint8Array, { intent }: Scene): Private =>
  ({ bytes, body: { to: intent.body.reply.mailbox } }) as unknown as Private;

const vector = (stage: string, name: string): Uint8Array =>
  readVectors(stage).find((one) => one.case === name)?.bytes as Uint8Array;

function flipped(bytes: Uint8Array): Uint8Array {
  const forged = bytes.slice();
  forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
  return forged;
}

const note = ({ cradle, intent, offer }: Scene, over: Partial<Body<"note">>, by = cradle.signer): Private =>
  unwrap(writeMessage("note", { ...cradle.head(intent, offer.id), text: "hello", ...over }, by));

describe("what is no message to this mailbox is told in the log by stage and code, and leaves no trace", () => {
  test.each<[string, string, (scene: Scene) => Private]>([
    ["malformed", "decode/envelope-form", (scene) => letter(Uint8Array.of(1, 2, 3), scene)],
    [
      "non-canonical",
      "decode/cbor-key-order",
      (scene) => letter(vector("envelope", "body-key-order"), scene),
    ],
    ["mis-signed", "verify/signature-invalid", (scene) => letter(flipped(note(scene, {}).bytes), scene)],
    ["for everybody", "open/inner-kind", (scene) => letter(vector("envelope", "profile"), scene)],
    [
      "for somebody else",
      "open/inner-mailbox",
      (scene) => letter(note(scene, { to: intentKeys(seed, 0).mailbox.signer.publicKey }).bytes, scene),
    ],
    ["of another thread", "advance/thread-mismatch", (scene) => note(scene, { thread: random(32) })],
  ])("%s: %s", async (_, reason, make) => {
    const journal = memoryJournal();
    const { cast, ...scene } = await offered(journal);
    await scene.cradle.send(scene.intent, make(scene));
    await until(() => logged.some((one) => one.reason.startsWith(reason)));
    await scene.cradle.send(scene.intent, note(scene, { text: "and still heard" }));
    await until(() => cast.deals()[0]?.messages.at(-1)?.kind === "note");
    expect(cast.refused()).toEqual([]);
    expect((await journal.read()).filter(({ kind }) => kind === "received")).toHaveLength(2);
  });
});

describe("what does not belong where the deal stands is set aside with its code", () => {
  const order = ({ cradle, intent, offer }: Scene): Private =>
    unwrap(
      writeMessage(
        "order",
        { ...cradle.head(intent, offer.id), number: "C-1", currency: "USD", total: 20_000 },
        cradle.signer,
      ),
    );

  test.each<[string, string, (scene: Scene) => Private]>([
    ["out of turn", "out-of-turn", order],
    [
      "by the wrong side",
      "author-wrong",
      ({ cradle, intent, offer }) =>
        unwrap(writeMessage("award", cradle.head(intent, offer.id), cradle.signer)),
    ],
    ["by somebody who has offered nothing", "out-of-turn", (scene) => note(scene, {}, stranger)],
    ["in answer to nothing that we know", "prev-unknown", (scene) => note(scene, { prev: random(32) })],
    ["not yet valid", "issued-ahead", (scene) => note(scene, { issued: clock() + 301 })],
    [
      "expired",
      "offer-expired",
      ({ cradle, intent, offer }) => {
        const times = { issued: clock() - 20, expires: clock() - 10 };
        return cradle.writeOffer(intent, 19_000, { ...times, prev: offer.id });
      },
    ],
    [
      "to be answered elsewhere than before",
      "mailbox-wrong",
      ({ cradle, intent, offer }) => {
        const { signer, key } = cradle.mailbox({ ...intent, id: random(32) });
        const reply = { mailbox: signer.publicKey, key, relays: [relay.url] };
        return cradle.writeOffer(intent, 19_000, { prev: offer.id, reply });
      },
    ],
  ])("%s: %s", async (_, code, make) => {
    const { cast, ...scene } = await offered();
    const bad = await scene.cradle.send(scene.intent, make(scene));
    await until(() => cast.refused().length === 1);
    expect(cast.refused().map(({ reject, message }) => [reject.stage, reject.code, message.id])).toEqual([
      ["advance", code, bad.id],
    ]);
    expect(cast.deals().map(({ messages }) => messages.length)).toEqual([2]);
  });
});

test("what is replayed, in its envelope or in another one, is taken once", async () => {
  const journal = memoryJournal();
  const { cast, cradle, intent, offer } = await offered(journal);
  const { mailbox, key } = intent.body.reply;
  const times = { issued: clock(), expires: clock() + 60 };
  const again = await sealMessage(offer, { mailbox, key }, times, random);
  await using pool = connectRelays({ relays: [relay.url], clock });
  await pool.publish(again.bytes);
  expect((await pool.publish(again.bytes)).accepted[0]?.duplicate).toBe(true);
  await cradle.send(intent, note({ cradle, intent, offer }, {}));
  await until(() => cast.deals()[0]?.messages.at(-1)?.kind === "note");
  expect(cast.deals()[0]?.messages.map(({ kind }) => kind)).toEqual(["intent", "offer", "note"]);
  expect(cast.refused()).toEqual([]);
  expect((await journal.read()).filter(({ kind }) => kind === "received")).toHaveLength(2);
});

test("offers are kept from so many sellers and no more, and those that have one go on", async () => {
  const { cast, cradle, intent, offer } = await offered(memoryJournal(), { mostDeals: 3 });
  for (let number = 2; number <= 5; number++) await seller(number).offer(intent, 19_000 + number);
  await until(() => logged.filter(({ event }) => event === "dropped").length === 2);
  await cradle.offer(intent, 18_000, { prev: offer.id });
  await until(() => cast.deals()[0]?.offer?.body.total === 18_000);
  expect(cast.deals()).toHaveLength(3);
});

const lastOf = (cast: Cast): string | undefined => cast.deals()[0]?.messages.at(-1)?.kind;

test("a flood of another thread's messages does not fill the journal", async () => {
  const journal = memoryJournal();
  const { cast, ...scene } = await offered(journal);
  for (let i = 0; i < 50; i++) await scene.cradle.send(scene.intent, note(scene, { thread: random(32) }));
  await scene.cradle.send(scene.intent, note(scene, {}));
  await until(() => lastOf(cast) === "note");
  expect((await journal.read()).filter(({ kind }) => kind === "received")).toHaveLength(2);
});
