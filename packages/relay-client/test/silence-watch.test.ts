/** Who is said to withhold, and who is not: relays that show things, time by looks, and answers as a test has them. */
import { type Message, type Sealed, toHex } from "@intentcast/protocol";
import { virtualTime } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import type { Acceptance } from "../src/exchange.ts";
import { SilenceWatch, type Withheld } from "../src/silence-watch.ts";
import { closeMessage, intentMessage, now } from "./messages.ts";

const [a, b, c] = ["ws://a.example", "ws://b.example", "ws://c.example"] as const;
const feed = 1;
const intent = (number: number, relays: readonly string[] = [a, b, c]) => intentMessage(number, relays);

/**
 * A watch over relays that are read from their beginning and have caught up, all but the ones that are `away`; `random`
 * spreads nothing.
 */
function startWatch(
  relays: readonly string[] = [a, b],
  {
    random = () => 0,
    answersAtOnce = false,
    away = [],
  }: { random?: () => number; answersAtOnce?: boolean; away?: readonly string[] } = {},
) {
  const time = virtualTime(now);
  const asked: { relay: string; message: Message; publication: number }[] = [];
  const withdrawn: number[] = [];
  const news: Withheld[] = [];
  const dry = new Set<string>();
  const watch = new SilenceWatch({
    clock: time.clock,
    timers: time.timers,
    random: (length) => new Uint8Array(length).fill(random()),
    hasCredit: (relay) => !dry.has(relay),
    number: () => asked.length + 1,
    ask: (relay, publication, message) => {
      asked.push({ relay, message, publication });
      if (answersAtOnce) watch.answered(relay, publication);
    },
    withdraw: (_, publication) => void withdrawn.push(publication),
    withheld: (one) => void news.push(one),
  });
  const seen = new Set<string>();
  const at = (relay: string, position: number, store = "s") => ({ relay, store, position });
  const begin = (relay: string, position = 0, store = "s") => watch.began(feed, at(relay, position, store));
  const show = (relay: string, message: Message, position: number): void => {
    const isNew = !seen.has(toHex(message.id));
    seen.add(toHex(message.id));
    watch.shown(feed, relay, message, isNew);
    watch.passed(feed, at(relay, position));
  };
  /** The answer to the last question. */
  const accept = (position: number, { duplicate = true, store = "s" } = {}): void => {
    const { relay = "", publication = 0 } = asked.at(-1) ?? {};
    const answer: Acceptance = { relay, store, position, duplicate, matched: 0 };
    watch.answered(relay, publication, answer);
  };
  const refuse = (): void => watch.answered(asked.at(-1)?.relay ?? "", asked.at(-1)?.publication ?? 0);
  const look = (times: number) => time.pass(15 * times, () => true);
  watch.add(feed, [...relays, ...away]);
  for (const relay of relays) {
    begin(relay);
    watch.caughtUp(feed, relay);
  }
  return { watch, asked, withdrawn, news, dry, at, begin, show, accept, refuse, look, time };
}

/** The same, when B has been asked about the intent that A alone has shown, at position 5. */
async function askedB() {
  const started = startWatch();
  started.show(a, intent(1), 5);
  await started.look(4);
  expect(started.asked).toMatchObject([{ relay: b, message: { id: intent(1).id } }]);
  return started;
}

