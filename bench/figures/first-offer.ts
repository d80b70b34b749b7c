/** How long a buyer waits from casting an intent to the first offer that can be read, and what the time goes into. */
import { join } from "node:path";
import { openBuyer } from "@intentcast/buyer-client";
import { type Journal, memoryJournal } from "@intentcast/journal";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import {
  intentKeys,
  openSealed,
  readMessage,
  type Signed,
  sealMessage,
  threadMailbox,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { nodeEquation } from "../../packages/relay/src/adapters/node-crypto.ts";
import { commitSpeed, echoSpeed } from "../harness/baselines.ts";
import { startChild } from "../harness/child.ts";
import { type Context, sized, startRelay, temporaryFolder } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { intents } from "../harness/messages.ts";
import { median, percentile } from "../harness/statistics.ts";
import type { StorefrontConfig } from "../processes/storefront-process.ts";

const category = "shopify/bt/15/8";
const draft = { want: [{ category, name: "stroller for twins", quantity: { value: 1, unit: "C62" } }] };
const seed = new Uint8Array(32).fill(7);

type Setting = { readonly what: string; readonly onDisk: boolean; readonly isNative: boolean };

const settings: readonly Setting[] = [
  { what: "journals in memory", onDisk: false, isNative: false },
  { what: "journals in SQLite", onDisk: true, isNative: false },
  { what: "journals in SQLite, native verify", onDisk: true, isNative: true },
];

/** The journal, and how long its owner has waited for it. */
function timed(journal: Journal): { readonly journal: Journal; readonly waitedMs: () => number } {
  let waitedMs = 0;
  return {
    waitedMs: () => waitedMs,
    journal: {
      ...journal,
      append: async (entry) => {
        const start = performance.now();
        const position = await journal.append(entry);
        waitedMs += performance.now() - start;
        return position;
      },
      [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
    },
  };
}

async function castMany(context: Context, { onDisk, isNative }: Setting) {
  await using stack = new AsyncDisposableStack();
  const relay = `ws://127.0.0.1:${(await startRelay(context, stack)).port}`;
  const folder = temporaryFolder(stack);
  const shop: StorefrontConfig = { relay, isNative, category, ...(onDisk && { folder }) };
  stack.use(await startChild("storefront-process.ts", shop));
  const kept = timed(onDisk ? sqliteJournal(join(folder, "buyer.sqlite")) : memoryJournal());
  stack.use(kept.journal);
  const options = { seed, relays: [relay], journal: kept.journal };
  const buyer = stack.use(await openBuyer({ ...options, ...(isNative && { equation: nodeEquation }) }));

  const totalMs: number[] = [];
  const acceptedMs: number[] = [];
  const journalMs: number[] = [];
  // A connection has 256 subscriptions, and each open cast reads in a mailbox of its own.
  const [warmUp, casts] = [sized(context, 30, 5), sized(context, 120, 10)];
  for (let i = 0; i < warmUp + casts; i++) {
    const waitedBefore = kept.waitedMs();
    const start = performance.now();
    const cast = await buyer.cast(draft);
    const accepted = performance.now();
    for await (const _ of cast.offers()) break;
    if (i < warmUp) continue;
    totalMs.push(performance.now() - start);
    acceptedMs.push(accepted - start);
    journalMs.push(kept.waitedMs() - waitedBefore);
  }
  return { totalMs, acceptedMs, journalMs };
}

/** The time of one step, in milliseconds: the median of many. */
async function stepMs(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times.slice(20));
}

/** What the buyer's and the seller's code computes on the way, each step by itself. */
async function steps(intent: Signed<"intent">): Promise<Sample[]> {
  const keys = intentKeys(seed, 0);
  const mailbox = threadMailbox(seed, intent.id);
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const to = mailbox.signer.publicKey;
  const body = { nonce: random(16), issued: 1, thread: intent.id, prev: intent.id, to, text: "Hello" };
  const note = unwrap(writeMessage("note", body, keys.signer));
  const seal = () => sealMessage(note, { mailbox: to, key: mailbox.key }, { issued: 1, expires: 2 }, random);
  const sealed = await seal();
  let index = 0;
  const works: readonly (readonly [string, () => unknown])[] = [
    ["derive the keys of an intent", () => intentKeys(seed, index++)],
    ["write and sign, portable", () => writeMessage("intent", intent.body, keys.signer)],
    ["sign the challenge, portable", () => mailbox.signer.sign(intent.id)],
    ["read, portable verify", () => readMessage(intent.bytes)],
    ["read, native verify", () => readMessage(intent.bytes, nodeEquation)],
    ["seal (HPKE)", seal],
    ["open, native verify (HPKE)", () => openSealed(sealed, mailbox, nodeEquation)],
  ];
  const samples: Sample[] = [];
  for (const [what, work] of works) {
    samples.push({ what: `step: ${what}`, value: await stepMs(work), unit: "ms" });
  }
  return samples;
}

export const firstOffer: Figure = {
  name: "first-offer",
  title: "From cast to the first offer",
  async prepare(context) {
    const messages = intents(5000);
    return async () => {
      const commit = await commitSpeed(context, messages, 1);
      const echo = await echoSpeed(context, messages, 1, 1);
      const bareMs = 2000 / commit.perSecond + 2000 / echo.perSecond;
      const samples: Sample[] = [];
      for (const setting of settings) {
        context.progress(setting.what);
        const { totalMs, acceptedMs, journalMs } = await castMany(context, setting);
        samples.push(
          {
            what: `${setting.what}: p50`,
            value: percentile(totalMs, 0.5),
            unit: "ms",
            against: { name: "two bare commits and ws echoes, mean", value: bareMs },
          },
          { what: `${setting.what}: p99`, value: percentile(totalMs, 0.99), unit: "ms" },
          { what: `${setting.what}: until the relay accepted, p50`, value: median(acceptedMs), unit: "ms" },
          { what: `${setting.what}: in the buyer's journal, p50`, value: median(journalMs), unit: "ms" },
        );
      }
      return [...samples, ...(await steps(messages[0] as Signed<"intent">))];
    };
  },
};
