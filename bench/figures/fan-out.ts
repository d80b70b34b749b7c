/** How many deliveries a relay makes when one message is for many. */
import { type Child, spent } from "../harness/child.ts";
import { type Context, sized, startBareServer, startRelay } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { LeanSocket, wireFrame } from "../harness/lean-socket.ts";
import { everyIntent, intents } from "../harness/messages.ts";
import { pipelined, publishFrame } from "../harness/publishing.ts";
import { onDelivery, openAtRelay, openMany, subscribeLive } from "../harness/relay-connection.ts";

/** Messages unanswered at a time: enough to keep the relay busy, and no more than its subscribers can take. */
const window = 16;

type Fanned = { readonly perSecond: number; readonly cpuPerThousand: number };

/** Publishes, and waits until every subscriber has had every message. */
async function fan(
  server: Child,
  publisher: LeanSocket,
  subscribers: readonly LeanSocket[],
  frames: readonly Buffer[],
  listen: (subscriber: LeanSocket, delivered: () => void) => void,
  answered?: () => void,
): Promise<Fanned> {
  const deliveries = frames.length * subscribers.length;
  const { cpuSeconds, seconds } = await spent(server, async () => {
    const done = Promise.withResolvers<void>();
    let count = 0;
    for (const subscriber of subscribers) {
      listen(subscriber, () => {
        if (++count === deliveries) done.resolve();
      });
    }
    await pipelined(publisher, frames, window, answered);
    await done.promise;
  });
  return { perSecond: deliveries / seconds, cpuPerThousand: (cpuSeconds * 1000) / deliveries };
}

async function throughRelay(
  context: Context,
  subscribers: number,
  frames: readonly Buffer[],
): Promise<Fanned> {
  await using stack = new AsyncDisposableStack();
  const relay = await startRelay(context, stack);
  const publisher = await openAtRelay(relay, stack);
  const connections = await openMany(subscribers, relay, stack);
  await Promise.all(connections.map((connection) => subscribeLive(connection, everyIntent)));
  const sockets = connections.map(({ socket }) => socket);
  return await fan(relay, publisher.socket, sockets, frames, onDelivery);
}

async function bare(subscribers: number, payloads: readonly Uint8Array[]): Promise<Fanned> {
  await using stack = new AsyncDisposableStack();
  const server = await startBareServer(stack, { broadcast: true });
  const publisher = stack.use(await LeanSocket.open(server.port));
  const opened = await Promise.all(Array.from({ length: subscribers }, () => LeanSocket.open(server.port)));
  const sockets = opened.map((socket) => stack.use(socket));
  const listen = (subscriber: LeanSocket, delivered: () => void): void => {
    subscriber.onPayload = delivered;
  };
  // It answers with bytes that mean nothing: no answer is wrong.
  return await fan(server, publisher, sockets, payloads.map(wireFrame), listen, () => {});
}

export const fanOut: Figure = {
  name: "fan-out",
  title: "Fan-out of one message to many subscribers",
  async prepare(context) {
    const loads = [
      { subscribers: 1, messages: sized(context, 8000, 400) },
      { subscribers: 100, messages: sized(context, 2000, 100) },
      { subscribers: 1000, messages: sized(context, 400, 20) },
    ];
    const messages = intents(Math.max(...loads.map(({ messages: count }) => count)));

    return async () => {
      const samples: Sample[] = [];
      for (const { subscribers, messages: count } of loads) {
        context.progress(`${subscribers} subscribers`);
        const some = messages.slice(0, count);
        const limit = await bare(
          subscribers,
          some.map(({ bytes }) => bytes),
        );
        const fanned = await throughRelay(context, subscribers, some.map(publishFrame));
        const name = "bare ws broadcast";
        samples.push(
          {
            what: `to ${subscribers}: rate`,
            value: fanned.perSecond,
            unit: "deliveries/s",
            against: { name, value: limit.perSecond },
          },
          {
            what: `to ${subscribers}: CPU`,
            value: fanned.cpuPerThousand,
            unit: "CPU-s per 1k",
            against: { name, value: limit.cpuPerThousand },
          },
        );
      }
      return samples;
    };
  },
};
