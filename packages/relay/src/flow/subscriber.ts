/** Sending to a subscriber: one encoded message for however many take it, and never more than each can hold. */
import { type MessageFrames, messageFrames } from "@intentcast/protocol";
import type { Subscription } from "../core/subscription.ts";

/** Where a subscription's frames go: its connection, as the flow sees it. */
export type Outlet = {
  readonly send: (frame: Uint8Array, end?: Uint8Array) => void;
  /** Whether so much lies unsent that nothing may be added for a subscription. */
  readonly isFull: () => boolean;
  /** Ends one of the connection's subscriptions, with `complete` or a reject code. */
  readonly end: (number: number, code: string, detail: string) => void;
};

export type Subscriber = Subscription<Outlet>;

export const canTake = ({ credit, to }: Subscriber): boolean => credit > 0 && !to.isFull();

/** Gives a subscriber the message at a position. */
export function send(subscriber: Subscriber, position: number, frames: Frames): void {
  const { first, rest } = frames();
  subscriber.to.send(first(subscriber.number), rest);
  subscriber.credit -= 1;
  subscriber.position = position;
}

/** The frames for one message, made when the first is asked for. */
export type Frames = () => MessageFrames;

export function framesOf(position: number, bytes: Uint8Array): Frames {
  let made: MessageFrames | undefined;
  return () => {
    made ??= messageFrames(position, bytes);
    return made;
  };
}
