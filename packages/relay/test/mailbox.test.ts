/** Sealed messages: only for those who prove that the mailbox is theirs. */
import { signerFromSeed, unwrap, writeMessage } from "@intentcast/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { close, mailbox, otherMailbox, sealed } from "./messages.ts";
import { fromStart, gist, proof, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const mine = { mailboxes: [mailbox.signer.publicKey] };

test("the holder of a mailbox's key is given what is in it, stored and live, and no other mailbox's", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  await publish(client, await sealed(1));
  await publish(client, await sealed(2, otherMailbox));
  await publish(client, close(1));
  client.send("authenticate", 5, ...proof(client.hello, mailbox.signer));
  expect(await client.answer()).toEqual(["accepted", 5, {}]);
  client.send("subscribe", 1, mine, fromStart);
  await client.next("caughtUp");
  await publish(client, await sealed(3));
  await publish(client, await sealed(4, otherMailbox));
  expect(client.waiting("message").map(([, , position]) => position)).toEqual([1, 4]);
});

test("a filter that names a mailbox of somebody else is refused", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  client.send("subscribe", 1, mine, fromStart);
  expect(gist(await client.next("ended"))).toMatchObject(["ended", 1, "mailbox-not-authenticated"]);
  client.send("authenticate", 5, ...proof(client.hello, mailbox.signer));
  await client.answer();
  const both = { mailboxes: [mailbox.signer.publicKey, otherMailbox.signer.publicKey] };
  client.send("subscribe", 1, both, fromStart);
  expect(gist(await client.next("ended"))).toMatchObject(["ended", 1, "mailbox-not-authenticated"]);
});

test.for([{ kinds: ["sealed" as const] }, {}])(
  "a filter without mailboxes is given no sealed message: %o",
  async (filter) => {
    const { connect } = await serve(stack);
    const client = await connect();
    client.send("authenticate", 5, ...proof(client.hello, mailbox.signer));
    await publish(client, await sealed(1));
    client.send("subscribe", 1, filter, fromStart);
    await client.next("caughtUp");
    expect(gist(await publish(client, await sealed(2)))).toMatchObject(["accepted", 1, {}]);
    await client.settled();
    expect(client.waiting("message")).toEqual([]);
  },
);

test("a proof for another relay, of another mailbox, or from another connection proves nothing", async () => {
  const { connect } = await serve(stack);
  const [client, other] = [await connect(), await connect()];
  const [publicKey, signature] = proof(client.hello, mailbox.signer);
  const [, otherSignature] = proof(client.hello, otherMailbox.signer);
  const attempts = [
    proof({ ...client.hello, name: "relay.example:443" }, mailbox.signer)[1],
    proof(other.hello, mailbox.signer)[1],
    otherSignature,
    new Uint8Array(64),
  ];
  for (const attempt of attempts) {
    client.send("authenticate", 1, publicKey, attempt);
    expect(gist(await client.answer())).toMatchObject(["rejected", 1, "session", "authentication-failed"]);
  }
  other.send("authenticate", 2, publicKey, signature);
  expect(gist(await other.answer())).toMatchObject(["rejected", 2, "session", "authentication-failed"]);
  client.send("subscribe", 1, mine, fromStart);
  expect(gist(await client.next("ended"))).toMatchObject(["ended", 1, "mailbox-not-authenticated"]);
});

test("no challenge is given twice", async () => {
  const { connect } = await serve(stack);
  const clients = await Promise.all(Array.from({ length: 5 }, connect));
  expect(new Set(clients.map(({ hello }) => hello.challenge.join())).size).toBe(5);
});

test("a connection authenticates for as many mailboxes as the relay allows; one of them again costs nothing", async () => {
  const { connect } = await serve(stack, { limits: { mailboxes: 1 } });
  const client = await connect();
  for (const _ of [1, 2]) {
    client.send("authenticate", 1, ...proof(client.hello, mailbox.signer));
    expect(gist(await client.answer())).toEqual(["accepted", 1, {}]);
  }
  client.send("authenticate", 2, ...proof(client.hello, otherMailbox.signer));
  expect(gist(await client.answer())).toMatchObject(["rejected", 2, "session", "too-many-mailboxes"]);
});

test("a sealed kind in the open is refused", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  const ids = { thread: new Uint8Array(32), prev: new Uint8Array(32), to: mailbox.signer.publicKey };
  const body = { nonce: new Uint8Array(16), issued: 1, ...ids, text: "for your eyes only" };
  const note = unwrap(writeMessage("note", body, signerFromSeed(new Uint8Array(32))));
  expect(gist(await publish(client, note.bytes))).toMatchObject(["rejected", 1, "validate", "sealed-only"]);
});
