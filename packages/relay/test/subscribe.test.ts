/** Subscriptions over a real socket: stored, live, credit, limits. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buyer, close, intent, now, profile, seller } from "./messages.ts";
import type { RawClient } from "./raw-client.ts";
import { fromStart, gist, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const positionsOf = (client: RawClient, number = 1) =>
  client
    .waiting("message")
    .filter(([, subscription]) => subscription === number)
    .map(([, , position]) => position);

test("stored messages come first, then caughtUp, then live ones", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  await publish(client, close(1));
  await publish(client, profile(1));
  client.send("subscribe", 4, { kinds: ["close"] }, fromStart);
  expect(await client.next("message", "caughtUp")).toEqual(["message", 4, 1, close(1).bytes]);
  expect(await client.next("message", "caughtUp")).toEqual(["caughtUp", 4, 2]);
  await publish(client, close(2));
  expect(await client.next("message")).toEqual(["message", 4, 3, close(2).bytes]);
});

test("a subscription without a position begins now", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  await publish(client, close(1));
  client.send("subscribe", 1, {}, { live: true, credit: 10 });
  expect(await client.next("caughtUp")).toEqual(["caughtUp", 1, 1]);
  await publish(client, close(2));
  expect(positionsOf(client)).toEqual([2]);
});

test("a subscription that is not live ends when the stored messages are through", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  await publish(client, close(1));
  client.send("subscribe", 1, {}, { ...fromStart, live: false });
  expect(await client.next("ended")).toEqual(["ended", 1, "complete", ""]);
  expect(positionsOf(client)).toEqual([1]);
  expect(client.waiting("caughtUp")).toEqual([["caughtUp", 1, 1]]);
  expect(gist(await publish(client, close(2)))).toMatchObject(["accepted", 1, { matched: 0 }]);
  client.send("subscribe", 1, {}, { after: 1, live: false, credit: 10 });
  expect(gist(await client.next("message", "ended"))).toMatchObject(["message", 1, 1]);
  expect(gist(await client.next("message"))).toMatchObject(["message", 1, 2]);
});

test("an empty store is caught up with at once", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  client.send("subscribe", 1, {}, { after: 0, live: true, credit: 0 });
  expect(await client.next("caughtUp")).toEqual(["caughtUp", 1, 0]);
});

test("what a filter describes is what comes, stored as live", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  const messages = [
    intent(1, "shopify/bt/15/8"),
    intent(2, "shopify/btx"),
    close(3, { by: seller }),
    profile(4),
    intent(5, "shopify/bt"),
  ];
  const filters = [
    { categories: ["shopify/bt"] },
    { authors: [seller.publicKey] },
    { kinds: ["intent", "intent", "profile"] as ("intent" | "profile")[] },
  ];
  const expected = [
    [1, 5],
    [3, 4],
    [1, 2, 4, 5],
  ];
  filters.forEach((filter, i) => {
    client.send("subscribe", i + 1, filter, fromStart);
  });
  for (const message of messages) await publish(client, message);
  filters.forEach((filter, i) => {
    client.send("subscribe", i + 11, filter, fromStart);
  });
  await client.take(6, "caughtUp");
  expect(filters.map((_, i) => positionsOf(client, i + 1))).toEqual(expected);
  expect(filters.map((_, i) => positionsOf(client, i + 11))).toEqual(expected);
});

test("an expired message is served to nobody, though it is not removed yet", async () => {
  const { connect, clock } = await serve(stack);
  const client = await connect();
  await publish(client, close(1, { expires: now + 10 }));
  await publish(client, close(2));
  clock.advance(10);
  client.send("subscribe", 1, {}, fromStart);
  await client.next("caughtUp");
  expect(positionsOf(client)).toEqual([2]);
});

describe("credit", () => {
  test("bounds what is sent, and more of it brings the rest", async () => {
    const { connect } = await serve(stack);
    const client = await connect();
    for (let i = 1; i <= 6; i++) await publish(client, close(i));
    client.send("subscribe", 1, {}, { after: 0, live: true, credit: 2 });
    await client.take(2, "message");
    await publish(client, close(7));
    expect(positionsOf(client)).toEqual([]);
    expect(client.waiting("caughtUp")).toEqual([]);
    client.send("credit", 1, 4);
    expect((await client.take(4, "message")).map(([, , position]) => position)).toEqual([3, 4, 5, 6]);
    client.send("credit", 1, 10);
    expect(gist(await client.next("message"))).toMatchObject(["message", 1, 7]);
    expect(await client.next("caughtUp")).toEqual(["caughtUp", 1, 7]);
  });

  test("that runs out while live sends the subscription back to the store, and nothing is lost or doubled", async () => {
    const { connect } = await serve(stack);
    const [reader, writer] = [await connect(), await connect()];
    reader.send("subscribe", 1, {}, { live: true, credit: 1 });
    await reader.next("caughtUp");
    for (let i = 1; i <= 5; i++) await publish(writer, close(i));
    expect(gist(await reader.next("message"))).toMatchObject(["message", 1, 1]);
    for (let i = 2; i <= 5; i++) {
      expect(reader.waiting("message")).toEqual([]);
      reader.send("credit", 1, 1);
      expect(gist(await reader.next("message"))).toMatchObject(["message", 1, i]);
    }
    await reader.next("caughtUp");
    reader.send("credit", 1, 1);
    await reader.settled();
    expect(gist(await publish(writer, close(6)))).toMatchObject(["accepted", 1, { matched: 1 }]);
    expect(gist(await reader.next("message"))).toMatchObject(["message", 1, 6]);
  });

  test("is cut to the relay's limit", async () => {
    const { connect } = await serve(stack, { limits: { credit: 2 } });
    const client = await connect();
    for (let i = 1; i <= 4; i++) await publish(client, close(i));
    client.send("subscribe", 1, {}, { after: 0, live: true, credit: 1000 });
    await client.settled();
    client.send("subscribe", 2, { kinds: ["profile"] }, fromStart);
    await client.next("caughtUp");
    expect(positionsOf(client)).toEqual([1, 2]);
  });
});

describe("is refused", () => {
  test("beyond the number of subscriptions, and one that ends makes room", async () => {
    const { connect } = await serve(stack, { limits: { subscriptions: 2 } });
    const client = await connect();
    for (const number of [1, 2, 3]) client.send("subscribe", number, {}, fromStart);
    expect(gist(await client.next("ended"))).toMatchObject(["ended", 3, "too-many-subscriptions"]);
    client.send("unsubscribe", 1);
    expect(await client.next("ended")).toEqual(["ended", 1, "unsubscribed", ""]);
    client.send("subscribe", 3, {}, fromStart);
    await client.settled();
    expect(client.waiting("ended")).toEqual([]);
  });

  test("with more terms than the relay allows", async () => {
    const { connect } = await serve(stack, { limits: { filterTerms: 2 } });
    const client = await connect();
    client.send("subscribe", 1, { kinds: ["close", "intent"], authors: [buyer.publicKey] }, fromStart);
    expect(gist(await client.next("ended"))).toMatchObject(["ended", 1, "filter-too-large"]);
  });

  test("after a position that the relay has not reached", async () => {
    const { connect } = await serve(stack);
    const client = await connect();
    await publish(client, close(1));
    client.send("subscribe", 1, {}, { after: 2, live: true, credit: 1 });
    expect(gist(await client.next("ended"))).toMatchObject(["ended", 1, "position-unknown"]);
    client.send("subscribe", 1, {}, { after: 1, live: true, credit: 1 });
    expect(await client.next("caughtUp")).toEqual(["caughtUp", 1, 1]);
  });

  test("with a number that is taken, and the other subscription of this number goes on", async () => {
    const { connect } = await serve(stack);
    const client = await connect();
    client.send("subscribe", 1, { kinds: ["close"] }, fromStart);
    client.send("subscribe", 1, { kinds: ["intent"] }, fromStart);
    expect(gist(await client.next("rejected"))).toMatchObject([
      "rejected",
      0,
      "session",
      "subscription-taken",
    ]);
    await publish(client, close(1));
    expect(positionsOf(client)).toEqual([1]);
  });

  test("when credit or an unsubscribe is for a subscription that is not there", async () => {
    const { connect } = await serve(stack);
    const client = await connect();
    client.send("credit", 5, 1);
    expect(gist(await client.next("rejected"))).toMatchObject([
      "rejected",
      0,
      "session",
      "subscription-unknown",
    ]);
    client.send("unsubscribe", 5);
    expect(gist(await client.next("rejected"))).toMatchObject([
      "rejected",
      0,
      "session",
      "subscription-unknown",
    ]);
  });
});

test("after unsubscribing nothing comes any more", async () => {
  const { connect } = await serve(stack);
  const client = await connect();
  client.send("subscribe", 1, {}, fromStart);
  client.send("unsubscribe", 1);
  expect(await client.next("ended")).toEqual(["ended", 1, "unsubscribed", ""]);
  expect(gist(await publish(client, close(1)))).toMatchObject(["accepted", 1, { matched: 0 }]);
  expect(positionsOf(client)).toEqual([]);
});

test("a connection that is cut takes its subscriptions with it", async () => {
  const { connect } = await serve(stack);
  const [gone, client] = [await connect(), await connect()];
  gone.send("subscribe", 1, {}, fromStart);
  await gone.next("caughtUp");
  await gone[Symbol.asyncDispose]();
  // The relay hears of the cut in its own time; each message asks again.
  for (let i = 1; ; i++) {
    const [, , accepted] = await publish(client, close(i));
    if ((accepted as { matched?: number }).matched === 0) break;
  }
});
