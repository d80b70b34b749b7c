/** What one subscriber that is slow to read, or has stopped, costs the relay, and the subscribers beside it. */
import { type Signed, unwrap, writeMessage } from "@intentcast/protocol";
import type { Child } from "../harness/child.ts";
import { type Context, sized, startRelay } from "../harness/context.ts";
import type { Figure, Sample } from "../harness/figure.ts";
import { everyIntent, intents } from "../harness/messages.ts";
import { nodeSigner } from "../harness/node-signer.ts";
import { paced, publishFrame } from "../harness/publishing.ts";
import {
  onDelivery,
  openAtRelay,
  openMany,
  type RelayConnection,
  subscribeLive,
} from "../harness/relay-connection.ts";
import { median, percentile } from "../harness/statistics.ts";

const perSecond = 500;
const readers = 4;
/** 64 KiB at a time: two fifths of what is published. */
const dripMs = 80;

/** What is beside the others. `nobody again` shows how far two windows differ by chance. */
const manners = ["nobody", "nobody again", "one that has stopped", "one that is slow"] as const;
type Manner = (typeof manners)[number];

type Window = {
  readonly p50: number;
  readonly p99: number;
  readonly heldMiB: number;
  readonly cpuSeconds: number;
};

/** About 4 kB each, so that what a slow client does not take soon exceeds what the network holds for it. */
function large(messages: readonly Signed<"intent">[]): Signed<"intent">[] {
  const signer = nodeSigner(new Uint8Array(32).fill(3));
  return messages.map(({ body }) =>
    unwrap(writeMessage("intent", { ...body, ext: [["org.example.padding", new Uint8Array(3400)]] }, signer)),
  );
}

async function openSlow(manner: Manner, relay: Child, stack: AsyncDisposableStack): Promise<void> {
  if (manner === "nobody" || manner === "nobody again") return;
  const { socket, hello }: RelayConnection = await openAtRelay(relay, stack);
  await subscribeLive({ socket, hello }, everyIntent);
  onDelivery(socket, () => {});
  if (manner === "one that has stopped") socket.pause();
  else socket.drip(dripMs);
}

/** Publishes at a steady rate to a few quick readers, with a slow one beside them or without. */
async function publishBeside(manner: Manner, relay: Child, frames: readonly Buffer[]): Promise<Window> {
  await using stack = new AsyncDisposableStack();
  const publisher = await openAtRelay(relay, stack);
  await openSlow(manner, relay, stack);
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
  const cpuSeconds = (await relay.usage()).cpuSeconds - before.cpuSeconds;
  const after = await relay.usage("after collecting garbage");
  const tookMs = arrivals.flatMap((times) => times.map((at, i) => at - (sentAt[i] as number)));
  // The garbage of the window before has been collected just now; half a second, and all is as usual.
  const settled = tookMs.filter((_, i) => i % frames.length >= perSecond / 2);
  const heldMiB = (after.heldBytes - before.heldBytes) / 2 ** 20;
  return { p50: percentile(settled, 0.5), p99: percentile(settled, 0.99), heldMiB, cpuSeconds };
}

/** Each in turn, at one relay, so that what the machine does meanwhile falls on all of them alike. */
const inTurn = (round: number): readonly Manner[] =>
  manners.map((_, i) => manners[(i + round) % manners.length] as Manner);

const middle = (windows: readonly Window[], name: keyof Window): number =>
  median(windows.map((window) => window[name]));

function samplesOf(manner: Manner, beside: readonly Window[], alone: readonly Window[]): Sample[] {
  const of = (what: string, unit: string, name: keyof Window): Sample => ({
    what: `${what} beside ${manner}`,
    value: middle(beside, name),
    unit,
    against: { name: "beside nobody", value: middle(alone, name) },
  });
  return [
    of(`p50 of the ${readers} others`, "ms", "p50"),
    of(`p99 of the ${readers} others`, "ms", "p99"),
    of("CPU of the relay", "s", "cpuSeconds"),
    {
      what: `memory held for ${manner}`,
      value: middle(beside, "heldMiB") - middle(alone, "heldMiB"),
      unit: "MiB",
    },
  ];
}

export const slowReader: Figure = {
  name: "slow-reader",
  title: `A subscriber that is slow to read, at ${perSecond} messages a second of 4 kB`,
  async prepare(context: Context, stack) {
    const relay = await startRelay(context, stack);
    const count = sized(context, 2000, 1000);
    const rounds = sized(context, 2, 1);
    let windows = 0;
    const window = async (manner: Manner): Promise<Window> => {
      context.progress(`beside ${manner}`);
      const messages = large(intents(count, `slow-reader ${++windows}`));
      return publishBeside(manner, relay, messages.map(publishFrame));
    };
    // The first window is the compiler's.
    await window("nobody");
    let round = 0;

    return async () => {
      const found = new Map<Manner, Window[]>(manners.map((manner) => [manner, []]));
      for (let i = 0; i < rounds; i++, round++) {
        for (const manner of inTurn(round)) found.get(manner)?.push(await window(manner));
      }
      const [alone = [], ...others] = manners.map((manner) => found.get(manner) ?? []);
      return others.flatMap((beside, i) => samplesOf(manners[i + 1] as Manner, beside, alone));
    };
  },
};
