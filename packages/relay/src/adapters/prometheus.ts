/** The meter as Prometheus reads it. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meter } from "../ports/meter.ts";

/** What is looked up when somebody asks, instead of being counted. */
export type Observed = { readonly head: () => number };

export type Prometheus = {
  readonly meter: Meter;
  readonly read: () => Promise<{ readonly type: string; readonly text: string }>;
};

/** One registry for each relay: several may run in one process. */
export function prometheus(): Prometheus & { readonly observe: (observed: Observed) => void } {
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
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `intentcast_relay_${name}`, help, buckets, registers });

  const connections = gauge("connections", "Connections open now");
  const subscriptions = gauge("subscriptions", "Subscriptions open now");
  const accepted = counter("accepted_total", "Messages accepted", ["duplicate"]);
  const rejected = counter("rejected_total", "Requests refused, by reject code", ["code"]);
  const deliveries = counter("deliveries_total", "Messages sent to subscribers", ["source"]);
  const receivedBytes = counter("received_bytes_total", "Bytes of frames received");
  const sentBytes = counter("sent_bytes_total", "Bytes of frames sent");
  const swept = counter("swept_total", "Expired messages removed");
  const commitMessages = histogram("commit_messages", "Messages in one commit", [1, 4, 16, 64, 256, 1024]);
  const commitSeconds = histogram(
    "commit_seconds",
    "Duration of a commit",
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
  );

  const meter: Meter = {
    connected: () => connections.inc(),
    disconnected: () => connections.dec(),
    subscribed: () => subscriptions.inc(),
    unsubscribed: () => subscriptions.dec(),
    accepted: (duplicate) => accepted.inc({ duplicate: String(duplicate) }),
    rejected: (code) => rejected.inc({ code }),
    delivered: (source) => deliveries.inc({ source }),
    received: (bytes) => receivedBytes.inc(bytes),
    sent: (bytes) => sentBytes.inc(bytes),
    committing: (messages) => {
      commitMessages.observe(messages);
      const done = commitSeconds.startTimer();
      return () => void done();
    },
    swept: (messages) => swept.inc(messages),
  };
  return {
    meter,
    read: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    observe: ({ head }) => void gauge("store_head", "Last position stored", head),
  };
}
