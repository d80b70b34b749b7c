/** Every limit that hello tells is enforced, with a code of its own. */
import { type Filter, type Limits, sealMessage, unwrap, writeMessage } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { close, mailbox, now, otherMailbox, sealed, seller } from "./messages.ts";
import type { RawClient } from "./raw-client.ts";
import { fromStart, gist, proof, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const subscribe = async (client: RawClient, number: number, filter: Filter) => {
  client.send("subscribe", number, filter, { live: true, credit: 1 });
  return gist(await client.next("ended", "caughtUp"));
};

/** What is asked at the limit, which is granted, and what is asked beyond it, with its refusal. */
const cases: Readonly<
  Record<
    Exclude<keyof Limits, "credit">,
    {
      readonly limits: Partial<Limits>;
      readonly within: (client: RawClient) => Promise<readonly unknown[]>;
      readonly beyond: (client: RawClient) => Promise<readonly unknown[]>;
      readonly refusal: readonly unknown[];
    }
  >
> = {
  frame: {
    limits: { frame: 1000 },
    within: async (client) => gist(await publish(client, new Uint8Array(980))),
    beyond: async (client) => {
      client.send("publish", 2, new Uint8Array(1000));
      return gist(await client.next("rejected"));
    },
    refusal: ["rejected", 0, "frame", "frame-too-large"],
  },
  message: {
    limits: { message: close(1).bytes.length },
    within: async (client) => gist(await publish(client, close(1))),
    beyond: async (client) => gist(await publish(client, await sealed(1), 2)),
    refusal: ["rejected", 2, "admit", "message-too-large"],
  },
  subscriptions: {
    limits: { subscriptions: 1 },
    within: (client) => subscribe(client, 1, {}),
    beyond: (client) => subscribe(client, 2, {}),
    refusal: ["ended", 2, "too-many-subscriptions"],
  },
  filterTerms: {
    limits: { filterTerms: 2 },
    within: (client) => subscribe(client, 1, { kinds: ["intent", "close"] }),
    beyond: (client) => subscribe(client, 2, { kinds: ["intent", "close", "profile"] }),
    refusal: ["ended", 2, "filter-too-large"],
  },
  mailboxes: {
    limits: { mailboxes: 1 },
    within: async (client) => {
      client.send("authenticate", 1, ...proof(client.hello, mailbox.signer));
      return gist(await client.answer());
    },
    beyond: async (client) => {
      client.send("authenticate", 2, ...proof(client.hello, otherMailbox.signer));
      return gist(await client.answer());
    },
    refusal: ["rejected", 2, "session", "too-many-mailboxes"],
  },
  lifetime: {
    limits: { lifetime: 100 },
    within: async (client) => gist(await publish(client, close(1, { expires: now + 100 }))),
    beyond: async (client) => gist(await publish(client, close(2, { expires: now + 101 }), 2)),
    refusal: ["rejected", 2, "admit", "lifetime-too-long"],
  },
  skew: {
    limits: { skew: 10 },
    within: async (client) => gist(await publish(client, close(1, { issued: now + 10 }))),
    beyond: async (client) => gist(await publish(client, close(2, { issued: now + 11 }), 2)),
    refusal: ["rejected", 2, "admit", "not-yet-valid"],
  },
};

test.for(Object.entries(cases))(
  "%s is told, granted and not exceeded",
  async ([name, { limits, within, beyond, refusal }]) => {
    const { connect } = await serve(stack, { limits });
    const client = await connect();
    expect(client.hello.limits).toMatchObject(limits);
    expect(await within(client), name).not.toEqual(refusal);
    expect(await beyond(client)).toEqual(refusal);
  },
);

test("credit is granted as far as its limit, at the start and later, and no more messages are sent", async () => {
  const { connect } = await serve(stack, { limits: { credit: 2 } });
  const [reader, writer] = [await connect(), await connect()];
  for (let i = 1; i <= 6; i++) await publish(writer, close(i));
  reader.send("subscribe", 1, {}, { ...fromStart, credit: 100 });
  await reader.take(2, "message");
  await reader.settled();
  expect(reader.waiting("message")).toEqual([]);
  reader.send("credit", 1, 100);
  await reader.take(2, "message");
  await reader.settled();
  expect(reader.waiting("message")).toEqual([]);
});

test("an expired sealed message is refused too, by what its envelope says", async () => {
  const { connect } = await serve(stack);
  const ids = { thread: new Uint8Array(32), prev: new Uint8Array(32), to: mailbox.signer.publicKey };
  const body = { nonce: new Uint8Array(16), issued: now - 20, ...ids, text: "late" };
  const note = unwrap(writeMessage("note", body, seller));
  const recipient = { mailbox: mailbox.signer.publicKey, key: mailbox.key };
  const times = { issued: now - 20, expires: now };
  const letter = await sealMessage(note, recipient, times, seededRandom(1));
  expect(gist(await publish(await connect(), letter))).toEqual(["rejected", 1, "admit", "expired"]);
});
