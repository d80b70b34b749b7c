/** What a kill -9 must not undo: everything that was accepted, and the positions that were given. */
import { equalBytes, type Message, toHex } from "@intentcast/protocol";
import type { Caller } from "../caller.ts";
import { Breach, expect, NotExercised, NotNow } from "../finding.ts";
import { newClose, newSigner } from "../messages.ts";
import type { Placed } from "../reader.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";
import { untilRelayTime } from "./expiry.ts";

/** Who publishes while the relay is killed, and how many answers they have before that begins. */
const publishers = 4;
const before = 40;

/** Messages of one publisher after which it goes slowly: the command may take long to begin. */
const fast = 1000;
const slowMs = 50;

/** Publishes one message after the other until the connection ends. */
async function publishUntilEnd(
  trial: Trial,
  caller: Caller,
  accepted: (placed: Placed) => void,
): Promise<void> {
  const by = newSigner();
  for (let sent = 0; ; sent += 1) {
    const message = newClose(trial, { by });
    try {
      accepted({ message, position: (await caller.publish(message)).position });
    } catch (error) {
      if (caller.inbox.isClosed || error instanceof NotNow) return;
      throw error;
    }
    if (sent > fast) await trial.pause(slowMs);
  }
}

/** Kills the relay in the midst of publishing; resolves to what it has accepted, in order, and a connection after that. */
async function killWhilePublishing(trial: Trial): Promise<{ all: readonly Placed[]; caller: Caller }> {
  const all: Placed[] = [];
  const callers = await trial.connectTimes(publishers);
  const enough = Promise.withResolvers<void>();
  const accepted = (placed: Placed): void => {
    all.push(placed);
    if (all.length >= before) enough.resolve();
  };
  const publishing = Promise.all(callers.map((caller) => publishUntilEnd(trial, caller, accepted)));
  await Promise.race([enough.promise, publishing]);
  const caller = await trial.restart();
  await publishing;
  return { all: all.sort((a, b) => a.position - b.position), caller };
}

/** All messages of some authors that the relay serves, by their bytes. */
async function servedOf(trial: Trial, caller: Caller, messages: readonly Message[]) {
  const authors = new Map(
    messages.flatMap((message) =>
      message.kind === "sealed" ? [] : [[toHex(message.author), message.author]],
    ),
  );
  const filter = { authors: [...authors.values()] };
  const reader = caller.subscribe(filter, { after: 0, live: true, credit: trial.plenty });
  const served = new Map<string, number>();
  for (;;) {
    const frame = await reader.next("what was accepted before the restart");
    if (frame[0] !== "message") return served;
    served.set(toHex(frame[3]), frame[2]);
    reader.topUp(trial.plenty);
  }
}

const staysDurable: Rule = {
  id: "restart/durable",
  says: "What was accepted is there after a kill -9, at its position where the store is the same.",
  spec: "08-relay-protocol.md#2-publishing",
  check: async (trial) => {
    trial.needsRestart();
    const first = await trial.connect();
    const { all, caller } = await killWhilePublishing(trial);
    if (all.length === 0) throw new NotExercised("the relay took no message before the restart");
    const isSameStore = equalBytes(first.hello.store, caller.hello.store);
    const served = await servedOf(
      trial,
      caller,
      all.map(({ message }) => message),
    );
    const lost = all.filter(({ message }) => !served.has(toHex(message.bytes)));
    const last = lost.at(-1)?.position;
    expect(
      lost.length === 0,
      `all ${all.length} accepted messages`,
      `${lost.length} lost, one at position ${last}`,
    );
    const moved = all.find(({ message, position }) => served.get(toHex(message.bytes)) !== position);
    if (isSameStore && moved !== undefined) {
      const now = served.get(toHex(moved.message.bytes));
      throw new Breach(
        `the message at position ${moved.position}, as the store has the same name`,
        `it at ${now}`,
      );
    }
  },
};

/** Seconds that the last message has left before the restart. */
const soon = 2;

const givesPositionsOnce: Rule = {
  id: "restart/positions",
  says: "A position is not given again after a restart, also when its message has expired; a relay that lost count takes a new store.",
  spec: "08-relay-protocol.md#3-positions",
  check: async (trial) => {
    trial.needsRestart();
    const caller = await trial.connect();
    await caller.publish(newClose(trial));
    const expires = trial.now() + soon;
    const { position } = await caller.publish(newClose(trial, { issued: expires - 60, expires }));
    await untilRelayTime(trial, expires);
    const again = await trial.restart();
    if (!equalBytes(caller.hello.store, again.hello.store)) return;
    const { position: told } = again.hello;
    expect(told >= position, `position ${position} or later in hello, in the same store`, `position ${told}`);
    const { position: next } = await again.publish(newClose(trial));
    expect(
      next > position,
      `a position after ${position}, which was given before the restart`,
      `position ${next}`,
    );
  },
};

export const restartRules: readonly Rule[] = [staysDurable, givesPositionsOnce];
