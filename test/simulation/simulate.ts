/** One simulated network, from its first relay to the moment at which all must agree. */

import { toHex } from "@intentcast/protocol";
import { loopbackAddress } from "../../packages/relay/src/adapters/loopback-gossip.ts";
import { demand, type Figures } from "../chaos/scenario.ts";
import { HostilePeer } from "../hostile/hostile-peer.ts";
import { market, type Passing } from "./market.ts";
import { SimulatedRelay } from "./simulated-relay.ts";
import { type Without, World } from "./world.ts";

/** By how much the clocks of honest relays may differ. */
const skewSeconds = 60;

const second = 1000;
const minute = 60 * second;

/** How long the world misbehaves. */
const troubleMs = 6 * minute;

/** How long relays have afterwards to come to the same: a dial may wait a minute, a sync another, a silent one a third. */
const healingMs = 15 * minute;

type Day = {
  readonly world: World;
  readonly relays: readonly SimulatedRelay[];
  readonly hostile: HostilePeer;
  readonly acknowledged: Set<Passing>;
  readonly figures: Record<
    "networks" | "crashes" | "partitions" | "silences" | "published" | "acknowledged",
    number
  >;
};

/** Runs the network of a seed. Throws a Broken where a promise is. */
export async function simulate(seed: number, without?: Without): Promise<Figures> {
  const day = await begin(seed, without);
  trouble(day);
  await day.world.pass(troubleMs);
  await quieten(day);
  await heal(day);
  await judge(day);
  return day.figures;
}

async function begin(seed: number, without: Without): Promise<Day> {
  const world = new World(seed, without);
  const { dice } = world;
  const count = 3 + dice.below(3);
  const names = Array.from({ length: count }, (_, i) => `relay-${i}`);
  const relays = names.map((name, i) => {
    // A tree, so that all are connected, and some lines beside it.
    const joins = new Set(i === 0 ? [] : [names[dice.below(i)] as string]);
    if (i > 1 && dice.chance(0.5)) joins.add(names[dice.below(i)] as string);
    // Somewhat wrong, as clocks are: less than what is not believed.
    const clockAhead = dice.chance(0.3) ? dice.below(skewSeconds) - skewSeconds / 2 : 0;
    return new SimulatedRelay(world, name, [...joins], clockAhead);
  });
  for (const relay of relays) await relay.start();
  const hostile = new HostilePeer({ start: world.place("mallory"), timers: world.timers(), dice });
  await hostile.start(names.filter(() => dice.chance(0.6)).map(loopbackAddress), market());
  const figures = { networks: 1, crashes: 0, partitions: 0, silences: 0, published: 0, acknowledged: 0 };
  return { world, relays, hostile, acknowledged: new Set(), figures };
}

/** Draws when messages are published and what goes wrong. */
function trouble(day: Day): void {
  const { world } = day;
  const { dice } = world;
  for (const message of market()) world.after(dice.below(troubleMs), () => publish(day, message));
  for (let i = 2 + dice.below(6); i > 0; i--) world.after(dice.below(troubleMs), () => crash(day));
  for (let i = dice.below(3); i > 0; i--) world.after(dice.below(troubleMs), () => part(day));
  for (let i = dice.below(6); i > 0; i--) world.after(dice.below(troubleMs), () => silence(day));
}

/** To one relay or to two, as a client's pool does. */
function publish({ world, relays, acknowledged, figures }: Day, message: Passing): void {
  const up = relays.filter(({ isUp }) => isUp);
  if (up.length === 0) return;
  figures.published += 1;
  for (let i = world.dice.chance(0.2) ? 2 : 1; i > 0; i--)
    world.dice.pick(up).publish(message.bytes, () => acknowledged.add(message));
}

function crash({ world, relays, figures }: Day): void {
  const relay = world.dice.pick(relays);
  if (!relay.isUp) return;
  figures.crashes += 1;
  void relay.crash();
  world.after(world.dice.below(90 * second), () => void relay.start());
}

function part({ world, relays, figures }: Day): void {
  figures.partitions += 1;
  world.part(new Map(relays.map(({ name }) => [name, world.dice.below(2)])));
  world.after(20 * second + world.dice.below(150 * second), () => world.heal());
}

function silence({ world, relays, figures }: Day): void {
  const [one, other] = [world.dice.pick(relays), world.dice.pick(relays)];
  if (one === other) return;
  figures.silences += 1;
  world.silence(one.name, other.name, 5 * second + world.dice.below(40 * second));
}

/** Nothing goes wrong any more, and everybody is there. */
async function quieten({ world, relays }: Day): Promise<void> {
  world.heal();
  await world.pass(2 * minute, () => relays.every(({ isUp }) => isUp));
  demand(
    relays.every(({ isUp }) => isUp),
    "every relay comes back",
  );
}

/** Passes as much time as it takes, and no more than it may. */
async function heal(day: Day): Promise<void> {
  for (let passed = 0; passed < healingMs; passed += minute) {
    await day.world.pass(minute);
    const [first, ...others] = await Promise.all(day.relays.map((relay) => livingIn(relay, day.world)));
    if (others.every((ids) => areSame(ids, first ?? new Set()))) return;
  }
}

const areSame = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  some.size === others.size && [...some].every((id) => others.has(id));

/** The ids of what a relay holds and will hold for a while. */
async function livingIn({ store }: SimulatedRelay, world: World): Promise<ReadonlySet<string>> {
  const listed = await store.list(0, 100_000);
  const living = listed.filter(({ expires }) => expires > world.clock() + skewSeconds);
  return new Set(living.map(({ id }) => toHex(id)));
}

async function judge({ world, relays, hostile, acknowledged, figures }: Day): Promise<void> {
  figures.acknowledged = acknowledged.size;
  const held = await Promise.all(relays.map((relay) => livingIn(relay, world)));
  const due = [...acknowledged].filter(
    ({ expires, isReplaced }) => !isReplaced && expires > world.clock() + skewSeconds,
  );
  for (const [i, relay] of relays.entries()) {
    const ids = held[i] ?? new Set();
    const lost = due.filter(({ id }) => !ids.has(toHex(id)));
    demand(
      lost.length === 0,
      `${relay.name} holds what was acknowledged: ${lost.length} of ${due.length} are missing`,
    );
    demand(areSame(ids, held[0] ?? new Set()), `${relay.name} and ${relays[0]?.name} hold the same`);
    judgeSubscriber(relay, ids);
    demand(relay.status?.intake.waiting === 0, `${relay.name} has judged what it was brought`);
  }
  await judgeWelcome(hostile, world);
}

/** By now every relay knows the hostile peer, which goes on dialling. */
async function judgeWelcome(hostile: HostilePeer, world: World): Promise<void> {
  const welcomes = hostile.welcomes;
  await world.pass(minute);
  const friends = hostile.peers.join(", ");
  demand(friends === "", `nobody speaks to the hostile peer any more; ${friends} still does`);
  demand(
    hostile.welcomes === welcomes,
    `nobody speaks to the hostile peer any more; it was let in ${hostile.welcomes - welcomes} times in a minute`,
  );
}

/** Everything once, in the order of positions, over all connections and restarts. */
function judgeSubscriber({ name, shown }: SimulatedRelay, held: ReadonlySet<string>): void {
  const [fault] = shown.faults;
  demand(fault === undefined, `the subscriber of ${name} is shown each position once, in order: ${fault}`);
  const missed = [...held].filter((id) => !shown.ids.has(id));
  demand(missed.length === 0, `the subscriber of ${name} is shown everything: ${missed.length} are missing`);
}
