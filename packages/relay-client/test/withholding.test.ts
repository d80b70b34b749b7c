/** Real relays on real sockets, one of which may withhold: which of them a pool names, by a clock that a test moves. */
import { encodeFrame, type Message, type Signed, toHex } from "@intentcast/protocol";
import { type Relay, type RelayConfig, startRelay } from "@intentcast/relay";
import { seededRandom, temporaryFolder, virtualTime, withholdingRelay } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectRelays, type RelayPool, type Subscription, type Withheld } from "../src/index.ts";
import { closeMessage, intentMessage, now } from "./messages.ts";

let stack: AsyncDisposableStack;
let time: ReturnType<typeof virtualTime>;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  time = virtualTime(now);
});
afterEach(() => stack.disposeAsync());

const start = async (config: RelayConfig = {}): Promise<Relay> =>
  stack.use(await startRelay({ port: 0, clock: time.clock, quotas: "off", ...config }));

const urlsOf = (relays: readonly { readonly url: string }[]): string[] => relays.map(({ url }) => url);

/** Somebody who reads all intents at these relays, and all that they are told. */
async function reader(relays: readonly string[]) {
  const news: Withheld[] = [];
  const pool = stack.use(
    connectRelays({
      relays,
      clock: time.clock,
      timers: time.timers,
      random: seededRandom("reader"),
      equation: () => true,
      withheld: (one) => void news.push(one),
    }),
  );
  const subscription = pool.subscribe({ kinds: ["intent"] });
  await expect.poll(() => pool.status().every(({ state }) => state === "open")).toBe(true);
  await subscription.caughtUp;
  void consume(subscription);
  return { pool, news };
}

async function consume(subscription: Subscription): Promise<void> {
  for await (const _ of subscription);
}

/** Publishes at some relays, as somebody else. */
async function publish(message: Message, relays: readonly string[]): Promise<void> {
  await using pool = connectRelays({ relays, clock: time.clock, equation: () => true });
  await (await pool.publish(message.bytes)).settled;
}

/** Lets minutes pass. After each look of the pool's, what it has asked the relays is answered, and what they sent is here. */
async function pass(minutes: number, pool: RelayPool): Promise<void> {
  for (let quarter = 0; quarter < 4 * minutes; quarter++) {
    await time.pass(15, () => true);
    await roundTrip(pool);
  }
}

/** Every relay that can be reached answers something that was asked last. */
async function roundTrip(pool: RelayPool): Promise<void> {
  const relays = pool.status().flatMap(({ address, state }) => (state === "open" ? [address] : []));
  const published = await pool.publish(closeMessage(0).bytes, { relays }).catch(() => undefined);
  await published?.settled;
}

/** Nothing is under way; where a relay was given something, everybody has heard of it. */
function isAnswered({ pool }: { readonly pool: RelayPool }, _: number, all: readonly { pool: RelayPool }[]) {
  const isHealed = all.some((one) => one.pool.status()[1]?.silence?.lacked === 1);
  return pool.status().every(({ counts }) => counts.pending === 0 && (!isHealed || counts.received === 1));
}

const silences = (pool: RelayPool) => pool.status().map(({ silence }) => silence);

const received = (pool: RelayPool): number[] => pool.status().map(({ counts }) => counts.received);

/** Two honest relays, and one that does not show a certain intent. */
async function marketWithOneThatWithholds(lies?: Parameters<typeof withholdingRelay>[1]["lies"]) {
  const relays = [await start(), await start(), await start()];
  const hides = ({ id }: Message): boolean => toHex(id) === toHex(intent.id);
  const muffled = stack.use(
    await withholdingRelay(relays[2]?.url ?? "", { hides, ...(lies === undefined ? {} : { lies }) }),
  );
  const urls = [...urlsOf(relays.slice(0, 2)), muffled.url];
  const intent = intentMessage(1, urls);
  const cast = (message: Message) => publish(message, urlsOf(relays));
  return { muffled, urls, intent, cast };
}

