/** What each frame of a client does. */
import type { ClientFrame } from "@intentcast/protocol";
import type { Origin } from "../core/quotas.ts";
import { brief } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { SubscriptionIndex } from "../core/subscription-index.ts";
import type { Meter } from "../ports/meter.ts";
import type { Answers, Outcome } from "./answers.ts";
import type { Delivery } from "./deliver.ts";
import type { Entrance } from "./entrance.ts";
import type { Ingest } from "./ingest.ts";
import type { Wake } from "./query.ts";
import type { Outlet, Subscriber } from "./subscriber.ts";

/** What the conversations of a relay share. */
export type Services = {
  readonly entrance: Entrance;
  readonly ingest: Ingest;
  readonly delivery: Delivery;
  readonly wake: Wake;
  readonly standing: SubscriptionIndex<Subscriber>;
  readonly meter: Meter;
};

export type Requests = {
  readonly handle: (frame: ClientFrame) => void;
  /** Ends a subscription and says why; nothing if it has ended already. */
  readonly end: (number: number, code: string, detail: string) => void;
  /** Ends a subscription without a word; whether there was one. */
  readonly forget: (number: number) => boolean;
};

export function createRequests(
  session: Session<Outlet>,
  outlet: Outlet,
  from: Origin,
  { say, refuse, promise }: Answers,
  { entrance, ingest, delivery, wake, standing, meter }: Services,
): Requests {
  function forget(number: number): boolean {
    const ended = session.end(number);
    if (!ended.ok) return false;
    standing.remove(ended.value);
    meter.unsubscribed();
    return true;
  }

  function end(number: number, code: string, detail: string): void {
    if (forget(number)) say(["ended", number, code, brief(detail)]);
  }

  function subscribe([, number, filter, options]: Extract<ClientFrame, ["subscribe", ...unknown[]]>): void {
    const opened = session.subscribe(number, filter, options, delivery.position, outlet);
    if (opened.ok) {
      meter.subscribed();
      if (options.live) standing.add(opened.value, filter);
      wake(opened.value);
    } else if (opened.error.code === "subscription-taken") {
      // `ended` would say that the other subscription of this number is over.
      refuse(0, opened.error);
    } else {
      meter.rejected(opened.error.code);
      say(["ended", number, opened.error.code, brief(opened.error.detail)]);
    }
  }

  function grant(number: number, credit: number): void {
    const granted = session.grant(number, credit);
    if (granted.ok) wake(granted.value);
    else refuse(0, granted.error);
  }

  function unsubscribe(number: number): void {
    const ended = session.find(number);
    if (ended.ok) end(number, "unsubscribed", "");
    else refuse(0, ended.error);
  }

  function authenticate(mailbox: Uint8Array, signature: Uint8Array): Outcome {
    const entered = entrance.authenticate(from);
    return entered.ok ? session.authenticate(mailbox, signature) : entered;
  }

  function handle(frame: ClientFrame): void {
    switch (frame[0]) {
      case "publish":
        promise(frame[1], frame[2].length, ingest(frame[2], from));
        break;
      case "authenticate":
        promise(frame[1], 0, Promise.resolve(authenticate(frame[2], frame[3])));
        break;
      case "subscribe":
        subscribe(frame);
        break;
      case "credit":
        grant(frame[1], frame[2]);
        break;
      case "unsubscribe":
        unsubscribe(frame[1]);
        break;
    }
  }

  return { handle, end, forget };
}
