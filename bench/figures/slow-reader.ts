/** What one subscriber that stops reading costs the relay, and the subscribers beside it. */
import { type Signed, unwrap, writeMessage } from "@intentcast/protocol";
import { type Context, sized, startRelay } from "../harness/context.ts";
import type { Figure } from "../harness/figure.ts";
import { everyIntent, intents } from "../harness/messages.ts";
import { nodeSigner } from "../harness/node-signer.ts";
import { paced, publishFrame } from "../harness/publishing.ts";
import { onDelivery, openAtRelay, openMany, subscribeLive } from "../harness/relay-connection.ts";
import { percentile } from "../harness/statistics.ts";

const perSecond = 1000;
const readers = 4;

/** About 4 kB each, so that what a hung client does not take soon exceeds what the network holds for it. */
function large(messages: readonly Signed<"intent">[]): Signed<"intent">[] {
  const signer = nodeSigner(new Uint8Array(32).fill(3));
  return messages.map(({ body }) =>
    unwrap(writeMessage("intent", { ...body, ext: [["org.example.padding", new Uint8Array(3400)]] }, signer)),
  );
}

async function publishWith(slow: boolean, context: Context, frames: readonly Buffer[]) {
  await using stack = new AsyncDisposableStack();
  const relay = await startRelay(context, stack);
  const publisher = await openAtRelay(relay, stack);
  if (slow) {
    const hung = await openAtRelay(relay, stack);
    await subscribeLive(hung, everyIntent);
    hung.socket.pause();
  }
  const connections = await openMany(readers, relay, stack);
  const arrivals = connections.map((): number[] => []);
  const allHere = Promise.withResolvers<void>();
  let missing = readers * frames.length;
  for (const [i, connection] of connections.entries()) {
    await subscribeLive(connection, everyIntent);
    onDelivery(connection.socket, () => {
      arrivals[i]?.push(performance.now());
      if (--missing === 0) allHere.resolve();
    });
  }
  const before = await relay.usage("after collecting garbage");
  const { sentAt } = await paced(publisher.socket, frames, perSecond);
  await allHere.promise;
  const after = await relay.usage("after collecting garbage");
  const tookMs = arrivals.flatMap((times) => times.map((at, i) => at - (sentAt[i] as number)));
  // The first second is the compiler's.
  const settled = tookMs.filter((_, i) => i % frames.length >= perSecond);
  return { p99: percentile(settled, 0.99), grownMiB: (after.rssBytes - before.rssBytes) / 2 ** 20 };
}

export const slowReader: Figure = {
  name: "slow-reader",
  title: `A subscriber that does not read, at ${perSecond} messages a second of 4 kB`,
  async prepare(context) {
    // Within the credit of one subscription.
    const messages = large(intents(sized(context, 9000, 2000)));
    const frames = messages.map(publishFrame);

    return async () => {
      context.progress("without it");
      const without = await publishWith(false, context, frames);
      context.progress("with it");
      const beside = await publishWith(true, context, frames);
      return [
        {
          what: `p99 of the ${readers} others`,
          value: beside.p99,
          unit: "ms",
          against: { name: "without the slow one", value: without.p99 },
        },
        {
          what: "growth of the relay's memory",
          value: beside.grownMiB,
          unit: "MiB",
          against: { name: "without the slow one", value: without.grownMiB },
        },
        { what: "more than without it", value: beside.grownMiB - without.grownMiB, unit: "MiB" },
      ];
    };
  },
};
