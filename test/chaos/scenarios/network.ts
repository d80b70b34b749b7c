/**
 * A network of real relays that are killed, cut off, misled by a clock and pestered by a hostile peer, while clients publish
 * everywhere: in the end all hold the same, and nobody has been shown anything twice.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { day, hour, type Signed, toHex } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import { libp2pGossip } from "../../../packages/relay/src/adapters/libp2p/gossip.ts";
import { nodeTimers } from "../../../packages/relay/src/adapters/node-timers.ts";
import { close } from "../../../packages/relay/test/messages.ts";
import type { Dice } from "../../fuzz/dice.ts";
import { HostilePeer } from "../../hostile/hostile-peer.ts";
import { judge } from "../network/judge.ts";
import { Line } from "../network/line.ts";
import { Member, networkName } from "../network/member.ts";
import { until } from "../network/until.ts";
import { demand, type Figures, type Scenario, sum } from "../scenario.ts";

/** A clock that is wrong by more than a message lives. */
const wrong = day + hour;
const lifetime = 12 * hour;

/** Gossip remembers ten heartbeats of a second (`mcacheLength`): who is cut off for longer hears nothing of it again. */
const cutOffMs = 12_000;

/** One relay after another publishes, so many a second. */
const perSecond = 20;

type Network = {
  readonly dice: Dice;
  /** Four in a ring and, last, one whose clock is wrong. */
  readonly members: readonly Member[];
  readonly lines: readonly { readonly line: Line; readonly ends: readonly [Member, Member] }[];
  readonly published: Signed[];
  readonly acknowledged: Set<string>;
};

async function build(dice: Dice, folder: string, stack: AsyncDisposableStack): Promise<Network> {
  const members: Member[] = [];
  const lines: { line: Line; ends: [Member, Member] }[] = [];
  // Each joins the one before it, and the fourth the first as well.
  const joins = [[], [0], [1], [2, 0], [1]];
  for (const [i, targets] of joins.entries()) {
    const near: Line[] = [];
    for (const target of targets) near.push(stack.use(await Line.to((members[target] as Member).peerPort)));
    const home = join(folder, `relay-${i}`);
    await mkdir(home);
    const member = await Member.at(
      `relay ${i}`,
      home,
      near.map(({ address }) => address),
    );
    stack.use(member);
    members.push(member);
    for (const [k, line] of near.entries())
      lines.push({ line, ends: [member, members[targets[k] as number] as Member] });
  }
  return { dice, members, lines, published: [], acknowledged: new Set() };
}

/** Publishes at one of these relays; what is acknowledged is noted. */
async function publish({ dice, published, acknowledged }: Network, at: readonly Member[]): Promise<void> {
  const issued = Math.floor(Date.now() / 1000);
  const message = close(published.length, { issued, expires: issued + lifetime });
  published.push(message);
  const id = await dice.pick(at).publish(message);
  if (id === undefined) return;
  demand(id === toHex(message.id), "an acknowledgement names the message's id");
  acknowledged.add(id);
}

/** Publishes so many messages at a steady pace, and resolves when the last is acknowledged. */
async function publishMany(network: Network, at: readonly Member[], count: number): Promise<void> {
  const under: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const one = publish(network, at);
    // What fails is told below; until then nobody looks.
    one.catch(() => {});
    under.push(one);
    await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
  }
  await Promise.all(under);
}

/** Kills a relay while others publish, at a message drawn, and starts it again. */
async function killDuring(
  network: Network,
  victim: Member,
  at: readonly Member[],
  count: number,
): Promise<void> {
  const before = network.dice.below(count);
  await publishMany(network, [...at, victim], before);
  const last = publish(network, [victim]);
  await victim.kill();
  await last;
  await Promise.all([victim.start(), publishMany(network, at, count - before)]);
}

const connected = (members: readonly Member[]): Promise<void> =>
  until("relays reach those that they join", async () => {
    const standings = await Promise.all(members.map((member) => member.network()));
    const alone = standings.findIndex(({ joins }) => joins.some(({ connected: is }) => !is));
    return alone < 0 ? undefined : `${members[alone]?.name} does not`;
  });

