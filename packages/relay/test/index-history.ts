/** A history of an index: filters come and go, messages ask, and after each message it is held against the oracle. */
import { type Filter, matches } from "@intentcast/protocol";
import type { SubscriptionIndex } from "../src/core/subscription-index.ts";
import { filterFrom, messageFrom } from "./market.ts";
import type { Tape } from "./tape.ts";

type Standing = { readonly filter: Filter };

export type History = {
  readonly messages: number;
  /** How many subscriptions were found in all. */
  readonly found: number;
};

/**
 * Lets an index live through what the tape says, and then empties it. `fail` is called with what is not as the oracle
 * says. Every list of what was found must hold exactly the standing subscriptions that `matches`, each once.
 */
export function liveThrough(
  tape: Tape,
  index: SubscriptionIndex<Standing>,
  fail: (what: string) => never,
): History {
  const standing: Standing[] = [];
  let messages = 0;
  let found = 0;

  function ask(): void {
    const message = messageFrom(tape);
    const expected = standing.filter(({ filter }) => matches(filter, message));
    const given = [...index.find(message)];
    if (new Set(given).size !== given.length) fail("a subscription is found twice");
    const missing = expected.filter((one) => !given.includes(one));
    if (missing.length > 0)
      fail(`a subscription is missed: ${JSON.stringify(missing[0])} by ${JSON.stringify(message)}`);
    if (given.length > expected.length) fail("a subscription is found that does not match");
    messages += 1;
    found += given.length;
  }

  function remove(): void {
    const gone = standing.splice(tape.below(standing.length), 1);
    for (const one of gone) {
      index.remove(one);
      // A second time is nothing.
      if (tape.chance(10)) index.remove(one);
    }
  }

  while (!tape.isOver) {
    const what = tape.below(16);
    if (what < 7 || standing.length === 0) {
      const copies = tape.chance(3) ? 200 : 1;
      const filter = filterFrom(tape);
      for (let i = 0; i < copies; i++) {
        const one = { filter };
        standing.push(one);
        index.add(one);
        if (tape.chance(3)) index.add(one);
      }
    } else if (what < 10) {
      const times = tape.chance(10) ? 100 : 1;
      for (let i = 0; i < times && standing.length > 0; i++) remove();
    } else {
      ask();
    }
    if (index.size !== standing.length) fail("the size is not that of what stands");
  }
  ask();
  while (standing.length > 0) remove();
  ask();
  if (index.size !== 0) fail("something stands when all is removed");
  return { messages, found };
}
