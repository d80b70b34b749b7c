/** The composition root: a relay put together from its parts, started and stopped. */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  type Clock,
  filterKinds,
  type Hello,
  type Limits,
  type Random,
  toHex,
  type VerifyEquation,
} from "@intentcast/protocol";
import { behindProxies } from "./adapters/client-address.ts";
import { type Documents, type Publishing, serveDocuments } from "./adapters/documents.ts";
import { listenForDocuments } from "./adapters/listening.ts";
import { memoryStore } from "./adapters/memory-store.ts";
import { nativeEquation } from "./adapters/native-equation.ts";
import { nodeDigest, nodeSha256 } from "./adapters/node-crypto.ts";
import { nodeTimers } from "./adapters/node-timers.ts";
import { prometheus } from "./adapters/prometheus.ts";
import { type StoreSpace, sqliteStore } from "./adapters/sqlite-store.ts";
import { inlineVerifier, threadedVerifier } from "./adapters/threaded-verifier.ts";
import { listen } from "./adapters/websocket-server.ts";
import { defaultPrefixBits, type PrefixBits } from "./core/address.ts";
import { carriageOf } from "./core/carriage.ts";
import { Guests } from "./core/guests.ts";
import { matchIndex } from "./core/index/match-index.ts";
import { defaultLimits } from "./core/limits.ts";
import { defaultQuotas, noQuotas, type QuotaConfig, Quotas } from "./core/quotas.ts";
import { groupCommit } from "./flow/commit.ts";
import { type Conversation, converse } from "./flow/converse.ts";
import { createDelivery } from "./flow/deliver.ts";
import { createEntrance } from "./flow/entrance.ts";
import { createIngest } from "./flow/ingest.ts";
import { defaultLoadLimits, type LoadLimits, measureLoad } from "./flow/load.ts";
import type { Network } from "./flow/network.ts";
import { createReader } from "./flow/query.ts";
import { createRecall, noRecall } from "./flow/recall.ts";
import { watchRoom } from "./flow/room.ts";
import type { Subscriber } from "./flow/subscriber.ts";
import { startSweeping } from "./flow/sweep.ts";
import { type Log, silentLog } from "./ports/log.ts";
import type { NetworkStatus } from "./ports/network-status.ts";
import type { Store } from "./ports/store.ts";
import type { Timers } from "./ports/timers.ts";
import { type NetworkConfig, startNetwork, tellNetwork } from "./relay-network.ts";

const software = "intentcast-relay";

export type RelayConfig = {
  /** Folder of the store, made if there is none. Without it messages are held in memory only. */
  readonly data?: string;
  /** What the store may take of the disk: 64 MiB are left free unless told otherwise. */
  readonly space?: Partial<StoreSpace>;
  /** Address to listen on; 127.0.0.1 unless given. */
  readonly host?: string;
  /** 7447 unless given; 0 for any free one. */
  readonly port?: number;
  /** Host and port by which clients reach the relay; needed where that is not where it listens. */
  readonly name?: string;
  readonly limits?: Partial<Limits>;
  /** How much clients may ask in a time; `off` for no end. */
  readonly quotas?: Partial<QuotaConfig> | "off";
  /** What the relay holds at most for publishes without an answer. */
  readonly load?: Partial<LoadLimits>;
  /** Connections at once; 10,000 unless given. */
  readonly connections?: number;
  /** Connections at once from one network address; 200 unless given. This machine's own are not counted. */
  readonly connectionsPerAddress?: number;
  /** Leading bits that make one network address: 32 of IPv4, 56 of IPv6 unless given. */
  readonly addressBits?: Partial<PrefixBits>;
  /** Addresses or networks (`10.0.0.0/8`) of proxies, whose `x-forwarded-for` is believed. */
  readonly proxies?: readonly string[];
  /** Takes no messages, and serves those it has. */
  readonly readOnly?: boolean;
  /** Puts /metrics on a port of its own, on 127.0.0.1 unless told otherwise. */
  readonly metrics?: { readonly port: number; readonly host?: string };
  /** Markets (`shopify/bt`) and topics (`mail:0`) that the relay carries; all unless given. */
  readonly carry?: readonly string[];
  /** Takes part in a network of relays. */
  readonly network?: NetworkConfig;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly timers?: Timers;
  /** Decides signatures on this thread, in place of the machine's fastest and its threads. */
  readonly equation?: VerifyEquation;
  /** Threads that check signatures; one fewer than the machine has cores unless given, at most 4. 0 for none. */
  readonly verifiers?: number;
  /** Takes the place of `data`; it is closed with the relay. */
  readonly store?: Store;
  /** Takes the place of a port for WebSockets and documents. */
  readonly listen?: typeof listen;
};