/** Sets a hostile peer on some of the relays. */
async function pester({ dice, published }: Network, ring: readonly Member[], stack: AsyncDisposableStack) {
  const start = libp2pGossip({
    ...{ seed: dice.bytes(32), network: networkName, listen: [], announce: [], key: undefined },
    ...{ connections: 64, connectionsPerIp: 64, log: () => {} },
  });
  const hostile = new HostilePeer({ start, timers: nodeTimers, dice });
  stack.defer(() => hostile.stop());
  const chosen = dice.pick(ring);
  const victims = ring.filter((member) => member === chosen || dice.chance(0.5));
  await hostile.start(
    victims.map(({ listen }) => listen),
    published,
  );
  return { hostile, victims };
}

/** Cuts a relay off while it and the others publish, of whom one is killed meanwhile; gives how much it has missed. */
async function cutOff(
  network: Network,
  apart: Member,
  killed: Member,
  others: readonly Member[],
): Promise<number> {
  const cut = network.lines.filter(({ ends }) => ends.includes(apart));
  for (const { line } of cut) line.cut();
  const each = ((cutOffMs / 1000) * perSecond) / 2;
  await Promise.all([
    publishMany(network, [apart], each),
    killDuring(network, killed, others, each),
    new Promise((resolve) => setTimeout(resolve, cutOffMs)),
  ]);
  const missed = [...network.acknowledged].filter((id) => !apart.watcher.ids.has(id)).length;
  demand(missed > 0, "who is cut off misses something");
  for (const { line } of cut) line.mend();
  return missed;
}

async function nobodySpeaksTo(hostile: HostilePeer, victims: readonly Member[]): Promise<void> {
  await until("nobody speaks to the hostile peer", async () => {
    for (const victim of victims) {
      const { denied, peers } = await victim.network();
      if (denied === 0 || peers.some(({ id }) => id === hostile.id)) return `${victim.name} does`;
    }
    return undefined;
  });
}

async function once(dice: Dice): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const network = await build(dice, folder.path, stack);
  const { members, published, acknowledged } = network;
  const [ring, misled] = [members.slice(0, 4), members[4] as Member];
  await Promise.all(ring.map((member) => member.start()));
  await misled.start(dice.pick([wrong, -wrong]));
  await connected(members);
  await publishMany(network, ring, 10);
  const { hostile, victims } = await pester(network, ring, stack);

  const apart = dice.pick(ring);
  const others = ring.filter((member) => member !== apart);
  const [first, second] = [dice.pick(others), dice.pick(others)];
  const without = (list: readonly Member[], one: Member) => list.filter((member) => member !== one);
  await killDuring(network, first, without(ring, first), 20);
  await connected(members);
  const missedWhileCutOff = await cutOff(network, apart, second, without(others, second));
  demand(misled.watcher.ids.size === 0, "a relay whose clock is wrong takes nothing");
  await misled.kill();
  await misled.start();
  await publishMany(network, members, 20);

  await judge(members, acknowledged);
  await nobodySpeaksTo(hostile, victims);
  return {
    ...{ networks: 1, kills: 3, published: published.length, acknowledged: acknowledged.size, lost: 0 },
    missedWhileCutOff,
    mostMebibytes: Math.round(Math.max(...members.map(({ mostBytes }) => mostBytes)) / 2 ** 20),
  };
}

async function run(dice: Dice, runs: number, say: (line: string) => void): Promise<Figures> {
  const all: Figures[] = [];
  for (let i = 0; i < runs; i++) {
    all.push(await once(dice));
    say(`${i + 1} networks: ${JSON.stringify(all.at(-1))}`);
  }
  const mostMebibytes = Math.max(...all.map((one) => one["mostMebibytes"] ?? 0));
  return { ...sum(all), mostMebibytes };
}

export const network: Scenario = {
  about: "relays of a network are killed, cut off, misled by their clock, and pestered by a hostile peer",
  runs: 20,
  run,
};
