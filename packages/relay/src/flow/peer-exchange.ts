/** Relays tell each other of relays, so that each knows more of the network than those that it was told to join (spec/09 §4). */
import type { Clock, Random, Signer, VerifyEquation } from "@intentcast/protocol";
import { Directory } from "../core/directory.ts";
import type { MeshInput } from "../core/mesh.ts";
import { ownStatement } from "../core/own-statement.ts";
import { decodePeersFrame, encodePeersFrame, mostRecords } from "../core/peers-frame.ts";
import { type Reach, reachOfIp } from "../core/reach.ts";
import { isCurrent, type RelayRecord, readRelayRecord, writeRelayRecord } from "../core/relay-record.ts";
import type { Channel, Gossip, Peer, Topic } from "../ports/gossip.ts";
import type { Log } from "../ports/log.ts";
import type { Records } from "../ports/records.ts";
import type { Timers } from "../ports/timers.ts";
import { seekPeers } from "./seek.ts";

/** The name under which relays open channels for this. */
export const peersPurpose = "peers/1";

/** From one exchange with some peer to the next. */
const periodMs = 60_000;

/** How long one exchange may take. */
const patienceMs = 10_000;

/** A peer that asks again sooner is not answered. */
const shortestMs = 5000;

/** How old this relay's own record may become. */
const renewedAfter = 3600;

/** What a broken rule costs a peer, where a rejected frame costs one point. */
const breachPoints = 10;

export type PeerExchange = {
  /** What channels are to be answered for; nothing where no peers are wanted. */
  readonly purposes: readonly string[];
  /** How many relays this one has been told of and could dial. */
  readonly known: number;
  readonly connected: (peer: Peer) => void;
  readonly disconnected: (id: string) => void;
  readonly opened: (channel: Channel, peer: Peer) => void;
  /** To be called once it is in the network. */
  readonly started: () => void;
  readonly stop: () => Promise<void>;
};

export type PeerExchangeParts = {
  readonly network: string;
  readonly topics: readonly Topic[];
  readonly signer: Signer;
  readonly equation: VerifyEquation;
  readonly records: Records;
  /** Peers to have: while there are fewer, relays that others tell of are dialled. With 0 nobody is told or asked. */
  readonly wanted: number;
  /** Whether this relay speaks to a peer at all. */
  readonly isAdmitted: (peer: string) => boolean;
  readonly gossip: () => Gossip | undefined;
  readonly tell: (input: MeshInput) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
};

export function createPeerExchange(parts: PeerExchangeParts): PeerExchange {
  const { network, topics, signer, equation, records, wanted, isAdmitted } = parts;
  const { gossip, tell, clock, timers, random, log } = parts;
  const directory = new Directory(topics, random);
  const seeking = seekPeers({ directory, gossip, isAdmitted, wanted, clock, timers, log });
  /** When each peer that is connected was last answered. */
  const answeredMs = new Map<string, number>();
  const channels = new Set<Channel>();
  const underWay = new Set<Promise<void>>();
  let own: RelayRecord | undefined;
  let stopped = false;

  /** This relay's record: none where nobody can dial it. */
  function ownRecord(place: Gossip): RelayRecord | undefined {
    const now = clock();
    const statement = ownStatement({ network, topics, addresses: place.addresses(), now });
    const isStale =
      own === undefined ||
      own.statement.issued + renewedAfter <= now ||
      own.statement.addresses.join() !== statement?.addresses.join();
    if (isStale) own = statement && writeRelayRecord(statement, signer);
    return own;
  }

  function frameOf(place: Gossip): Uint8Array {
    const mine = ownRecord(place);
    const others = directory.told(mostRecords - 1, clock());
    return encodePeersFrame([...(mine === undefined ? [] : [mine]), ...others].map(({ bytes }) => bytes));
  }

  /** Takes one record; returns whether it is news, or the fault of whoever told it. */
  function learn(bytes: Uint8Array, told: Reach, place: Gossip): boolean | string {
    const read = readRelayRecord(bytes, equation);
    if (!read.ok) return read.error.code;
    const { key, statement } = read.value;
    const name = place.nameOf(key);
    if (!statement.addresses.every((address) => address.endsWith(`/p2p/${name}`))) return "another's address";
    if (name === place.id || statement.network !== network || !isCurrent(statement, clock())) return false;
    return directory.take(name, read.value, told);
  }

  function take(frame: Uint8Array, { id, ip }: Peer, place: Gossip): void {
    const told = decodePeersFrame(frame);
    const learnt = told.ok
      ? told.value.map((bytes) => learn(bytes, reachOfIp(ip), place))
      : [told.error.code];
    const fault = learnt.find((one) => typeof one === "string");
    if (fault !== undefined)
      tell({ type: "blamed", peer: id, points: breachPoints, why: `record: ${fault}` });
    for (const peer of place.peers()) directory.met(peer.id, clock());
    const news = learnt.filter((one) => one === true).length;
    if (news === 0) return;
    log("info", "peers.found", { peer: id, relays: news });
    records.save(directory.worthKeeping(clock()));
    seeking.look();
  }

  /** Each side says one frame: first the one that has opened the channel. */
  async function hold(peer: Peer, place: Gossip, channel: Channel, speaksFirst: boolean): Promise<void> {
    channels.add(channel);
    const cancel = timers.after(patienceMs, () => channel.abort());
    try {
      if (speaksFirst) await channel.send(frameOf(place));
      const frame = await channel.receive();
      if (frame === undefined) return;
      take(frame, peer, place);
      if (!speaksFirst) await channel.send(frameOf(place));
      await channel.close();
    } catch (error) {
      channel.abort();
      throw error;
    } finally {
      cancel();
      channels.delete(channel);
    }
  }

  function begin(peer: Peer, speaksFirst: boolean, open: (place: Gossip) => Promise<Channel>): void {
    const place = gossip();
    if (stopped || place === undefined) return;
    const holding = open(place)
      .then((channel) => hold(peer, place, channel, speaksFirst))
      .catch((error: unknown) => log("debug", "peers.broken", { peer: peer.id, error: String(error) }))
      .finally(() => underWay.delete(holding));
    underWay.add(holding);
  }

  const ask = (peer: Peer): void => begin(peer, true, (place) => place.open(peer.id, peersPurpose));

  function askSomebody(): void {
    const peers = gossip()?.peers() ?? [];
    const [high = 0, low = 0] = random(2);
    const peer = peers[(256 * high + low) % Math.max(1, peers.length)];
    if (peer !== undefined) ask(peer);
  }

  const stopAsking = wanted === 0 ? () => {} : timers.every(periodMs, askSomebody);

  return {
    purposes: wanted === 0 ? [] : [peersPurpose],
    get known() {
      return directory.size;
    },
    started: () => {
      const place = gossip();
      if (place === undefined || wanted === 0) return;
      for (const { bytes, told } of records.load()) learn(bytes, told, place);
      seeking.look();
    },
    connected: (peer) => {
      directory.met(peer.id, clock());
      if (peer.outgoing && wanted > 0) ask(peer);
    },
    disconnected: (id) => void answeredMs.delete(id),
    opened: (channel, peer) => {
      const lastMs = answeredMs.get(peer.id);
      if (stopped || (lastMs !== undefined && lastMs + shortestMs > timers.now())) return channel.abort();
      answeredMs.set(peer.id, timers.now());
      begin(peer, false, async () => channel);
    },
    stop: async () => {
      stopped = true;
      stopAsking();
      seeking.stop();
      if (wanted > 0) records.save(directory.worthKeeping(clock()));
      for (const channel of channels) channel.abort();
      await Promise.all(underWay);
    },
  };
}
