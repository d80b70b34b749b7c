/** Two sets of 100,000 items that differ in 1,000: bytes both ways, turns, and CPU time of both ends, beside sending all ids. */
import { hash } from "node:crypto";
import { type Effect, ItemSet, type Reconciliation, reconcile } from "@intentcast/negentropy";
import { type Context, sized } from "../harness/context.ts";
import type { Baseline, Figure, Sample } from "../harness/figure.ts";
import { below, seededBytes } from "../harness/seeded-bytes.ts";

type Item = { readonly timestamp: number; readonly id: Uint8Array };

/** What each side lacks, as numbers of items; all lie in order of time. */
type Difference = { readonly initiator: ReadonlySet<number>; readonly responder: ReadonlySet<number> };

const monthSeconds = 30 * 86_400;
const sha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");

/** Items over a month, the lifetime of a message. */
function makeItems(count: number, bytes: (length: number) => Uint8Array): Item[] {
  return Array.from({ length: count }, (_, i) => ({
    timestamp: 1_795_435_200 + Math.floor((i * monthSeconds) / count),
    id: bytes(32),
  }));
}

const without = (items: readonly Item[], lacking: ReadonlySet<number>): ItemSet => {
  const set = new ItemSet();
  for (const [number, { timestamp, id }] of items.entries()) {
    if (!lacking.has(number)) set.add(timestamp, id);
  }
  return set;
};

const cpuSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

type Talk = { readonly bytes: number; readonly messages: number; readonly cpu: number };

/** Both ends in this process; every frame of the one is given to the other. */
function talk(one: ItemSet, other: ItemSet, differing: number): Talk {
  const before = process.cpuUsage();
  const sides = [
    reconcile(one, { isInitiator: true, sha256 }),
    reconcile(other, { isInitiator: false, sha256 }),
  ] as const;
  const queue: [0 | 1, Uint8Array][] = [];
  let messages = 0;
  const act = (to: 0 | 1, effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.type === "failed") throw new Error(`the reconciliation failed: ${effect.code}`);
      if (effect.type !== "send") continue;
      queue.push([to, effect.frame]);
      if (effect.frame[0] === 0x61) messages++;
    }
  };
  act(1, sides[0].start());
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [to, frame] = next;
    act(to === 0 ? 1 : 0, (sides[to] as Reconciliation).receive(frame));
  }
  const cpu = cpuSeconds(before);
  const { have, need, bytesIn, bytesOut } = sides[0].progress;
  if (have + need !== differing) throw new Error(`${have + need} of ${differing} differences were found`);
  return { bytes: bytesIn + bytesOut, messages, cpu };
}

/** The plain way: one side sends all of its ids, the other looks them up and sends back what differs. */
function sendAll(
  items: readonly Item[],
  differing: number,
): { readonly bytes: number; readonly cpu: number } {
  const text = ({ id }: Item): string => Buffer.from(id.buffer, id.byteOffset, 32).toString("latin1");
  const ours = new Set(items.map(text));
  const before = process.cpuUsage();
  let found = 0;
  for (const item of items) if (ours.has(text(item))) found++;
  if (found !== items.length) throw new Error("an id was not found");
  return { bytes: 32 * (items.length + differing), cpu: cpuSeconds(before) };
}

/** How many a CPU-second adds, in order of time and in any order, and removes in any order. */
function changes(items: readonly Item[], shuffled: readonly Item[]) {
  const perCpuSecond = (list: readonly Item[], work: (item: Item) => unknown): number => {
    const before = process.cpuUsage();
    for (const item of list) work(item);
    return list.length / cpuSeconds(before);
  };
  const [inOrder, inAny] = [new ItemSet(), new ItemSet()];
  const plain = new Set<string>();
  const added = perCpuSecond(items, ({ timestamp, id }) => inOrder.add(timestamp, id));
  const addedShuffled = perCpuSecond(shuffled, ({ timestamp, id }) => inAny.add(timestamp, id));
  const removed = perCpuSecond(shuffled, ({ timestamp, id }) => inOrder.remove(timestamp, id));
  const bare = perCpuSecond(shuffled, ({ id }) => plain.add(Buffer.from(id).toString("latin1")));
  return { added, addedShuffled, removed, bare };
}

function shuffle<T>(list: readonly T[], bytes: (length: number) => Uint8Array): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = below(i + 1, bytes);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}

export const reconciliation: Figure = {
  name: "reconcile",
  title: "Reconciliation of two sets",
  async prepare(context: Context) {
    const count = sized(context, 100_000, 10_000);
    const differing = count / 100;
    const bytes = seededBytes("reconcile");
    const items = makeItems(count, bytes);
    const numbers = Array.from({ length: count }, (_, i) => i);
    const none: ReadonlySet<number> = new Set();
    const newest = numbers.slice(-differing);
    const half = differing / 2;

    function differences(): readonly [string, Difference][] {
      const random = shuffle(numbers, bytes).slice(0, differing);
      return [
        [
          "at random, half on each side",
          { initiator: new Set(random.slice(half)), responder: new Set(random.slice(0, half)) },
        ],
        ["the newest, initiator lacks them", { initiator: new Set(newest), responder: none }],
        ["the newest, responder lacks them", { initiator: none, responder: new Set(newest) }],
        [
          "the newest, every second on each side",
          {
            initiator: new Set(newest.filter((number) => number % 2 === 0)),
            responder: new Set(newest.filter((number) => number % 2 === 1)),
          },
        ],
        ["nothing", { initiator: none, responder: none }],
      ];
    }

    return async () => {
      const samples: Sample[] = [];
      const all = sendAll(items, differing);
      for (const [what, { initiator, responder }] of differences()) {
        context.progress(what);
        const result = talk(
          without(items, initiator),
          without(items, responder),
          initiator.size + responder.size,
        );
        const against = (value: number): Baseline => ({ name: "all ids sent and looked up", value });
        samples.push(
          {
            what: `${what}: both ways`,
            value: result.bytes / 1e6,
            unit: "MB",
            against: against(all.bytes / 1e6),
          },
          { what: `${what}: both ends`, value: result.cpu, unit: "CPU-s", against: against(all.cpu) },
          { what: `${what}: turns`, value: result.messages, unit: "" },
        );
      }
      context.progress("changes");
      const { added, addedShuffled, removed, bare } = changes(items, shuffle(items, bytes));
      const against: Baseline = { name: "added to a Set of strings", value: bare };
      samples.push(
        { what: "added in order of time", value: added, unit: "a CPU-s", against },
        { what: "added in any order", value: addedShuffled, unit: "a CPU-s", against },
        { what: "removed in any order", value: removed, unit: "a CPU-s", against },
      );
      return samples;
    };
  },
};
