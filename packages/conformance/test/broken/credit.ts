/** Relays that count credit wrongly, or lose what waits for it. */
import type { ClientFrame } from "@intentcast/protocol";
import type { Faults, Hooks } from "../faulty-relay.ts";
import { type BrokenRelay, hearing } from "./broken-relay.ts";

/** Gives the relay all the credit there is, and minds the client's itself. */
const minding = (
  mind: (credit: Map<number, number>) => Required<Pick<Hooks, "fromRelay">>["fromRelay"],
): Faults => ({
  link: () => {
    const credit = new Map<number, number>();
    return {
      fromClient: (frame) => {
        if (frame[0] === "subscribe") {
          credit.set(frame[1], frame[3].credit);
          return [["subscribe", frame[1], frame[2], { ...frame[3], credit: 10_000 }]];
        }
        if (frame[0] === "credit") credit.set(frame[1], (credit.get(frame[1]) ?? 0) + frame[2]);
        return frame[0] === "credit" ? [] : [frame];
      },
      fromRelay: mind(credit),
    };
  },
});

export const creditRelays: readonly BrokenRelay[] = [
  {
    rule: "credit/never-more",
    it: "sends one message more than it may",
    told: /nothing at credit 0; came message|no message beyond the credit granted; came message/,
    faults: hearing((frame) => [
      frame[0] === "subscribe"
        ? ["subscribe", frame[1], frame[2], { ...frame[3], credit: frame[3].credit + 1 }]
        : frame,
    ]),
  },
  {
    rule: "credit/never-more",
    it: "minds no credit on live messages",
    told: /nothing at credit 0; came message/,
    faults: hearing((frame) => [
      frame[0] === "subscribe" && frame[3].after === undefined
        ? ["subscribe", frame[1], frame[2], { ...frame[3], credit: 10_000 }]
        : frame,
    ]),
  },
  {
    rule: "credit/adds-up",
    it: "takes a grant for the whole credit",
    told: /message 4 of 6, at position 4; came nothing/,
    isSilent: true,
    faults: {
      link: () => {
        const credit = new Map<number, number>();
        return {
          fromClient: (frame) => {
            if (frame[0] === "subscribe") credit.set(frame[1], frame[3].credit);
            if (frame[0] !== "credit") return [frame];
            const more = frame[2] - (credit.get(frame[1]) ?? 0);
            credit.set(frame[1], Math.max(frame[2], credit.get(frame[1]) ?? 0));
            return more > 0 ? [["credit", frame[1], more]] : [];
          },
        };
      },
    },
  },
  {
    rule: "credit/goes-on",
    it: "drops what comes for a reader without credit",
    told: /message 1 of 3, at position 3; came/,
    faults: minding((credit) => (frame) => {
      if (frame[0] !== "message") return [frame];
      const left = credit.get(frame[1]) ?? 0;
      credit.set(frame[1], Math.max(0, left - 1));
      return left > 0 ? [frame] : [];
    }),
  },
  {
    rule: "credit/free-frames",
    it: "says that it has caught up only to who has credit",
    told: /caughtUp; came nothing/,
    isSilent: true,
    faults: {
      link: () => {
        const none = new Set<number>();
        return {
          fromClient: (frame) => {
            if (frame[0] === "subscribe" && frame[3].credit === 0) none.add(frame[1]);
            return [frame];
          },
          fromRelay: (frame) => (frame[0] === "caughtUp" && none.has(frame[1]) ? [] : [frame]),
        };
      },
    },
  },
  {
    rule: "credit/caught-up-again",
    it: "says once that it has caught up, and never again",
    told: /caughtUp; came nothing/,
    isSilent: true,
    faults: {
      link: () => {
        const said = new Set<number>();
        return {
          fromRelay: (frame) => {
            if (frame[0] !== "caughtUp") return [frame];
            const isFirst = !said.has(frame[1]);
            said.add(frame[1]);
            return isFirst ? [frame] : [];
          },
        };
      },
    },
  },
  {
    rule: "credit/unsubscribe",
    it: "sends what waited before it ends a subscription",
    told: /no message beyond the credit granted; came message/,
    faults: {
      link: ({ toRelay }) => {
        let unsubscribe: ClientFrame | undefined;
        return {
          fromClient: (frame) => {
            if (frame[0] !== "unsubscribe") return [frame];
            unsubscribe = frame;
            return [["credit", frame[1], 100]];
          },
          fromRelay: (frame) => {
            // What waited is through.
            if (frame[0] === "caughtUp" && unsubscribe !== undefined) toRelay(unsubscribe);
            return [frame];
          },
        };
      },
    },
  },
];
