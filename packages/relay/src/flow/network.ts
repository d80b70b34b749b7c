/** A relay's part in the network of relays, put together: gossip, catching up, neighbours, and what the operator sees of them. */
import type { Clock, Random, Sha256, Signer, VerifyEquation } from "@intentcast/protocol";
import type { Carriage } from "../core/carriage.ts";
import { Mesh } from "../core/mesh.ts";
import type { Denials } from "../ports/denials.ts";
import type { Gossip, StartGossip } from "../ports/gossip.ts";
import type { Log } from "../ports/log.ts";
import type { NetworkStatus } from "../ports/network-status.ts";
import type { Records } from "../ports/records.ts";
import type { Store } from "../ports/store.ts";
import type { Timers } from "../ports/timers.ts";
import { createGossip, type GossipFlow } from "./gossip.ts";
import type { Ingest } from "./ingest.ts";
import { createIntake } from "./intake.ts";
import type { Load } from "./load.ts";
import { lookAfterNeighbours } from "./neighbours.ts";
import { createPeerExchange, peersPurpose } from "./peer-exchange.ts";
import { createSync, type Sync, syncPurpose } from "./sync/sync.ts";

export type Network = {
  readonly id: string;
  readonly addresses: () => readonly string[];
  /** Told of each message that is new here. */
  readonly announce: GossipFlow["announce"];
  /** Told of messages that have left the store. */
  readonly removed: Sync["removed"];
  readonly status: () => NetworkStatus;
  readonly stop: () => Promise<void>;
};

export type NetworkParts = {
  readonly start: StartGossip;
  /** The network's name, and this relay's key. */
  readonly name: string;
  readonly signer: Signer;
  readonly carriage: Carriage;
  readonly joins: readonly string[];
  /** Peers to have, those included that have come by themselves: others are sought while there are fewer. */
  readonly wanted: number;
  /** The only peers that are spoken to, where there are such. */
  readonly allow: readonly string[] | undefined;
  readonly denials: Denials;
  readonly records: Records;
  readonly ingest: Ingest;
  readonly store: Pick<Store, "get" | "list">;
  readonly sweep: () => Promise<void>;
  readonly sha256: Sha256;
  readonly equation: VerifyEquation;
  readonly load: Load;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
};

/** Resolves when this relay listens to the others and dials those that it is to join. */
export async function joinNetwork(parts: NetworkParts): Promise<Network> {
  const { name, signer, carriage, joins, wanted, allow, denials, records } = parts;
  const { ingest, store, sweep, sha256, equation } = parts;
  const { load, clock, timers, random, log } = parts;
  const mesh = new Mesh(denials.load());
  const intake = createIntake(load);
  let gossip: Gossip | undefined;

  function denied(peer: string): void {
    denials.save(mesh.denials(clock()));
    void gossip?.hangUp(peer);
  }

  const flow = createGossip({
    ...{ mesh, ingest, intake, clock, timers, log, denied },
    publish: (topic, frame) => gossip?.publish(topic, frame),
  });
  const sync = createSync({
    ...{ ingest, store, sweep, sha256, clock, timers, random, log },
    topics: carriage.topics,
    gossip: () => gossip,
    tell: flow.tell,
  });
  const admits = (id: string): boolean => (allow?.includes(id) ?? true) && !mesh.isDenied(id, clock());
  const exchange = createPeerExchange({
    ...{ network: name, topics: carriage.topics, signer, equation, records, wanted },
    ...{ clock, timers, random, log },
    isAdmitted: admits,
    gossip: () => gossip,
    tell: flow.tell,
  });
  const started = await parts
    .start(
      { topics: carriage.topics, purposes: [syncPurpose, ...exchange.purposes] },
      {
        admits,
        connected: (peer) => {
          log("info", "peer.connected", { peer: peer.id, outgoing: peer.outgoing });
          sync.connected(peer);
          exchange.connected(peer);
        },
        disconnected: (id) => {
          log("info", "peer.disconnected", { peer: id });
          sync.disconnected(id);
          exchange.disconnected(id);
        },
        received: flow.received,
        opened: (purpose, channel, from) =>
          (purpose === peersPurpose ? exchange : sync).opened(channel, from),
      },
    )
    .catch(async (error: unknown) => {
      await Promise.all([sync.stop(), exchange.stop()]);
      throw error;
    });
  gossip = started;
  exchange.started();
  const neighbours = lookAfterNeighbours({ gossip: started, joins, tell: flow.tell, timers, random, log });

  function status(): NetworkStatus {
    const peers = started.peers();
    const isConnected = (id: string | undefined) => peers.some((peer) => peer.id === id);
    return {
      id: started.id,
      addresses: started.addresses(),
      joins: neighbours.wanted.map(({ address, id }) => ({ address, connected: isConnected(id) })),
      peers: peers.map((peer) => ({ ...peer, frames: mesh.judgedOf(peer.id), sync: sync.peer(peer.id) })),
      topics: started.topics(),
      known: exchange.known,
      denied: mesh.denials(clock()).filter(({ until }) => until > clock()).length,
      healed: neighbours.healed,
      lagMs: load.lagMs,
      intake: { underWay: intake.underWay, waiting: intake.waiting },
      counts: flow.counts,
      sync: sync.status(),
    };
  }

  return {
    id: started.id,
    addresses: () => started.addresses(),
    announce: (stored, from) => {
      sync.stored(stored);
      flow.announce(stored, from);
    },
    removed: sync.removed,
    status,
    stop: async () => {
      neighbours.stop();
      flow.stop();
      await Promise.all([sync.stop(), exchange.stop()]);
      await started.stop();
      await flow.settled();
    },
  };
}
