/** Sending to a subscriber: one encoded frame for however many take the message, and never more than it can hold. */
import { messageFrames } from "@intentcast/protocol";
import type { Subscription } from "../core/subscription.ts";

/** Where a subscription's frames go: its connection, as the flow sees it. */
export type Outlet = {
  readonly send: (frame: Uint8Array) => void;
  /** Whether so much lies unsent that nothing may be added for a subscription. */
  readonly isFull: () => boolean;
  /** Ends one of the connection's subscriptions, with `complete` or a reject code. */
  readonly end: (number: number, code: string, detail: string) => void;
};

export type Subscriber = Subscription<Outlet>;

export const canTake = ({ credit, to }: Subscriber): boolean => credit > 0 && !to.isFull();

/** Gives a subscriber the message at a position. */
export function send(subscriber: Subscriber, position: number, frames: (number: number) => Uint8Array): void {
  subscriber.to.send(frames(subscriber.number));
  subscriber.credit -= 1;
  subscriber.position = position;
}

/** The frames for one message: none before it is asked for, and one for all subscriptions of a number. */
export function framesOf(position: number, bytes: Uint8Array): (number: number) => Uint8Array {
  let encode: ((number: number) => Uint8Array) | undefined;
  const encoded = new Map<number, Uint8Array>();
  return (number) => {
    encode ??= messageFrames(position, bytes);
    const frame = encoded.get(number) ?? encode(number);
    encoded.set(number, frame);
    return frame;
  };
}
