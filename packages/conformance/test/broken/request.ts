/** Relays that answer in the wrong order, or say the wrong thing of what they have taken. */
import { type ClientFrame, type RelayFrame, toHex } from "@intentcast/protocol";
import { type BrokenRelay, granting, refusing, remembering, saying } from "./broken-relay.ts";

/** All of a message but its signature: what its id is a hash of, and more. */
const unsigned = (bytes: Uint8Array): string => toHex(bytes.subarray(0, -64));

export const requestRelays: readonly BrokenRelay[] = [
  {
    rule: "request/answers-in-order",
    it: "answers the second request before the first",
    told: /an answer to ref 1, as the next answer; came .* ref 2/,
    faults: remembering(() => {
      let held: RelayFrame | undefined;
      return (frame) => {
        if (frame[0] !== "accepted" && frame[0] !== "rejected") return [frame];
        const first = held;
        held = first === undefined ? frame : undefined;
        return first === undefined ? [] : [frame, first];
      };
    }),
  },
  {
    rule: "request/answers-in-order",
    it: "answers twice",
    told: /an answer to ref 2, as the next answer; came .* ref 1/,
    faults: saying((frame) => (frame[0] === "accepted" ? [frame, frame] : [frame])),
  },
  {
    rule: "request/effect-in-order",
    it: "takes up subscriptions when there is nothing else to do",
    told: /matched 1: the subscription sent just before; came matched 0/,
    faults: {
      link: ({ toRelay }) => {
        const waiting: ClientFrame[] = [];
        return {
          fromClient: (frame) => {
            if (frame[0] !== "subscribe") return [frame];
            waiting.push(frame);
            return [];
          },
          fromRelay: (frame) => {
            if (frame[0] === "accepted" && frame[2].id !== undefined) waiting.splice(0).forEach(toRelay);
            return [frame];
          },
        };
      },
    },
  },
  {
    rule: "request/goes-on",
    it: "hangs up on who has a message refused",
    told: /came the end of the connection, 1008/,
    faults: {
      link: ({ closeClient }) => ({
        fromRelay: (frame) => {
          if (frame[0] === "rejected") setImmediate(closeClient, 1008);
          return [frame];
        },
      }),
    },
  },
  {
    rule: "publish/accepted",
    it: "tells an id of its own",
    told: /accepted for a intent with the id/,
    faults: granting((told) => ({ ...told, id: new Uint8Array(32) })),
  },
  {
    rule: "publish/accepted",
    it: "does not say how many subscriptions a message matched",
    told: /with matched/,
    faults: granting(({ matched: _, ...told }) => told),
  },
  {
    rule: "publish/accepted",
    it: "takes no profiles",
    told: /accepted for a profile; came admit\/not-carried/,
    faults: {
      link: ({ toClient }) => ({
        fromClient: (frame) => {
          const isProfile =
            frame[0] === "publish" && Buffer.from(frame[2]).includes("intentcast.profile+cbor");
          if (isProfile) toClient(["rejected", frame[1], "admit", "not-carried", "", 0]);
          return isProfile ? [] : [frame];
        },
      }),
    },
  },
  {
    rule: "publish/matched",
    it: "counts only subscriptions that have credit",
    told: /matched 2: one subscription with credit, one without; came matched 1/,
    faults: granting((told) => ({ ...told, ...(told.matched && { matched: told.matched - 1 }) })),
  },
  {
    rule: "publish/duplicate",
    it: "takes a message twice",
    told: /a duplicate at position \d+ for the same bytes; came position \d+$/,
    faults: granting(({ duplicate, ...told }) => (duplicate ? { ...told, matched: 0 } : told)),
  },
  {
    rule: "publish/duplicate",
    it: "takes another signature for another message",
    told: /a duplicate at position \d+ for the same message with another signature/,
    faults: {
      link: () => {
        const asked = new Map<number, string>();
        const known = new Set<string>();
        return {
          fromClient: (frame) => {
            if (frame[0] === "publish") asked.set(frame[1], toHex(frame[2]));
            return [frame];
          },
          fromRelay: (frame) => {
            if (frame[0] !== "accepted" || frame[2].id === undefined) return [frame];
            const bytes = asked.get(frame[1]) ?? "";
            const isNew = frame[2].duplicate && known.size > 0 && !known.has(bytes);
            known.add(bytes);
            const { duplicate: _, ...told } = frame[2];
            return [isNew ? ["accepted", frame[1], { ...told, matched: 1 }] : frame];
          },
        };
      },
    },
  },
  {
    rule: "publish/duplicate",
    it: "delivers a message each time that it is published",
    told: /no second delivery of a message; came message/,
    faults: remembering(() => {
      let last: RelayFrame | undefined;
      return (frame) => {
        if (frame[0] === "message") last = frame;
        return frame[0] === "accepted" && frame[2].duplicate && last ? [last, frame] : [frame];
      };
    }),
  },
  {
    rule: "publish/forgery",
    it: "looks for a message by its id before it verifies",
    told: /rejected at verify for a forgery; came accepted/,
    faults: {
      link: ({ toClient }) => {
        const known = new Map<string, RelayFrame>();
        const asked = new Map<number, string>();
        return {
          fromClient: (frame) => {
            if (frame[0] !== "publish") return [frame];
            const [, ref, bytes] = frame;
            const answer = known.get(unsigned(bytes));
            asked.set(ref, unsigned(bytes));
            if (answer?.[0] !== "accepted") return [frame];
            toClient(["accepted", ref, { ...answer[2], duplicate: true }]);
            return [];
          },
          fromRelay: (frame) => {
            if (frame[0] === "accepted") known.set(asked.get(frame[1]) ?? "", frame);
            return [frame];
          },
        };
      },
    },
  },
  {
    rule: "publish/forgery",
    it: "remembers what it has refused by its id",
    told: /accepted for a message of which a forgery came first; came rejected/,
    faults: {
      link: ({ toClient }) => {
        const refused = new Map<string, RelayFrame>();
        const taken = new Set<string>();
        const asked = new Map<number, string>();
        return {
          fromClient: (frame) => {
            if (frame[0] !== "publish") return [frame];
            const id = unsigned(frame[2]);
            asked.set(frame[1], id);
            const answer = taken.has(id) ? undefined : refused.get(id);
            if (answer?.[0] !== "rejected") return [frame];
            toClient(["rejected", frame[1], answer[2], answer[3], answer[4], answer[5]]);
            return [];
          },
          fromRelay: (frame) => {
            if (frame[0] === "accepted") taken.add(asked.get(frame[1]) ?? "");
            if (frame[0] === "rejected") refused.set(asked.get(frame[1]) ?? "", frame);
            return [frame];
          },
        };
      },
    },
  },
  {
    rule: "refusal/retry-after",
    it: "invites everybody to try again",
    told: /retryAfter 0 for no bytes; came retryAfter 5/,
    faults: refusing(([name, ref, stage, code, detail]) => [name, ref, stage, code, detail, 5]),
  },
  {
    rule: "refusal/retry-after",
    it: "never invites anybody to try again",
    told: /a retryAfter above 0 for a message of the future; came retryAfter 0/,
    faults: refusing(([name, ref, stage, code, detail]) => [name, ref, stage, code, detail, 0]),
  },
  {
    rule: "refusal/retry-after",
    it: "refuses too many requests and does not say until when",
    told: /a retryAfter above 0 from a relay that is busy; came rate-limited, 0/,
    faults: {
      relay: () => ({ quotas: { connection: { perSecond: 1, burst: 1 } } }),
      ...refusing(([name, ref, stage, code, detail]) => [name, ref, stage, code, detail, 0]),
    },
  },
];
