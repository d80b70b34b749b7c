/** Relays that lose, repeat or reorder what they deliver, or end subscriptions wrongly. */
import type { RelayFrame } from "@intentcast/protocol";
import { type BrokenRelay, remembering, saying, subscribing } from "./broken-relay.ts";

const ending = (code: string, other: string) =>
  saying((frame) => [
    frame[0] === "ended" && frame[2] === code ? ["ended", frame[1], other, frame[3]] : frame,
  ]);

export const subscriptionRelays: readonly BrokenRelay[] = [
  {
    rule: "subscription/stored-then-live",
    it: "sends every two stored messages in the wrong order",
    told: /message 1 of 20, at position 1; came message, subscription 1, position 2/,
    faults: remembering(() => {
      let held: RelayFrame | undefined;
      return (frame) => {
        if (frame[0] !== "message") return [frame];
        const first = held;
        held = first === undefined ? frame : undefined;
        return first === undefined ? [] : [frame, first];
      };
    }),
  },
  {
    rule: "subscription/stored-then-live",
    it: "says at once that it has caught up",
    told: /message 1 of 20, at position 1; came caughtUp/,
    faults: {
      link: ({ toClient, toRelay }) => ({
        fromClient: (frame) => {
          if (frame[0] !== "subscribe") return [frame];
          toClient(["caughtUp", frame[1], 0]);
          toRelay(frame);
          return [];
        },
      }),
    },
  },
  {
    rule: "subscription/from-now",
    it: "begins at the beginning where no position is given",
    told: /caughtUp; came message, subscription 1/,
    faults: subscribing(([name, number, filter, options]) => [
      name,
      number,
      filter,
      { after: 0, ...options },
    ]),
  },
  {
    rule: "subscription/stored-only",
    it: "goes on live where that was not asked for",
    told: /ended with complete for the subscription; came message/,
    faults: subscribing(([name, number, filter, options]) => [
      name,
      number,
      filter,
      { ...options, live: true },
    ]),
  },
  {
    rule: "subscription/stored-only",
    it: "has another word for complete",
    told: /ended with complete for the subscription; came ended, subscription 1: done/,
    faults: ending("complete", "done"),
  },
  {
    rule: "subscription/caught-up",
    it: "says that it has caught up before the last message",
    told: /message 2 of 2, at position 6; came caughtUp/,
    faults: remembering(() => {
      let held: RelayFrame | undefined;
      return (frame) => {
        const before = held === undefined ? [] : [held];
        held = frame[0] === "message" && frame[2] === 6 ? frame : undefined;
        if (held !== undefined) return before;
        return frame[0] === "caughtUp" ? [frame, ...before] : [...before, frame];
      };
    }),
  },
  {
    rule: "subscription/caught-up",
    it: "has caught up with positions that nothing has yet",
    told: /caughtUp before position 7, which came later; came caughtUp at 106/,
    faults: saying((frame) => [frame[0] === "caughtUp" ? [frame[0], frame[1], frame[2] + 100] : frame]),
  },
  {
    rule: "subscription/caught-up",
    it: "says that it has caught up when the credit is used up",
    told: /no caughtUp while stored messages wait for credit; came caughtUp/,
    faults: saying((frame) =>
      frame[0] === "message" && frame[2] === 4 ? [frame, ["caughtUp", frame[1], 4]] : [frame],
    ),
  },
  {
    rule: "subscription/hand-over",
    it: "loses what comes while it changes from stored to live",
    told: /message \d+ of 180, at position \d+; came message/,
    faults: remembering(() => {
      let hasCaughtUp = false;
      return (frame) => {
        const isLost = hasCaughtUp && frame[0] === "message";
        hasCaughtUp = frame[0] === "caughtUp";
        return isLost ? [] : [frame];
      };
    }),
  },
  {
    rule: "subscription/hand-over",
    it: "delivers again what it served from the store just before",
    told: /no message at or before position \d+, up to which all was said to be sent; came message|each message once; came message/,
    faults: remembering(() => {
      let last: RelayFrame | undefined;
      return (frame) => {
        if (frame[0] === "message") last = frame;
        return frame[0] === "caughtUp" && last !== undefined ? [frame, last] : [frame];
      };
    }),
  },
  {
    rule: "subscription/number-taken",
    it: "ends a subscription whose number is asked for again",
    told: /subscription-taken for a number in use; came ended, subscription 1/,
    faults: saying((frame) => [
      frame[0] === "rejected" && frame[3] === "subscription-taken" ? ["ended", 1, frame[3], ""] : frame,
    ]),
  },
  {
    rule: "subscription/number-taken",
    it: "puts the new subscription in the place of the old",
    told: /subscription-taken for a number in use; came nothing.*caughtUp/,
    isSilent: true,
    faults: {
      link: ({ toRelay }) => {
        const inUse = new Set<number>();
        return {
          fromClient: (frame) => {
            if (frame[0] !== "subscribe") return [frame];
            if (inUse.has(frame[1])) toRelay(["unsubscribe", frame[1]]);
            inUse.add(frame[1]);
            return [frame];
          },
          fromRelay: (frame) => (frame[0] === "ended" && frame[2] === "unsubscribed" ? [] : [frame]),
        };
      },
    },
  },
  {
    rule: "subscription/number-unknown",
    it: "hangs up on who grants credit to nothing",
    told: /accepted for a message published after that|subscription-unknown for unsubscribe.*; came the end of the connection/,
    faults: {
      link: ({ closeClient }) => ({
        fromRelay: (frame) => {
          if (frame[0] === "rejected") setImmediate(closeClient, 1002);
          return [frame];
        },
      }),
    },
  },
  {
    rule: "subscription/unsubscribe",
    it: "says that a subscription has ended and goes on sending",
    told: /nothing after ended .*; came message/,
    faults: {
      link: ({ toClient }) => ({
        fromClient: (frame) => {
          if (frame[0] !== "unsubscribe") return [frame];
          toClient(["ended", frame[1], "unsubscribed", ""]);
          return [];
        },
      }),
    },
  },
  {
    rule: "subscription/unsubscribe",
    it: "calls it complete when a client unsubscribes",
    told: /ended with unsubscribed for the subscription; came ended, subscription 1: complete/,
    faults: ending("unsubscribed", "complete"),
  },
];
