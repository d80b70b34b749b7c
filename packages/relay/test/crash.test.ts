/** Accepted means durable: also when the relay is killed in the middle of publishing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { seededRandom } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteStore } from "../src/adapters/sqlite-store.ts";
import { close, now } from "./messages.ts";
import { RawClient } from "./raw-client.ts";
import { temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** A relay in a process of its own, whose clock stands at the messages' time. */
async function spawnRelay(data: string) {
  const relayModule = JSON.stringify(join(import.meta.dirname, "../src/relay.ts"));
  const code = `
    import { startRelay } from ${relayModule};
    const relay = await startRelay({ data: process.argv[1], port: 0, clock: () => ${now} });
    console.log(relay.url);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code, data]);
  stack.defer(() => void child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return { child, url: String(line).trim() };
}

const messages = Array.from({ length: 400 }, (_, i) => close(i));

test.for([1, 40, 150])(
  "after %i answers and kill -9, everything that was accepted is there",
  async (answers) => {
    const data = await temporaryFolder(stack);
    const { child, url } = await spawnRelay(data);
    await using client = await RawClient.connect(url);
    messages.forEach(({ bytes }, i) => {
      client.send("publish", i, bytes);
    });
    const accepted = await client.take(answers, "accepted");
    child.kill("SIGKILL");
    await Promise.all([once(child, "exit"), client.closed]);
    accepted.push(...client.waiting("accepted"));
    const store = sqliteStore(data, seededRandom(1));
    for (const [, ref, { position }] of accepted) {
      const message = messages[ref];
      if (message === undefined || position === undefined) throw new Error("an answer to nothing");
      const { messages: found } = await store.query({ kinds: ["close"] }, position - 1, 1, now);
      expect(found).toEqual([{ position, bytes: message.bytes }]);
    }
    await store.close();
  },
);
