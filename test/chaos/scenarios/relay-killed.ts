/** The relay is killed at a random acknowledgement while a client publishes, again and again on one data folder. */
import { type Signed, toHex } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import { close } from "../../../packages/relay/test/messages.ts";
import { RawClient } from "../../../packages/relay/test/raw-client.ts";
import type { Dice } from "../../fuzz/dice.ts";
import { startRelayProcess } from "../relay-process.ts";
import { demand, type Figures, type Scenario } from "../scenario.ts";

const messagesPerRound = 120;

/** What the relay has said it stored: the message's bytes in hex, by position. */
type Acknowledged = Map<number, string>;

const systemTime = (): number => Math.floor(Date.now() / 1000);

/**
 * Publishes with so many messages under way at once and kills at the n-th answer. Answers that arrive until the
 * connection is gone count as well.
 */
async function publishUntilKilled(
  folder: string,
  messages: readonly Signed[],
  dice: Dice,
): Promise<{ acknowledged: Acknowledged; store: string; head: number }> {
  await using relay = await startRelayProcess(folder);
  await using client = await RawClient.connect(relay.url);
  const { store, position } = client.hello;
  const window = dice.pick([1, 2, 8, 32, messages.length]);
  const killAt = dice.below(messages.length);
  let next = 0;
  const send = (): void => {
    const message = messages[next];
    if (message !== undefined) client.send("publish", ++next, message.bytes);
  };
  for (let i = 0; i < window; i++) send();
  const answers = [];
  while (answers.length < killAt) {
    answers.push(await client.next("accepted"));
    send();
  }
  await relay.kill();
  await client.closed;
  answers.push(...client.waiting("accepted"));
  const acknowledged: Acknowledged = new Map();
  for (const [, ref, said] of answers) {
    const message = messages[ref - 1];
    demand(message !== undefined && said.position !== undefined, "an acknowledgement names what it is for");
    demand(
      toHex(said.id ?? new Uint8Array(0)) === toHex(message.id),
      "an acknowledgement names the message's id",
    );
    demand(!acknowledged.has(said.position), "no two acknowledgements name one position");
    demand(said.position > position, "a new message has a new position");
    acknowledged.set(said.position, toHex(message.bytes));
  }
  return { acknowledged, store: toHex(store), head: position };
}

/** Everything that the relay has after a position, as it serves it. */
async function readAll(
  folder: string,
  after: number,
): Promise<{ found: Map<number, string>; store: string }> {
  await using relay = await startRelayProcess(folder);
  await using client = await RawClient.connect(relay.url);
  const found = new Map<number, string>();
  const credit = client.hello.limits.credit;
  const half = Math.floor(credit / 2);
  client.send("subscribe", 1, { kinds: ["close"] }, { after, live: false, credit });
  for (;;) {
    const frame = await client.next("message", "ended");
    if (frame[0] === "ended") {
      demand(frame[2] === "complete", `stored messages are served to the end, not ${frame[2]}`);
      return { found, store: toHex(client.hello.store) };
    }
    const [, , position, bytes] = frame;
    demand(!found.has(position), "a position is served once");
    found.set(position, toHex(bytes));
    if (found.size % half === 0) client.send("credit", 1, half);
  }
}

function compare(acknowledged: Acknowledged, found: ReadonlyMap<number, string>): void {
  for (const [position, bytes] of acknowledged) {
    demand(found.get(position) === bytes, `what was acknowledged at position ${position} is there`);
  }
  demand(new Set(found.values()).size === found.size, "no message is stored twice");
}

async function run(dice: Dice, runs: number, say: (line: string) => void): Promise<Figures> {
  await using folder = await temporaryFolder();
  const all: Acknowledged = new Map();
  const stores = new Set<string>();
  let published = 0;
  let stored = 0;
  for (let round = 0; round < runs; round++) {
    const issued = systemTime();
    const messages = Array.from({ length: messagesPerRound }, (_, i) =>
      close(round * messagesPerRound + i, { issued, expires: issued + 86_400 }),
    );
    const { acknowledged, store, head } = await publishUntilKilled(folder.path, messages, dice);
    const { found, store: storeAfter } = await readAll(folder.path, head);
    compare(acknowledged, found);
    stores.add(store).add(storeAfter);
    published += messagesPerRound;
    stored += found.size;
    for (const [position, bytes] of acknowledged) {
      demand(!all.has(position), `position ${position} is never given again`);
      all.set(position, bytes);
    }
    if ((round + 1) % 10 === 0) say(`${round + 1} kills, ${all.size} acknowledged`);
  }
  const { found } = await readAll(folder.path, 0);
  compare(all, found);
  demand(stores.size === 1, "the store keeps its id");
  demand(found.size === stored, "what was stored stays as it was");
  return { kills: runs, published, acknowledged: all.size, lost: 0, storedUnacknowledged: stored - all.size };
}

export const relayKilled: Scenario = {
  about: "the relay is killed in the middle of publishing",
  runs: 100,
  run,
};