describe("of three relays of which one withholds", () => {
  test("that one is named, with the message and who has shown it, and no other", async () => {
    const { muffled, urls, intent, cast } = await marketWithOneThatWithholds();
    const { pool, news } = await reader(urls);
    await cast(intent);
    // Another, which it does show: it has gone past the first one.
    await cast(intentMessage(2, urls));
    await expect.poll(() => [received(pool), muffled.dropped.length]).toEqual([[2, 2, 1], 1]);
    await pass(3, pool);
    const [a = "", b = "", c = ""] = urls;
    expect(news).toEqual([{ relay: c, id: intent.id, shownBy: expect.arrayContaining([a, b]) }]);
    expect(silences(pool)).toEqual([undefined, undefined, { missed: 1, lacked: 0, withheld: 1 }]);
  });

  test("also where nothing follows what it withholds", async () => {
    const { urls, intent, cast } = await marketWithOneThatWithholds();
    const { pool, news } = await reader(urls);
    await cast(intent);
    await pass(5, pool);
    expect(news).toMatchObject([{ relay: urls[2], id: intent.id }]);
  });

  test("also where what it withholds was stored before anybody read", async () => {
    const { urls, intent, cast } = await marketWithOneThatWithholds();
    await cast(intent);
    const { pool, news } = await reader(urls);
    await pass(3, pool);
    expect(news).toMatchObject([{ relay: urls[2], id: intent.id }]);
  });

  test("also where it says each time that it did not have it, or has it far behind all else", async () => {
    const { urls, intent, cast } = await marketWithOneThatWithholds(([, ref, facts]) =>
      encodeFrame(["accepted", ref, { ...facts, position: 1_000_000, matched: 0 }]),
    );
    const { pool, news } = await reader(urls);
    await cast(intent);
    await pass(6, pool);
    expect(news).toMatchObject([{ relay: urls[2], id: intent.id }]);
    expect(silences(pool)).toEqual([undefined, undefined, { missed: 1, lacked: 0, withheld: 1 }]);
  });
});

describe("nobody is accused", () => {
  const quiet = [undefined, undefined];

  test("where two relays are not in one network; and each is given what the other alone had", async () => {
    const relays = [await start(), await start()];
    const [a = "", b = ""] = urlsOf(relays);
    const { pool, news } = await reader([a, b]);
    await publish(intentMessage(1, [a, b]), [a]);
    await publish(intentMessage(2, [a, b]), [b]);
    await pass(5, pool);
    expect(news).toEqual([]);
    const once = { missed: 1, lacked: 1, withheld: 0 };
    expect(silences(pool)).toEqual([once, once]);
    for (const relay of [a, b]) expect(await intentsAt(relay)).toHaveLength(2);
  });

  test("where a message takes most of a minute from one relay to the other", async () => {
    const relays = [await start(), await start()];
    const urls = urlsOf(relays);
    const { pool, news } = await reader(urls);
    const intent = intentMessage(1, urls);
    await publish(intent, urls.slice(0, 1));
    await expect.poll(() => received(pool)).toEqual([1, 0]);
    await time.pass(45, () => true);
    await publish(intent, urls.slice(1));
    await expect.poll(() => received(pool)).toEqual([1, 1]);
    await pass(5, pool);
    expect([news, silences(pool)]).toEqual([[], quiet]);
  });

  test("where one takes no messages at present, or not of this market", async () => {
    const relays = [await start(), await start({ readOnly: true })];
    const urls = urlsOf(relays);
    const { pool, news } = await reader(urls);
    await publish(intentMessage(1, urls), urls.slice(0, 1));
    await pass(5, pool);
    expect(news).toEqual([]);
    expect(silences(pool)).toEqual([undefined, { missed: 1, lacked: 0, withheld: 0 }]);
  });

  test.each([
    ["with all that it had", true],
    ["with an empty store", false],
  ])("where one is started again %s, and lacks what passed meanwhile", async (_, keeps) => {
    const folder = stack.use(await temporaryFolder());
    const disk = keeps ? { data: folder.path } : {};
    const other = await start();
    const before = await start(disk);
    const urls = urlsOf([other, before]);
    const { pool, news } = await reader(urls);
    const old = intentMessage(1, urls);
    await publish(old, urls);
    await expect.poll(() => received(pool)).toEqual([1, 1]);

    await before.stop();
    await publish(intentMessage(2, urls), urls.slice(0, 1));
    await expect.poll(() => received(pool)[0]).toBe(2);
    await start({ ...disk, port: before.port });
    await expect
      .poll(async () => {
        // The backoff goes by the pool's time.
        await time.pass(1, () => true);
        return pool.status().every(({ state }) => state === "open");
      })
      .toBe(true);
    await publish(intentMessage(3, urls), urls.slice(0, 1));
    await pass(10, pool);
    expect(news).toEqual([]);
    expect(silences(pool)[0]).toBeUndefined();
    expect(silences(pool)[1]?.lacked).toBeGreaterThan(0);
  });

  test("where the reader takes nothing for long, and the relays wait for it", async () => {
    const urls = urlsOf([await start(), await start()]);
    const news: Withheld[] = [];
    const pool = stack.use(
      connectRelays({
        relays: urls,
        clock: time.clock,
        timers: time.timers,
        equation: () => true,
        withheld: (one) => void news.push(one),
      }),
    );
    const subscription = pool.subscribe({ kinds: ["intent"] }, { window: 2 });
    await subscription.caughtUp;
    const intents = Array.from({ length: 12 }, (_, i) => intentMessage(i + 1, urls));
    // The two have them in opposite orders: what the one shows first the other has last.
    for (const one of intents) await publish(one, urls.slice(0, 1));
    for (const one of intents.toReversed()) await publish(one, urls.slice(1));
    await pass(10, pool);
    expect(news).toEqual([]);
    void consume(subscription);
    await pass(10, pool);
    expect(news).toEqual([]);
    expect(received(pool)).toEqual([12, 12]);
  });

  test("where a process goes on with cursors of an earlier one", async () => {
    const urls = urlsOf([await start(), await start()]);
    const options = { relays: urls, clock: time.clock, equation: () => true };
    const intents = [intentMessage(1, urls), intentMessage(2, urls)];
    for (const one of intents) await publish(one, urls);
    const before = connectRelays(options);
    const first = before.subscribe({ kinds: ["intent"] });
    await first.caughtUp;
    void consume(first);
    await expect.poll(() => first.cursors().map(({ position }) => position)).toEqual([2, 2]);
    await before[Symbol.asyncDispose]();

    const news: Withheld[] = [];
    const pool = stack.use(
      connectRelays({ ...options, timers: time.timers, withheld: (one) => void news.push(one) }),
    );
    // Of one of the two nothing is remembered: it alone shows everything again.
    const cursors = first.cursors().slice(0, 1);
    const subscription = pool.subscribe({ kinds: ["intent"] }, { cursors });
    await subscription.caughtUp;
    void consume(subscription);
    await expect.poll(() => received(pool).toSorted()).toEqual([0, 2]);
    await pass(5, pool);
    expect(news).toEqual([]);
    expect(silences(pool)).toContainEqual({ missed: 2, lacked: 0, withheld: 0 });
  });
});

