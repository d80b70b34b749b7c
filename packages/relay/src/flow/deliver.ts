/** The last stage: a message that has just been stored goes to the standing subscriptions that it matches. */
import type { SubscriptionIndex } from "../core/subscription-index.ts";
import type { Meter } from "../ports/meter.ts";
import type { Stored } from "./commit.ts";
import { canTake, type Frames, framesOf, type Subscriber, send } from "./subscriber.ts";

export type Delivery = {
  /** The hand-over position: everything up to it has been delivered, everything after it will be. */
  readonly position: number;
  /** Delivers, and says how many standing subscriptions the message matched. */
  readonly deliver: (stored: Stored) => number;
};

/** `head` is the store's at the start. Messages must come in order of position. */
export function createDelivery(head: number, index: SubscriptionIndex<Subscriber>, meter: Meter): Delivery {
  let handOver = head;

  function offer(subscriber: Subscriber, position: number, frames: Frames): void {
    // One that is reading comes to this message in the store.
    if (subscriber.mode !== "live") return;
    if (canTake(subscriber)) {
      send(subscriber, position, frames);
      meter.delivered("live");
    } else {
      subscriber.mode = "reading";
      subscriber.position = position - 1;
    }
  }

  return {
    get position() {
      return handOver;
    },
    deliver: ({ message, position }) => {
      handOver = position;
      const frames = framesOf(position, message.bytes);
      let matched = 0;
      for (const subscriber of index.find(message)) {
        matched += 1;
        offer(subscriber, position, frames);
      }
      return matched;
    },
  };
}
