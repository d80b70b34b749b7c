/** The composition root: a relay put together from its parts, started and stopped. */
import { randomBytes } from "node:crypto";
import {
  type Clock,
  filterKinds,
  type Hello,
  type Limits,
  type Random,
  toHex,
  type VerifyEquation,
} from "@intentcast/protocol";
import { serveDocuments } from "./adapters/documents.ts";
import { memoryStore } from "./adapters/memory-store.ts";
import { nodeEquation } from "./adapters/node-crypto.ts";
import { nodeTimers } from "./adapters/node-timers.ts";
import { prometheus } from "./adapters/prometheus.ts";
import { sqliteStore } from "./adapters/sqlite-store.ts";
import { listen } from "./adapters/websocket-server.ts";
import { defaultLimits } from "./core/limits.ts";
import { linearIndex } from "./core/subscription-index.ts";
import { groupCommit } from "./flow/commit.ts";
import { type Conversation, converse } from "./flow/converse.ts";
import { createDelivery } from "./flow/deliver.ts";
import { createIngest } from "./flow/ingest.ts";
import { createReader } from "./flow/query.ts";
import type { Subscriber } from "./flow/subscriber.ts";
import { startSweeping } from "./flow/sweep.ts";
import { type Log, silentLog } from "./ports/log.ts";
import type { Store } from "./ports/store.ts";
import type { Timers } from "./ports/timers.ts";

const software = "intentcast-relay";

export type RelayConfig = {
  /** Folder of the store, made if there is none. Without it messages are held in memory only. */
  readonly data?: string;
  /** Address to listen on; 127.0.0.1 unless given. */
  readonly host?: string;
  /** 7447 unless given; 0 for any free one. */
  readonly port?: number;
  /** Host and port by which clients reach the relay; needed where that is not where it listens. */
  readonly name?: string;
  readonly limits?: Partial<Limits>;
  /** Connections at once; 10,000 unless given. */
  readonly connections?: number;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly timers?: Timers;
  readonly equation?: VerifyEquation;
  /** Takes the place of `data`; it is closed with the relay. */
  readonly store?: Store;
};

export interface Relay extends AsyncDisposable {
  /** Where clients connect, as `ws://host:port`. */
  readonly url: string;
  readonly port: number;
  readonly name: string;
  /** Ends gracefully: what was asked is answered, subscribers are told, the store is closed. */
  stop(): Promise<void>;
  /** Resolves when the relay has stopped. */
  closed(): Promise<void>;
}

const authority = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * Starts a relay. It listens when this resolves. Throws StartError: `data-held`, `data-newer`, `address-in-use`,
 * `address-refused`.
 */
export async function startRelay(config: RelayConfig = {}): Promise<Relay> {
  const {
    host = "127.0.0.1",
    clock = () => Math.floor(Date.now() / 1000),
    random = (length) => new Uint8Array(randomBytes(length)),
    timers = nodeTimers,
    equation = nodeEquation,
    log = silentLog,
  } = config;
  const limits: Limits = { ...defaultLimits, ...config.limits };
  const store =
    config.store ?? (config.data === undefined ? memoryStore(random) : sqliteStore(config.data, random));
  const { meter, read, observe } = prometheus();
  observe({ head: () => store.head });

  const standing = linearIndex<Subscriber>();
  const delivery = createDelivery(store.head, standing, meter);
  const commit = groupCommit(store, timers, meter, log);
  const ingest = createIngest(commit, delivery, { clock, limits, equation });
  const wake = createReader(store, delivery, { clock, timers, meter, log });
  const conversations = new Set<Conversation>();
  let stopping: Promise<void> | undefined;

  const introduce = () => ({
    version: 1 as const,
    name,
    software,
    position: delivery.position,
    time: clock(),
    limits,
  });
  const documents = serveDocuments(
    {
      information: () => ({ ...introduce(), store: toHex(store.id), kinds: filterKinds }),
      healthy: () => stopping === undefined,
      metrics: read,
    },
    (error) => log("error", "document.failed", { error: String(error) }),
  );
  const server = await listen(
    {
      host,
      port: config.port ?? 7447,
      connections: config.connections ?? 10_000,
      frameBytes: limits.frame,
      timers,
      meter,
      log,
      documents,
    },
    (socket) => {
      const hello: Hello = { ...introduce(), challenge: random(32), store: store.id };
      const conversation = converse(socket, hello, {
        ingest,
        delivery,
        wake,
        standing,
        meter,
        equation,
        log,
      });
      conversations.add(conversation);
      const closed = () => {
        conversations.delete(conversation);
        conversation.closed();
      };
      return { ...conversation, closed };
    },
  ).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const address = authority(host, server.port);
  const name = config.name ?? address;
  const stopSweeping = startSweeping(store, { clock, timers, meter, log });
  const ended = Promise.withResolvers<void>();
  log("info", "relay.started", { name, address, store: toHex(store.id), position: store.head });

  async function shutDown(): Promise<void> {
    log("info", "relay.stopping", { connections: conversations.size });
    server.refuseNew();
    await Promise.all([...conversations].map((conversation) => conversation.stop()));
    await Promise.all([server.closed(), stopSweeping()]);
    await store.close();
    log("info", "relay.stopped", {});
    ended.resolve();
  }

  const stop = () => {
    stopping ??= shutDown();
    return stopping;
  };
  return {
    url: `ws://${address}`,
    port: server.port,
    name,
    stop,
    closed: () => ended.promise,
    [Symbol.asyncDispose]: stop,
  };
}
