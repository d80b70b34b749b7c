/** Stored messages, page by page, to those who are behind; and the hand-over to live delivery, without a gap. */
import { type Clock, encodeFrame, type Filter, matches, recallMessage } from "@intentcast/protocol";
import { scopeDecides, scopeOf } from "../core/scope.ts";
import type { Log } from "../ports/log.ts";
import type { Meter } from "../ports/meter.ts";
import type { Page, Store } from "../ports/store.ts";
import type { Timers } from "../ports/timers.ts";
import type { Delivery } from "./deliver.ts";
import { canTake, framesOf, type Subscriber, send } from "./subscriber.ts";

/** Messages read at once: what the relay does between two turns of everything else. */
const pageSize = 256;

/** Puts a subscriber in the queue of those who read, if it is behind; to be called when it may be able to go on. */
export type Wake = (subscriber: Subscriber) => void;

export function createReader(
  store: Store,
  delivery: Delivery,
  ports: { readonly clock: Clock; readonly timers: Timers; readonly meter: Meter; readonly log: Log },
): Wake {
  const { clock, timers, meter, log } = ports;
  const queue = new Set<Subscriber>();
  let running = false;

  /** One page a turn, each subscriber after the others. */
  async function run(): Promise<void> {
    running = true;
    for (const subscriber of queue) {
      queue.delete(subscriber);
      // Those that ended while they waited must not take up turns: a client could end them faster than turns come.
      if (subscriber.mode !== "reading") continue;
      await timers.turn();
      await serve(subscriber).catch((error: unknown) => fail(subscriber, error));
    }
    running = false;
  }

  async function serve(subscriber: Subscriber): Promise<void> {
    if (subscriber.mode !== "reading") return;
    if (!hasAll(subscriber)) {
      const { filter, position } = subscriber;
      const page = await store.query(scopeOf(filter), position, pageSize, clock());
      if (subscriber.mode !== "reading" || !give(subscriber, filter, page)) return;
    }
    // Nothing may be awaited from here on: what is delivered next must find the subscriber live.
    if (hasAll(subscriber)) handOver(subscriber);
    else queue.add(subscriber);
  }

  const hasAll = ({ until, position }: Subscriber): boolean =>
    position >= (until === "standing" ? delivery.position : until);

  /**
   * Sends what matches, and nothing that has not come to delivery yet: the store may be ahead. False when the subscriber can take no more, and stands just
   * before what it could not take.
   */
  function give(subscriber: Subscriber, filter: Filter, page: Page): boolean {
    const through = Math.min(page.through, delivery.position);
    const isDecided = scopeDecides(filter);
    for (const { position, bytes } of page.messages) {
      if (position > through) break;
      if (!isDecided && !isWanted(filter, position, bytes)) continue;
      if (!canTake(subscriber)) {
        subscriber.position = position - 1;
        return false;
      }
      send(subscriber, position, framesOf(position, bytes));
      meter.delivered("stored");
    }
    subscriber.position = through;
    return true;
  }

  function isWanted(filter: Filter, position: number, bytes: Uint8Array): boolean {
    const message = recallMessage(bytes);
    if (!message.ok) log("error", "store.unreadable", { position, ...message.error });
    return message.ok && matches(filter, message.value);
  }

  function handOver(subscriber: Subscriber): void {
    const { to, number, until, position } = subscriber;
    subscriber.mode = "live";
    to.send(encodeFrame(["caughtUp", number, position]));
    if (until !== "standing") to.end(number, "complete", "");
  }

  function fail({ to, number }: Subscriber, error: unknown): void {
    log("error", "query.failed", { error: String(error) });
    to.end(number, "store-failed", "the relay could not read its store");
  }

  return (subscriber) => {
    if (subscriber.mode === "reading") queue.add(subscriber);
    if (!running) void run();
  };
}