describe("a relay is said to withhold", () => {
  test("what it has at a position that it has gone past", async () => {
    const { watch, news, accept, at } = await askedB();
    watch.passed(feed, at(b, 7));
    expect(news).toEqual([]);
    accept(6);
    expect(news).toEqual([{ relay: b, id: intent(1).id, shownBy: [a] }]);
    expect(watch.of(b)).toEqual({ missed: 1, lacked: 0, withheld: 1 });
    expect(watch.of(a)).toBeUndefined();
  });

  test("what it goes past after it has said that it has it", async () => {
    const { watch, news, accept, show, at } = await askedB();
    accept(6);
    expect(news).toEqual([]);
    watch.passed(feed, at(b, 5));
    expect(news).toEqual([]);
    show(b, intent(2), 8);
    expect(news).toMatchObject([{ relay: b }]);
  });

  test("what it has accepted just now as new to it, and goes past", async () => {
    const { watch, news, accept, at } = await askedB();
    accept(6, { duplicate: false });
    watch.passed(feed, at(b, 6));
    expect(news).toMatchObject([{ relay: b }]);
  });

  test("what it says lies further on, when it could have gone on for about two minutes and has sent nothing", async () => {
    const { news, accept, look } = await askedB();
    accept(1_000_000);
    await look(7);
    expect(news).toEqual([]);
    await look(1);
    expect(news).toMatchObject([{ relay: b }]);
  });

  test("what it had gone past before its connection was lost", async () => {
    const { watch, news, accept, begin, at } = await askedB();
    watch.passed(feed, at(b, 7));
    watch.lost(b);
    begin(b, 7);
    accept(6);
    expect(news).toMatchObject([{ relay: b }]);
  });

  test("what all others had shown before it could be reached", async () => {
    const { watch, asked, news, show, begin, accept, look, at } = startWatch([a, b], { away: [c] });
    show(a, intent(1), 1);
    show(b, intent(1), 1);
    await look(9);
    expect(asked).toEqual([]);
    begin(c);
    watch.caughtUp(feed, c);
    watch.passed(feed, at(c, 1));
    await look(4);
    expect(asked).toMatchObject([{ relay: c }]);
    accept(1);
    expect(news).toEqual([{ relay: c, id: intent(1).id, shownBy: [a, b] }]);
  });

  test("although it says again and again that it has caught up", async () => {
    const { watch, show, look, accept, at, news } = startWatch();
    show(a, intent(1), 1);
    for (let i = 0; i < 4; i++) {
      await look(1);
      watch.caughtUp(feed, b);
    }
    watch.passed(feed, at(b, 7));
    accept(6);
    expect(news).toMatchObject([{ relay: b }]);
  });

  test("by the word of all that have shown it", async () => {
    const { show, look, watch, accept, at, news } = startWatch([a, b, c]);
    show(c, intent(1), 1);
    show(a, intent(1), 1);
    await look(4);
    watch.passed(feed, at(b, 3));
    accept(2);
    expect(news).toMatchObject([{ relay: b, shownBy: [c, a] }]);
  });

  test("again and again while it does, about once a minute", async () => {
    const { show, look, accept, watch, at, news } = startWatch();
    watch.passed(feed, at(b, 100));
    for (let minute = 1; minute <= 10; minute++) {
      show(a, intent(minute), minute);
      await look(4);
      accept(minute);
    }
    expect(news).toHaveLength(10);
    expect(watch.of(b)).toEqual({ missed: 10, lacked: 0, withheld: 10 });
  });
});

