/** A relay as a market would use it: very many standing filters on a thousand connections, and intents that some of them match. */
import {
  decodeRelayFrame,
  encodeFrame,
  type Filter,
  type Signed,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { verifySpeeds } from "../harness/baselines.ts";
import { type Child, spent } from "../harness/child.ts";
import { type Context, sized, startRelay } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { wireFrame } from "../harness/lean-socket.ts";
import { nodeSigner } from "../harness/node-signer.ts";
import { paced, pipelinedOver, publishFrame } from "../harness/publishing.ts";
import {
  isAccepted,
  isCaughtUp,
  isMessage,
  openAtRelay,
  openMany,
  type RelayConnection,
  unexpected,
} from "../harness/relay-connection.ts";
import { seededBytes } from "../harness/seeded-bytes.ts";
import { percentile } from "../harness/statistics.ts";
import { marketFilter } from "../market/filter.ts";
import { marketIntent } from "../market/intent.ts";

const publishers = 16;
const window = 32;
const credit = 1_000_000;

/** The market's intents as messages, issued now: a relay's clock refuses the past. */
function marketMessages(count: number): Signed<"intent">[] {
  const keys = seededBytes("market authors");
  const issued = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, i) => {
    const { body } = marketIntent("whole", i);
    const times = { issued, expires: issued + 86_400 };
    return unwrap(writeMessage("intent", { ...body, ...times }, nodeSigner(keys(32))));
  });
}

/** Subscribes; resolves when the relay has handed over to live delivery with all. */
async function subscribeAll({ socket }: RelayConnection, filters: readonly Filter[]): Promise<void> {
  const done = Promise.withResolvers<void>();
  let caughtUp = 0;
  socket.onPayload = (payload) => {
    if (!isCaughtUp(payload)) unexpected(payload);
    if (++caughtUp === filters.length) done.resolve();
  };
  for (const [i, filter] of filters.entries()) {
    socket.send(wireFrame(encodeFrame(["subscribe", i + 1, filter, { live: true, credit }])));
  }
  await done.promise;
}

/** Bytes of the head of an integer. */
const headBytes = (initial: number): number => ((initial & 0x1f) < 24 ? 1 : 1 + 2 ** ((initial & 0x1f) - 24));

/** The position in a message frame, read where it lies: to decode every frame would be most of the generator's work. */
function positionIn(payload: Buffer): number {
  const numberAt = 1 + 1 + "message".length;
  const at = numberAt + headBytes(payload[numberAt] as number);
  const size = headBytes(payload[at] as number) - 1;
  return size === 0 ? (payload[at] as number) : size > 6 ? Number.NaN : payload.readUIntBE(at + 1, size);
}

/** What has been promised by answers and what has come; both are added up, so that nothing is missed and nothing counted twice. */
class Deliveries {
  promised = 0;
  /** When each message was delivered, by its position. */
  readonly arrived: { readonly position: number; readonly atMs: number }[] = [];
  readonly positions: number[] = [];
  #settled: (() => void) | undefined;

  readonly answered = (payload: Buffer): void => {
    if (!isAccepted(payload)) unexpected(payload);
    const frame = unwrap(decodeRelayFrame(new Uint8Array(payload)));
    if (frame[0] !== "accepted") return;
    this.promised += frame[2].matched ?? 0;
    this.positions.push(frame[2].position ?? 0);
  };

  readonly took = (payload: Buffer): void => {
    if (isMessage(payload)) {
      this.arrived.push({ position: positionIn(payload), atMs: performance.now() });
      if (this.arrived.length === this.promised) this.#settled?.();
    } else if (!isCaughtUp(payload)) unexpected(payload);
  };

  /** Resolves when all that was promised has come. */
  async all(): Promise<void> {
    if (this.arrived.length >= this.promised) return;
    await new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
  }
}

async function stand(context: Context, stack: AsyncDisposableStack, connections: number, filters: number) {
  const each = Math.ceil(filters / connections);
  const limits = { subscriptions: each, credit };
  const relay: Child = await startRelay(context, stack, { limits, connections: connections + 100 });
  const before = await relay.usage("after collecting garbage");
  const subscribers = await openMany(connections, relay, stack);
  const connected = await relay.usage("after collecting garbage");
  for (const [i, subscriber] of subscribers.entries()) {
    const drawn = (_: unknown, n: number) => marketFilter("whole", i * each + n, context.sellers);
    await subscribeAll(subscriber, Array.from({ length: each }, drawn));
  }
  const subscribed = await relay.usage("after collecting garbage");
  return { relay, subscribers, before, connected, subscribed, standing: each * connections };
}

