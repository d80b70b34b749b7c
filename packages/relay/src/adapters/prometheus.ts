/** The meter as Prometheus reads it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meter } from "../ports/meter.ts";
import type { NetworkStatus } from "../ports/network-status.ts";
import { observeNetwork } from "./prometheus-network.ts";

/** What is looked up when somebody asks, instead of being counted. */
export type Observed = {
  readonly head: () => number;
  readonly pendingMessages: () => number;
  readonly pendingBytes: () => number;
  readonly lagSeconds: () => number;
  /** 1 while messages are taken, 0 while they are not. */
  readonly publishing: () => number;
  /** Requests refused by each quota. */
  readonly limited: () => Readonly<Record<string, number>>;
};

export type Prometheus = {
  readonly meter: Meter;
  readonly read: () => Promise<{ readonly type: string; readonly text: string }>;
};

/** One registry for each relay: several may run in one process. */
export function prometheus(): Prometheus & {
  readonly observe: (observed: Observed) => void;
  /** Adds the figures of a network that the relay is in, or is about to be. */
  readonly observeNetwork: (status: () => NetworkStatus | undefined) => void;
} {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `intentcast_relay_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string, look?: () => number) =>
    new Gauge({
      name: `intentcast_relay_${name}`,
      help,
      registers,
      ...(look && {
        collect() {
          this.set(look());
        },
      }),
    });
  const counted = (name: string, help: string, label: string, look: () => Readonly<Record<string, number>>) =>
    new Counter({
      name: `intentcast_relay_${name}`,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(look())) this.inc({ [label]: value }, count);
      },
    });
  const summed = (name: string, help: string, look: () => number) =>
    new Counter({
      name: `intentcast_relay_${name}`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(look());
      },
    });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `intentcast_relay_${name}`, help, buckets, registers });

  const connections = gauge("connections", "Connections open now");
  const subscriptions = gauge("subscriptions", "Subscriptions open now");
  const rejected = counter("rejected_total", "Requests refused, by reject code", ["code"]);
  const held = counter("held_total", "Times that a client was read from no further for a while");
  const turnedAway = counter("turned_away_total", "Connections refused before they began", ["why"]);
  const cut = counter("cut_total", "Connections ended without a word", ["why"]);
  const swept = counter("swept_total", "Expired messages removed");
  const commitMessages = histogram("commit_messages", "Messages in one commit", [1, 4, 16, 64, 256, 1024]);
  const commitSeconds = histogram(
    "commit_seconds",
    "Duration of a commit",
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
  );

  // What happens for every frame is added up in numbers, and told when somebody asks.
  const accepted = { true: 0, false: 0 };
  const delivered = { live: 0, stored: 0 };
  let receivedBytes = 0;
  let sentBytes = 0;
  counted("accepted_total", "Messages accepted", "duplicate", () => accepted);
  counted("deliveries_total", "Messages sent to subscribers", "source", () => delivered);
  summed("received_bytes_total", "Bytes of frames received", () => receivedBytes);
  summed("sent_bytes_total", "Bytes of frames sent", () => sentBytes);

  const meter: Meter = {
    connected: () => connections.inc(),
    disconnected: () => connections.dec(),
    subscribed: () => subscriptions.inc(),
    unsubscribed: () => subscriptions.dec(),
    accepted: (duplicate) => {
      accepted[duplicate ? "true" : "false"] += 1;
    },
    rejected: (code) => rejected.inc({ code }),
    delivered: (source) => {
      delivered[source] += 1;
    },
    received: (bytes) => {
      receivedBytes += bytes;
    },
    sent: (bytes) => {
      sentBytes += bytes;
    },
    committing: (messages) => {
      commitMessages.observe(messages);
      const done = commitSeconds.startTimer();
      return () => void done();
    },
    swept: (messages) => swept.inc(messages),
    held: () => held.inc(),
    turnedAway: (why) => turnedAway.inc({ why }),
    cut: (why) => cut.inc({ why }),
  };
  return {
    meter,
    read: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    observe: ({ head, pendingMessages, pendingBytes, lagSeconds, publishing, limited }) => {
      gauge("store_head", "Last position stored", head);
      gauge("pending_messages", "Publishes and authentications without an answer", pendingMessages);
      gauge("pending_bytes", "Bytes of publishes without an answer", pendingBytes);
      gauge("lag_seconds", "By how much turns came late when last looked", lagSeconds);
      gauge("publishing", "1 while messages are taken, 0 when read-only or full", publishing);
      counted("rate_limited_total", "Requests refused, by quota", "quota", limited);
    },
    observeNetwork: (status) => observeNetwork(registry, status),
  };
}