export interface Relay extends AsyncDisposable {
  /** Where clients connect, as `ws://host:port`. */
  readonly url: string;
  readonly port: number;
  readonly name: string;
  /** Where the metrics are, as a URL. */
  readonly metricsUrl: string;
  /** How it stands in its network; undefined where it is in none. */
  network(): NetworkStatus | undefined;
  /** Takes no new connections, serves those it has, and stops when the last has gone. */
  drain(): void;
  /** Ends gracefully: what was asked is answered, subscribers are told, the store is closed. */
  stop(): Promise<void>;
  /** Resolves when the relay has stopped. */
  closed(): Promise<void>;
}

const authority = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * Starts a relay. It listens when this resolves. Throws StartError: `data-held`, `data-newer`, `address-in-use`,
 * `address-refused`, `identity-unsafe`; RangeError where `proxies` has an entry that is no address, or `carry` one that is
 * neither a market nor a topic.
 */
export async function startRelay(config: RelayConfig = {}): Promise<Relay> {
  const {
    host = "127.0.0.1",
    readOnly = false,
    connectionsPerAddress = 200,
    clock = () => Math.floor(Date.now() / 1000),
    random = (length) => new Uint8Array(randomBytes(length)),
    timers = nodeTimers,
    verifiers = Math.min(4, availableParallelism() - 1),
    log = silentLog,
  } = config;
  const equation = config.equation ?? (await nativeEquation());
  const verifier =
    config.equation === undefined && verifiers > 0
      ? threadedVerifier(verifiers, equation, log)
      : inlineVerifier(equation);
  const limits: Limits = { ...defaultLimits, ...config.limits };
  const bits: PrefixBits = { ...defaultPrefixBits, ...config.addressBits };
  const proxies = config.proxies ?? [];
  const addressOf = behindProxies(proxies);
  const carriage = carriageOf(config.carry);
  const quotas = new Quotas(config.quotas === "off" ? noQuotas : { ...defaultQuotas, ...config.quotas });
  const store =
    config.store ??
    (config.data === undefined ? memoryStore(random) : sqliteStore(config.data, random, config.space));
  const { meter, read, observe, observeNetwork } = prometheus();

  const standing = matchIndex<Subscriber>(random);
  const delivery = createDelivery(store.head, standing, meter);
  const load = measureLoad({ ...defaultLoadLimits, ...config.load }, timers);
  const room = watchRoom(store, { timers, log });
  const entrance = createEntrance(quotas, load, room, { clock, readOnly });
  const commit = groupCommit(store, timers, meter, log, room.ranOut);
  const recall = config.network === undefined ? noRecall : createRecall(nodeDigest, clock);
  let network: Network | undefined;
  const ingest = createIngest(commit, store, delivery, {
    sha256: nodeSha256,
    ...{ clock, limits, verifier, carriage, entrance, quotas, recall },
    announce: (stored, from) => network?.announce(stored, from),
  });
  const wake = createReader(store, delivery, { clock, timers, meter, log });
  const house = { ingest, entrance, quotas, load, delivery, wake, standing, meter, equation, log };
  const conversations = new Set<Conversation>();
  let draining = false;
  let stopping: Promise<void> | undefined;

  const publishing = (): Publishing => (readOnly ? "read-only" : room.isFull() ? "store-full" : "open");
  observe({
    head: () => store.head,
    pendingMessages: () => load.pendingMessages,
    pendingBytes: () => load.pendingBytes,
    lagSeconds: () => load.lagMs / 1000,
    publishing: () => (publishing() === "open" ? 1 : 0),
    limited: () => quotas.limited,
  });
  if (config.network !== undefined) observeNetwork(() => network?.status());
  const figuresOf = { metrics: read, network: () => tellNetwork(network?.status()) };
  const introduce = () => ({
    version: 1 as const,
    name,
    software,
    position: delivery.position,
    time: clock(),
    limits,
  });
  const health = {
    healthy: () => stopping === undefined,
    ready: () => !draining && stopping === undefined,
    publishing,
  };
  const serve = (documents: Documents) =>
    serveDocuments(documents, (error) => log("error", "document.failed", { error: String(error) }));

  function open(socket: Parameters<typeof converse>[0]) {
    const hello: Hello = { ...introduce(), challenge: random(32), store: store.id };
    const conversation = converse(socket, hello, house);
    conversations.add(conversation);
    const closed = () => {
      conversations.delete(conversation);
      conversation.closed();
      if (draining && conversations.size === 0) void stop();
    };
    return { ...conversation, closed };
  }

  async function closeStore(): Promise<void> {
    load.stop();
    await room.stop();
    await verifier.close();
    await store.close();
  }

  const metricsPort = config.metrics;
  const server = await (config.listen ?? listen)(
    {
      host,
      port: config.port ?? 7447,
      connections: config.connections ?? 10_000,
      frameBytes: limits.frame,
      addressOf,
      trustsProxies: proxies.length > 0,
      guests: new Guests(connectionsPerAddress, bits),
      // Twice as many, so that those who are one too many can be told so.
      peers: new Guests(2 * connectionsPerAddress, bits),
      timers,
      meter,
      log,
      documents: serve({
        ...health,
        information: () => ({ ...introduce(), store: toHex(store.id), kinds: filterKinds }),
        ...(metricsPort === undefined && figuresOf),
      }),
    },
    open,
  ).catch(async (error: unknown) => {
    await closeStore();
    throw error;
  });
  const address = authority(host, server.port);
  const name = config.name ?? address;
  const sweeping = startSweeping(store, (listed) => network?.removed(listed), { clock, timers, meter, log });
  const ended = Promise.withResolvers<void>();

  async function shutDown(): Promise<void> {
    log("info", "relay.stopping", { connections: conversations.size });
    server.refuseNew();
    await Promise.all([...conversations].map((conversation) => conversation.stop()));
    await network?.stop();
    await Promise.all([server.closed(), sweeping.stop()]);
    figures?.close();
    await closeStore();
    log("info", "relay.stopped", {});
    ended.resolve();
  }

  function stop(): Promise<void> {
    stopping ??= shutDown();
    return stopping;
  }

  function drain(): void {
    if (draining) return;
    draining = true;
    log("info", "relay.draining", { connections: conversations.size });
    server.drain();
    if (conversations.size === 0) void stop();
  }

  const figuresHost = metricsPort?.host ?? "127.0.0.1";
  const figures =
    metricsPort &&
    (await listenForDocuments(figuresHost, metricsPort.port, serve({ ...health, ...figuresOf })).catch(
      async (error: unknown) => {
        await stop();
        throw error;
      },
    ));
  if (config.network !== undefined) {
    const { sweep } = sweeping;
    const house = {
      data: config.data,
      carriage,
      ingest,
      store,
      sweep,
      load,
      equation,
      clock,
      timers,
      random,
      log,
    };
    network = await startNetwork(config.network, house).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  }
  const metricsAddress = figures === undefined ? address : authority(figuresHost, figures.port);
  log("info", "relay.started", { name, address, store: toHex(store.id), position: store.head, readOnly });
  return {
    url: `ws://${address}`,
    port: server.port,
    name,
    metricsUrl: `http://${metricsAddress}/metrics`,
    network: () => network?.status(),
    drain,
    stop,
    closed: () => ended.promise,
    [Symbol.asyncDispose]: stop,
  };
}
