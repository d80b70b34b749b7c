/** Frames in both directions: what is understood encodes back to its bytes, the rest is refused at stage frame. */
import {
  type ClientFrame,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  equalBytes,
  type Filter,
  type RelayFrame,
} from "@intentcast/protocol";
import { filterPairs, itemOf, signedMessages } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { profileBytes } from "../profile-bytes.ts";
import { checkReject, verdictOf } from "../promises.ts";
import { demand, type Target } from "../target.ts";
import { encodeIfPossible, mutateValue } from "../values.ts";

const id = new Uint8Array(32).fill(1);
const limits = {
  frame: 65_536,
  message: 33_280,
  subscriptions: 100,
  filterTerms: 1000,
  credit: 1000,
  mailboxes: 100,
  lifetime: 2_592_000,
  skew: 300,
};
const [message = id] = signedMessages;
const frames: readonly (ClientFrame | RelayFrame)[] = [
  ["publish", 1, message],
  ...filterPairs.map(
    ([filter]): ClientFrame => ["subscribe", 2, filter as Filter, { live: true, credit: 10 }],
  ),
  ["subscribe", 3, {}, { after: 7, live: false, credit: 0 }],
  ["credit", 4, 100],
  ["unsubscribe", 5],
  ["authenticate", 6, id, new Uint8Array(64)],
  [
    "hello",
    {
      version: 1,
      name: "relay.example:7447",
      software: "intentcast-relay",
      challenge: id,
      store: new Uint8Array(16),
      position: 9,
      time: 1_795_435_200,
      limits,
    },
  ],
  ["accepted", 7, { id, position: 3, matched: 2, duplicate: true }],
  ["rejected", 8, "admit", "expired", "", 0],
  ["message", 9, 4, message],
  ["caughtUp", 10, 12],
  ["ended", 11, "complete", ""],
];
const encoded = frames.map(encodeFrame);

function make(dice: Dice): Uint8Array {
  switch (dice.below(8)) {
    case 0:
      return dice.bytes(dice.below(100));
    case 1:
      return profileBytes(dice, 5, 0.01);
    case 2:
    case 3:
      return mutate(dice.pick(encoded), dice, encoded);
    default:
      return encodeIfPossible(mutateValue(itemOf(dice.pick(encoded)), dice));
  }
}

function check(input: Uint8Array): string {
  const client = decodeClientFrame(input);
  const relay = decodeRelayFrame(input);
  demand(!(client.ok && relay.ok), "no frame is both a client's and a relay's");
  for (const result of [client, relay]) {
    if (result.ok)
      demand(equalBytes(encodeFrame(result.value), input), "a frame is the one encoding of itself");
    else checkReject(result.error, ["frame"]);
  }
  return verdictOf(client.ok ? client : relay);
}

export const frame: Target = { count: 250_000, make, check };
