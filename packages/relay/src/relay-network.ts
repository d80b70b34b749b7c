/** The composition of a relay's part in a network of relays: libp2p is loaded by a relay that takes part alone. */
import { type Clock, type Random, signerFromSeed, type VerifyEquation } from "@intentcast/protocol";
import { denialsFile, unsavedDenials } from "./adapters/denials-file.ts";
import { identityIn } from "./adapters/identity-file.ts";
import { nodeSha256 } from "./adapters/node-crypto.ts";
import { recordsFile, unsavedRecords } from "./adapters/records-file.ts";
import type { Carriage } from "./core/carriage.ts";
import type { Ingest } from "./flow/ingest.ts";
import type { Load } from "./flow/load.ts";
import { joinNetwork, type Network } from "./flow/network.ts";
import type { StartGossip } from "./ports/gossip.ts";
import type { Log } from "./ports/log.ts";
import type { NetworkStatus } from "./ports/network-status.ts";
import type { Store } from "./ports/store.ts";
import type { Timers } from "./ports/timers.ts";

export type NetworkConfig = {
  /** 32 secret bytes: the key that this relay's name is made of; kept in the data folder unless given. */
  readonly identity?: Uint8Array;
  /** Relays of one network only speak to each other; `public` unless given. */
  readonly name?: string;
  /** Addresses of relays to be connected to, as multiaddrs: `/dns4/relay.example/tcp/7448`. */
  readonly join?: readonly string[];
  /** Where to listen for other relays, as multiaddrs; nowhere unless given, and then this relay only dials. */
  readonly listen?: readonly string[];
  /** Addresses by which others reach this relay, where those are others than it listens on. */
  readonly announce?: readonly string[];
  /** The file of a key without which nobody can so much as shake hands: a private network. */
  readonly key?: Uint8Array;
  /** Names of the only relays that are spoken to. */
  readonly allow?: readonly string[];
  /** Connections with other relays at once; 64 unless given. */
  readonly connections?: number;
  /** Connections with other relays at one IP address; 4 unless given. This machine's own are not counted. */
  readonly connectionsPerIp?: number;
  /** While this relay has fewer peers, it connects to relays that others tell of; 8 unless given. With 0 it neither tells nor is told. */
  readonly seek?: number;
  /** Takes the place of libp2p. */
  readonly gossip?: StartGossip;
};

export type NetworkHouse = {
  readonly data: string | undefined;
  readonly carriage: Carriage;
  readonly ingest: Ingest;
  readonly store: Pick<Store, "get" | "list">;
  /** Removes from the store what has expired. */
  readonly sweep: () => Promise<void>;
  readonly load: Load;
  readonly equation: VerifyEquation;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
};

const publicNetwork = "public";

async function libp2p(config: NetworkConfig, seed: Uint8Array, log: Log): Promise<StartGossip> {
  const { libp2pGossip } = await import("./adapters/libp2p/gossip.ts");
  return libp2pGossip({
    seed,
    network: config.name ?? publicNetwork,
    listen: config.listen ?? [],
    announce: config.announce ?? [],
    key: config.key,
    connections: config.connections ?? 64,
    connectionsPerIp: config.connectionsPerIp ?? 4,
    log,
  });
}

/** Throws StartError: `address-in-use`, `address-refused`, `identity-unsafe`. */
export async function startNetwork(config: NetworkConfig, house: NetworkHouse): Promise<Network> {
  const { data, random, log } = house;
  const seed = config.identity ?? (data === undefined ? random(32) : identityIn(data, random));
  return joinNetwork({
    ...house,
    start: config.gossip ?? (await libp2p(config, seed, log)),
    name: config.name ?? publicNetwork,
    signer: signerFromSeed(seed),
    sha256: nodeSha256,
    joins: config.join ?? [],
    wanted: config.seek ?? 8,
    allow: config.allow,
    denials: data === undefined ? unsavedDenials : denialsFile(data, log),
    records: data === undefined ? unsavedRecords : recordsFile(data, log),
  });
}

/** What the operator's document says of a network; not where peers come from, since where the metrics are public, it is too. */
export const tellNetwork = (status: NetworkStatus | undefined): unknown =>
  status === undefined ? null : { ...status, peers: status.peers.map(({ ip: _, ...peer }) => peer) };