describe("a message is published again", () => {
  test("by few of many who notice at once that a relay lacks it: for the others it comes", async () => {
    const urls = urlsOf([await start(), await start()]);
    const readers: Awaited<ReturnType<typeof reader>>[] = [];
    for (let i = 0; i < 15; i++) {
      readers.push(await reader(urls));
      await time.pass(1, () => true);
    }
    await publish(intentMessage(1, urls), urls.slice(0, 1));
    await expect.poll(() => readers.every(({ pool }) => received(pool)[0] === 1)).toBe(true);
    for (let second = 0; second < 150; second++) {
      await time.pass(1, () => true);
      await expect.poll(() => readers.every(isAnswered)).toBe(true);
    }
    expect(readers.map(({ pool }) => received(pool))).toEqual(readers.map(() => [1, 1]));
    const lacked = readers.map(({ pool }) => pool.status()[1]?.silence?.lacked ?? 0);
    expect(lacked.toSorted()).toEqual([...readers.slice(1).map(() => 0), 1]);
  });

  test("not where its author did not want it: what names one relay only stays there", async () => {
    const urls = urlsOf([await start(), await start()]);
    const { pool, news } = await reader(urls);
    await publish(intentMessage(1, urls.slice(0, 1)), urls.slice(0, 1));
    await pass(20, pool);
    expect(await intentsAt(urls[1] ?? "")).toEqual([]);
    expect([news, silences(pool)]).toEqual([[], [undefined, { missed: 1, lacked: 0, withheld: 0 }]]);
  });
});

/** The intents that lie at a relay. */
async function intentsAt(relay: string): Promise<Signed<"intent">[]> {
  await using pool = connectRelays({ relays: [relay], clock: time.clock, equation: () => true });
  await using stored = pool.subscribe({ kinds: ["intent"] });
  const found: Signed<"intent">[] = [];
  const intents = stored[Symbol.asyncIterator]();
  const caughtUp = stored.caughtUp.then(() => undefined);
  for (;;) {
    const next = await Promise.race([intents.next(), caughtUp]);
    if (next === undefined || next.done) return found;
    if (next.value.message.kind === "intent") found.push(next.value.message);
  }
}