describe("nobody is accused", () => {
  test("when all show everything, in whatever order", async () => {
    const { watch, show, look, asked } = startWatch();
    for (let i = 1; i <= 300; i++) show(a, intent(i), i);
    for (let i = 300; i >= 1; i--) show(b, intent(i), 301 - i);
    await look(50);
    expect(asked).toEqual([]);
    expect(watch.of(b)).toBeUndefined();
  });

  test("nor asked, when the one is a minute later than the other", async () => {
    const { show, look, asked, watch } = startWatch();
    show(a, intent(1), 1);
    await look(3);
    show(b, intent(1), 9);
    await look(50);
    expect([asked, watch.of(b)]).toEqual([[], undefined]);
  });

  test("when the relay did not have it, and shows it once it was given it", async () => {
    const { watch, news, accept, show, look } = await askedB();
    accept(6, { duplicate: false });
    show(b, intent(1), 6);
    await look(50);
    expect(news).toEqual([]);
    expect(watch.of(b)).toEqual({ missed: 1, lacked: 1, withheld: 0 });
  });

  test("when the message comes before the answer to the question", async () => {
    const { watch, news, accept, show } = await askedB();
    show(b, intent(1), 6);
    show(b, intent(2), 7);
    accept(6);
    expect(news).toEqual([]);
    expect(watch.of(b)).toEqual({ missed: 1, lacked: 0, withheld: 0 });
  });

  test("when the relay refuses it, for whatever reason", async () => {
    const { watch, news, refuse, look, at } = await askedB();
    refuse();
    watch.passed(feed, at(b, 100));
    await look(50);
    expect(news).toEqual([]);
    expect(watch.of(b)).toEqual({ missed: 1, lacked: 0, withheld: 0 });
  });

  test("nor by a question that does not even leave: another is asked in its time", async () => {
    const { show, look, asked } = startWatch([a, b], { answersAtOnce: true });
    show(a, intent(1), 1);
    await look(8);
    show(a, intent(2), 2);
    await look(8);
    expect(asked).toHaveLength(2);
  });

  test("of what was stored before we began to read", async () => {
    const { begin, watch, show, look, accept, asked, news } = startWatch([a], { away: [b] });
    begin(b, 40);
    watch.caughtUp(feed, b);
    show(a, intent(1), 1);
    await look(4);
    expect(asked).toHaveLength(1);
    accept(40);
    expect(news).toEqual([]);
  });

  test("when the relay has come back with another store since", async () => {
    const { watch, begin, news, accept, look, at } = await askedB();
    watch.lost(b);
    begin(b, 0, "other");
    watch.caughtUp(feed, b);
    watch.passed(feed, { ...at(b, 9), store: "other" });
    accept(6);
    await look(50);
    expect(news).toEqual([]);
  });

  test("while it has come back and reads on where it stood", async () => {
    const { watch, begin, news, accept, show, look } = await askedB();
    accept(6);
    for (let i = 0; i < 3; i++) {
      await look(7);
      watch.lost(b);
      begin(b, 5);
      watch.caughtUp(feed, b);
    }
    show(b, intent(1), 6);
    expect(news).toEqual([]);
  });

  test("while the relay is away, and not at once when it is back", async () => {
    const { watch, begin, show, look, asked } = startWatch();
    watch.lost(b);
    show(a, intent(1), 1);
    await look(30);
    begin(b);
    show(a, intent(2), 2);
    await look(30);
    expect(asked).toEqual([]);
    watch.caughtUp(feed, b);
    show(a, intent(3), 3);
    await look(3);
    expect(asked).toEqual([]);
    await look(1);
    expect(asked).toHaveLength(1);
  });

  test("of what passed more than ten minutes before it had caught up", async () => {
    const { watch, begin, show, look, asked } = startWatch([a], { away: [b] });
    begin(b);
    for (let i = 0; i < 64; i++) show(a, intent(i), i + 1);
    await look(41);
    watch.caughtUp(feed, b);
    await look(50);
    expect([asked, watch.of(b)]).toEqual([[], undefined]);
  });

  test("while we take nothing from it, and it could not send anything", async () => {
    const { watch, dry, show, look, asked } = startWatch();
    dry.add(b);
    show(a, intent(1), 1);
    await look(50);
    expect([asked, watch.of(b)]).toEqual([[], undefined]);
  });

  test("of a message that waits for our credit at the place where the relay has it", async () => {
    const { dry, news, accept, look } = await askedB();
    accept(6);
    dry.add(b);
    await look(30);
    dry.delete(b);
    await look(8);
    expect(news).toEqual([]);
  });

  test("who goes on sending what lies before it", async () => {
    const { watch, news, accept, look, at } = await askedB();
    accept(60);
    for (let position = 10; position < 16; position++) {
      await look(6);
      watch.passed(feed, at(b, position));
    }
    expect(news).toEqual([]);
  });

  test("of a message that expires too soon for clocks that differ", async () => {
    const { watch, show, look, asked } = startWatch();
    show(a, intentMessage(1, [a, b], now + 600), 1);
    show(a, { kind: "sealed", id: intent(2).id, expires: now + 600 } as Sealed, 2);
    await look(10);
    expect(asked).toEqual([]);
    expect(watch.of(b)?.withheld).toBe(0);
  });

  test("who serves the feed no more, nor by one that nobody reads any more", async () => {
    for (const leave of ["ended", "remove"] as const) {
      const { watch, news, accept, withdrawn, look, at } = await askedB();
      if (leave === "ended") watch.ended(feed, b);
      else watch.remove(feed);
      expect(withdrawn).toEqual([1]);
      accept(6);
      watch.passed(feed, at(b, 9));
      await look(50);
      expect(news).toEqual([]);
    }
  });

  test("who does not answer: the question is taken back in the end", async () => {
    const { news, withdrawn, look } = await askedB();
    await look(41);
    expect([news, withdrawn]).toEqual([[], [1]]);
  });
});

