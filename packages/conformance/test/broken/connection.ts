/** Relays that open connections wrongly, or do not know a frame when they see one. */
import { encodeValue, type RelayFrame } from "@intentcast/protocol";
import type { Link } from "../faulty-relay.ts";
import { type BrokenRelay, misstating, renaming, saying } from "./broken-relay.ts";

const hello = (change: (hello: Extract<RelayFrame, ["hello", ...unknown[]]>[1]) => object) => ({
  link: ({ toClientRaw }: Link) => ({
    fromRelay: (frame: RelayFrame) => {
      if (frame[0] !== "hello") return [frame];
      toClientRaw(encodeValue(["hello", change(frame[1])]));
      return [];
    },
  }),
});

export const connectionRelays: readonly BrokenRelay[] = [
  {
    rule: "connection/subprotocol",
    it: "takes a client that offers no subprotocol",
    told: /handshake refused that offers no subprotocol.*HTTP 101/,
    faults: { choose: (offered) => (offered.has("intentcast.v1") ? "intentcast.v1" : false) },
  },
  {
    rule: "connection/subprotocol",
    it: "speaks whatever is offered first",
    told: /with the subprotocol intentcast\.v1; came HTTP 101, subprotocol other\.v1/,
    faults: { choose: ([first = ""]) => first },
  },
  {
    rule: "connection/no-compression",
    it: "compresses where the client offers it",
    told: /extensions permessage-deflate/,
    faults: { compresses: true },
  },
  {
    rule: "connection/hello",
    it: "says something before hello",
    told: /hello as the first frame; came caughtUp/,
    faults: saying((frame) => (frame[0] === "hello" ? [["caughtUp", 1, 0], frame] : [frame])),
  },
  {
    rule: "connection/hello",
    it: "tells no limit of its skew",
    told: /hello; came a frame that is none.*skew/,
    faults: hello(({ limits: { skew: _, ...limits }, ...rest }) => ({ ...rest, limits })),
  },
  {
    rule: "connection/hello",
    it: "has a name without a port",
    told: /the host and port of .* as name; came the name relay/,
    faults: hello((told) => ({ ...told, name: "relay" })),
  },
  {
    rule: "connection/challenge",
    it: "has one challenge for all",
    told: /five different challenges/,
    faults: hello((told) => ({ ...told, challenge: new Uint8Array(32) })),
  },
  {
    rule: "connection/pong",
    it: "does not answer pings",
    told: /a pong; came nothing/,
    isSilent: true,
    faults: { ignoresPings: true },
  },
  {
    rule: "frame/not-binary",
    it: "calls text malformed",
    told: /frame\/frame-not-binary for a text message; came rejected, ref 0: frame\/frame-malformed/,
    faults: renaming("frame-not-binary", ["frame", "frame-malformed"]),
  },
  {
    rule: "frame/not-binary",
    it: "closes with 1000 after text",
    told: /close code 1003 after a text message; came close code 1000/,
    faults: { link: () => ({ closing: () => 1000 }) },
  },
  {
    rule: "frame/too-large",
    it: "reads larger frames than it says",
    told: /the end of the connection after a frame of 30001 bytes; came rejected, ref/,
    faults: misstating({ frame: 30_000 }, {}),
  },
  {
    rule: "frame/too-large",
    it: "refuses frames that are as large as it says",
    told: /an answer to a frame of 65536 bytes; came/,
    faults: misstating({ frame: 65_536 }, { frame: 65_535 }),
  },
  {
    rule: "frame/malformed",
    it: "makes the best of a frame with a part too many",
    told: /frame-malformed for a frame with a part too many; came rejected, ref 0: session\/subscription-unknown/,
    faults: {
      link: ({ toRelay }) => ({
        unreadable: (data) => {
          const isIt = Buffer.from(data).equals(encodeValue(["unsubscribe", 1, 2]));
          if (isIt) toRelay(["unsubscribe", 1]);
          return isIt;
        },
      }),
    },
  },
  {
    rule: "frame/malformed",
    it: "says nothing of an empty message and hangs up",
    told: /frame-malformed for an empty message; came the end of the connection/,
    faults: saying((frame) => (frame[0] === "rejected" ? [] : [frame])),
  },
  {
    rule: "frame/filter",
    it: "ends a subscription with a malformed filter and goes on",
    told: /frame-malformed for a filter with a field that there is not; came ended, subscription 1: filter-form/,
    faults: {
      link: ({ toClient }) => ({
        unreadable: () => {
          toClient(["ended", 1, "filter-form", ""]);
          return true;
        },
      }),
    },
  },
  {
    rule: "frame/unknown",
    it: "calls a frame of another name malformed",
    told: /frame-unknown for a frame of another name; came rejected, ref 0: frame\/frame-malformed/,
    faults: renaming("frame-unknown", ["frame", "frame-malformed"]),
  },
  {
    rule: "frame/vectors",
    it: "knows no credit of 0",
    told: /an answer to what comes after the vector frame\/.*; came rejected, ref 0: frame\/frame-malformed/,
    faults: {
      link: ({ toClient }) => ({
        fromClient: (frame) => {
          if (frame[0] !== "credit" || frame[2] > 0) return [frame];
          toClient(["rejected", 0, "frame", "frame-malformed", "", 0]);
          return [];
        },
      }),
    },
  },
  {
    rule: "frame/nothing-after",
    it: "takes a message that stands behind an unreadable frame",
    told: /a message that is new; came one that had been published behind an unreadable frame/,
    faults: {
      link: ({ toRelayRaw }) => {
        let unreadable: Uint8Array | string | undefined;
        return {
          unreadable: (data) => {
            unreadable = data;
            return true;
          },
          fromRelay: (frame) => {
            if (frame[0] !== "accepted" || unreadable === undefined) return [frame];
            toRelayRaw(unreadable);
            return [];
          },
        };
      },
    },
  },
];