export const wholeRelay: Figure = {
  name: "whole-relay",
  title: "A whole relay: standing filters of a market, a thousand connections",
  async prepare(context) {
    const filters = context.isQuick ? 2000 : context.standingFilters;
    const connections = sized(context, 1000, 50);
    const steady = sized(context, 4000, 300);
    const warmUp = sized(context, 20_000, 500);
    const count = sized(context, 40_000, 1000);
    context.progress(`signing ${warmUp + count + 3 * steady} intents`);
    const frames = marketMessages(warmUp + count + 3 * steady).map(publishFrame);

    return async (): Promise<Sample[]> => {
      const { raw } = await verifySpeeds(context);
      await using stack = new AsyncDisposableStack();
      context.progress(`${filters} filters on ${connections} connections`);
      const { relay, subscribers, ...held } = await stand(context, stack, connections, filters);
      const sockets = (await openMany(publishers, relay, stack)).map(({ socket }) => socket);

      async function measured(work: (deliveries: Deliveries) => Promise<unknown>) {
        const deliveries = new Deliveries();
        for (const { socket } of subscribers) socket.onPayload = deliveries.took;
        const { cpuSeconds, seconds } = await spent(relay, async () => {
          await work(deliveries);
          await deliveries.all();
        });
        return { deliveries, cpuSeconds, seconds };
      }

      context.progress("as fast as it goes");
      await measured(({ answered }) => pipelinedOver(sockets, frames.slice(0, warmUp), window, answered));
      const fast = await measured(({ answered }) =>
        pipelinedOver(sockets, frames.slice(warmUp, warmUp + count), window, answered),
      );
      context.progress(`${steady} a second`);
      const paceMaker = await openAtRelay(relay, stack);
      let sentAt = new Float64Array();
      let answeredAt = new Float64Array();
      const paceful = await measured(async ({ answered }) => {
        const pace = await paced(paceMaker.socket, frames.slice(warmUp + count), steady, answered);
        ({ sentAt, answeredAt } = pace as { sentAt: typeof sentAt; answeredAt: typeof answeredAt });
      });
      const sentOf = new Map(
        paceful.deliveries.positions.map((position, i) => [position, sentAt[i] as number]),
      );
      const tookMs = Float64Array.from(paceful.deliveries.arrived, ({ position, atMs }) => {
        return atMs - (sentOf.get(position) ?? Number.NaN);
      });
      const answerMs = answeredAt.map((at, i) => at - (sentAt[i] as number));
      const delivered = fast.deliveries.arrived.length;
      const kib = (from: { rssBytes: number }, to: { rssBytes: number }) =>
        (to.rssBytes - from.rssBytes) / 1024;
      return [
        {
          what: "intents",
          value: count / fast.seconds,
          unit: "messages/s",
          against: { name: "bare verify, one core", value: raw.perSecond },
        },
        { what: "deliveries", value: delivered / fast.seconds, unit: "deliveries/s" },
        { what: "deliveries of an intent", value: delivered / count, unit: "" },
        {
          what: "CPU",
          value: (fast.cpuSeconds * 1000) / count,
          unit: "CPU-s per 1k intents",
          against: { name: "bare verify", value: raw.cpuPerThousand },
        },
        { what: `at ${steady}/s, publish → accepted, p50`, value: percentile(answerMs, 0.5), unit: "ms" },
        { what: `at ${steady}/s, publish → accepted, p99`, value: percentile(answerMs, 0.99), unit: "ms" },
        { what: `at ${steady}/s, publish → subscriber, p50`, value: percentile(tookMs, 0.5), unit: "ms" },
        { what: `at ${steady}/s, publish → subscriber, p99`, value: percentile(tookMs, 0.99), unit: "ms" },
        { what: `at ${steady}/s, reached`, value: sentAt.length / paceful.seconds, unit: "messages/s" },
        {
          what: "memory of a connection",
          value: kib(held.before, held.connected) / connections,
          unit: "KiB",
        },
        {
          what: "memory of a filter",
          value: kib(held.connected, held.subscribed) / held.standing,
          unit: "KiB",
        },
      ];
    };
  },
};