describe("a message is published again by its reader", () => {
  test("only at a relay that its author named", async () => {
    const { watch, show, look, asked } = startWatch();
    show(a, closeMessage(3), 1);
    show(a, intent(1, [a]), 2);
    show(a, intent(2, ["ws://b.example:80/"]), 3);
    await look(4);
    expect(asked.map(({ message }) => message.id)).toEqual([intent(2, ["ws://b.example:80/"]).id]);
    expect(watch.of(b)).toMatchObject({ missed: 3 });
  });

  test("or where it is mail of the reader's own", async () => {
    const { show, look, asked } = startWatch();
    const letter = { kind: "sealed", id: intent(1).id, expires: now + 7200 } as Sealed;
    show(a, letter, 1);
    await look(4);
    expect(asked).toMatchObject([{ relay: b, message: letter }]);
  });

  test("at a moment of its own, one to two minutes later, so that not all ask at once", async () => {
    const moments: number[] = [];
    for (let byte = 0; byte < 5; byte++) {
      const { show, look, asked } = startWatch([a, b], { random: () => byte });
      show(a, intent(1), 1);
      let looks = 0;
      for (; asked.length === 0 && looks < 100; looks++) await look(1);
      moments.push(looks);
    }
    expect(moments).toEqual([4, 5, 6, 7, 8]);
  });

  test("one at a time at each relay", async () => {
    const { show, look, asked } = startWatch([a, b, c]);
    for (let i = 1; i <= 20; i++) show(a, intent(i), i);
    await look(20);
    expect(asked.map(({ relay }) => relay).toSorted()).toEqual([b, c]);
  });

  test("less and less often at a relay that is not in one network with the others", async () => {
    const { watch, show, look, asked, accept, news, time } = startWatch();
    const hours = 24;
    for (let i = 0, position = 1; i < hours * 60; i++) {
      show(a, intentMessage(i, [a, b], time.clock() + 7200), i);
      await look(4);
      if (watch.of(b)?.lacked === asked.length - 1) {
        accept(position, { duplicate: false });
        show(b, asked.at(-1)?.message as Message, position++);
      }
    }
    // Some in the first two hours, and then one in an hour.
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.length).toBeLessThan(hours + 10);
    expect(news).toEqual([]);
  });

  test("and as often as at first at one with which nothing was amiss for long", async () => {
    const { show, look, refuse, asked } = startWatch();
    let shown = 0;
    const ask = async (): Promise<void> => {
      const before = asked.length;
      show(a, intent(++shown), shown);
      await look(4);
      expect(asked).toHaveLength(before + 1);
      refuse();
    };
    await ask();
    await look(8);
    await ask();
    await look(64);
    await ask();
    await look(8);
    await ask();
  });
});

test("of however many messages, a few are compared at a time", async () => {
  const { watch, show, look } = startWatch();
  for (let i = 0; i < 2000; i++) show(a, intent(i), i + 1);
  await look(4);
  expect(watch.of(b)?.missed).toBe(64);
});

test("what all have shown makes room for others at once", async () => {
  const { show, look, asked } = startWatch();
  for (let i = 0; i < 200; i++) for (const relay of [a, b]) show(relay, intent(i), i + 1);
  show(a, intent(200), 201);
  await look(4);
  expect(asked).toMatchObject([{ relay: b, message: { id: intent(200).id } }]);
});

test("a message is counted once for each relay that is late with it", async () => {
  const { watch, begin, show, look } = startWatch([a, b], { away: [c] });
  begin(c);
  show(a, intent(1), 1);
  await look(10);
  watch.caughtUp(feed, c);
  await look(10);
  expect([b, c].map((relay) => watch.of(relay)?.missed)).toEqual([1, 1]);
});

test("nothing is left to do when no feed is compared any more", async () => {
  const { watch, time, show, look, asked } = startWatch();
  show(a, intent(1), 1);
  watch.remove(feed);
  await look(50);
  expect(asked).toEqual([]);
  let timers = 0;
  await time.pass(3600, () => ++timers > 0);
  expect(timers).toBe(0);
});
