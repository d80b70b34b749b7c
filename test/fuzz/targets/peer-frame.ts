/** Frames between relays, of gossip, of a sync and of a peer exchange: what is understood encodes back to its bytes, the rest is refused. */
import { encodeValue, equalBytes, type Reject, type Result } from "@intentcast/protocol";
import {
  decodeGossipFrame,
  encodeGossipFrame,
  maxGossipFrameBytes,
} from "../../../packages/relay/src/core/gossip-frame.ts";
import {
  decodePeersFrame,
  encodePeersFrame,
  maxPeersFrameBytes,
} from "../../../packages/relay/src/core/peers-frame.ts";
import {
  decodeSyncFrame,
  encodeSyncFrame,
  isReconciling,
  maxSyncFrameBytes,
} from "../../../packages/relay/src/core/sync-frame.ts";
import { bytesOf } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { profileBytes } from "../profile-bytes.ts";
import { checkReject, verdictOf } from "../promises.ts";
import { demand, type Target } from "../target.ts";
import { encodeIfPossible, mutateValue } from "../values.ts";

/** Of how many things a frame may hold so many, and one more or less. */
const counts = [0, 1, 2, 31, 32, 33, 1023, 1024, 1025];
const topics = ["close", "profile", "intent:00", "intent:1f", "intent:20", "mail:7", "mail:8", "intent:1F"];

const seeds = bytesOf("gossip-frame", "sync-frame", "peers-frame").filter(({ length }) => length < 1000);

const many = <T>(dice: Dice, make: () => T): T[] => Array.from({ length: dice.pick(counts) }, make);
const idOf = (dice: Dice): Uint8Array => dice.bytes(dice.chance(0.999) ? 32 : dice.pick([0, 31, 33]));
const messageOf = (dice: Dice): Uint8Array => dice.bytes(dice.below(dice.chance(0.05) ? 3000 : 40));

const inventions: readonly ((dice: Dice) => readonly unknown[])[] = [
  (dice) => ["topic", dice.pick(topics)],
  (dice) => ["want", many(dice, () => idOf(dice))],
  (dice) => ["messages", dice.pick(counts), many(dice, () => messageOf(dice))],
  () => ["end"],
  (dice) => many(dice, () => messageOf(dice)),
];

/** Frames of a byte too many, or nearly. */
const atLimits = (dice: Dice): Uint8Array =>
  new Uint8Array(dice.pick([maxGossipFrameBytes, maxSyncFrameBytes]) + dice.below(2)).fill(
    dice.pick([0x00, 0x40, 0x81]),
  );

function make(dice: Dice): Uint8Array {
  if (dice.chance(0.0005)) return atLimits(dice);
  const invented = (): readonly unknown[] => dice.pick(inventions)(dice);
  switch (dice.below(8)) {
    case 0:
      return dice.bytes(dice.below(100));
    case 1:
      return profileBytes(dice, 4, 0.01);
    case 2:
    case 3:
      return mutate(dice.pick(seeds), dice, seeds);
    case 4:
      return mutate(encodeValue(invented()), dice, seeds);
    case 5:
      return encodeValue(invented());
    default:
      return encodeIfPossible(mutateValue(invented(), dice)) ?? new Uint8Array(0);
  }
}

type Reader<T> = {
  readonly limit: number;
  readonly decode: (bytes: Uint8Array) => Result<T, Reject>;
  readonly encode: (frame: T) => Uint8Array;
};

/** A frame is taken where it is the one encoding of what it says, and within its limit; else it is refused at stage frame. */
function checkFrame<T>(input: Uint8Array, { limit, decode, encode }: Reader<T>): Result<T, Reject> {
  const frame = decode(input);
  if (frame.ok) {
    demand(input.length <= limit, "a frame stays within its limit");
    demand(equalBytes(encode(frame.value), input), "a frame is the one encoding of itself");
    demand(!isReconciling(input), "a frame is none of a reconciliation");
  } else {
    checkReject(frame.error, ["frame"]);
    const isTooLarge = frame.error.code === "frame-too-large";
    demand(
      isTooLarge === input.length > limit,
      "a frame is too large where it is above the limit, and only there",
    );
  }
  return frame;
}

function check(input: Uint8Array): string {
  const gossip = checkFrame(input, {
    limit: maxGossipFrameBytes,
    decode: decodeGossipFrame,
    encode: encodeGossipFrame,
  });
  const sync = checkFrame(input, {
    limit: maxSyncFrameBytes,
    decode: decodeSyncFrame,
    encode: encodeSyncFrame,
  });
  const peers = checkFrame(input, {
    limit: maxPeersFrameBytes,
    decode: decodePeersFrame,
    encode: encodePeersFrame,
  });
  demand(!(sync.ok && (gossip.ok || peers.ok)), "no frame of a sync is one of gossip or of an exchange");
  demand(!gossip.ok || peers.ok, "a frame of gossip has the form of one of an exchange");
  return verdictOf(sync.ok ? sync : peers);
}

export const peerFrame: Target = { count: 150_000, make, check };
