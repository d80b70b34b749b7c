/** What the model of the network takes for given; each figure with where it is from. */

export type Settings = {
  readonly seed: string;
  readonly relays: number;
  /** Connections that each relay opens; it has about twice as many. */
  readonly dials: number;
  /** Mesh neighbours of a topic: aimed at, least and most. Those of gossipsub unless it is told otherwise. */
  readonly mesh: { readonly aim: number; readonly least: number; readonly most: number };
  readonly heartbeatMs: number;
  /** Peers outside the mesh that are told ids at a heartbeat: so many, or this share of them if that is more. */
  readonly lazy: { readonly least: number; readonly share: number };
  /** Heartbeats for which a message can be asked for, and for which its id is told. */
  readonly cache: { readonly kept: number; readonly told: number };
  /** One way. Each link has a latency of its own, drawn from a log-normal distribution. */
  readonly latency: { readonly medianMs: number; readonly sigma: number; readonly leastMs: number };
  readonly uplinkBitsPerSecond: number;
  /** CPU time of one core, in microseconds. */
  readonly cpu: {
    /** A copy of a message that was here before. */
    readonly copyUs: number;
    /** A message that is new: its copy, its signature, its place on the disk. */
    readonly newUs: number;
    readonly sendUs: number;
  };
};

/**
 * Lazy gossip, mesh and heartbeat: the defaults of gossipsub; cache: the relay's options. CPU: two thirds of what 5 real
 * nodes took for a message alone (190 to 220 µs, with its copies), parted evenly among copies in and out; and 120 µs of
 * durable ingest. Latency and uplink are assumptions: relays on several continents, in data centres.
 */
export const defaultSettings: Omit<Settings, "seed" | "relays"> = {
  dials: 10,
  mesh: { aim: 6, least: 4, most: 12 },
  heartbeatMs: 1000,
  lazy: { least: 6, share: 0.25 },
  cache: { kept: 10, told: 3 },
  latency: { medianMs: 40, sigma: 0.6, leastMs: 1 },
  uplinkBitsPerSecond: 100e6,
  cpu: { copyUs: 25, newUs: 145, sendUs: 25 },
};

/** Bytes around what is sent: TCP, Noise, Yamux and the RPC's own. */
export const wireBytes = { message: 80, told: 34, asked: 34, control: 60 };

/**
 * A thousand libp2p nodes in one process, measured: 4.4 hops in the mean and 3 duplicates a delivery. How many connections
 * each of them had was not noted; the model takes six, and a network without distance.
 */
export const thousandRealNodes = {
  settings: {
    ...defaultSettings,
    relays: 1000,
    dials: 3,
    latency: { medianMs: 1, sigma: 0.3, leastMs: 0.2 },
  },
  measured: { hops: 4.4, duplicates: 3 },
} as const satisfies { settings: Omit<Settings, "seed">; measured: { hops: number; duplicates: number } };
