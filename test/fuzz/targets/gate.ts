/** The gate and the codec behind it: what passes encodes back to its bytes, and a second reading agrees. */
import { isDeepStrictEqual } from "node:util";
import { decodeValue, encodeValue, equalBytes, maxBodyBytes } from "@intentcast/protocol";
import { Decoder } from "cbor-x";
import { checkProfile } from "../../../packages/protocol/src/cbor/profile.ts";
import { items } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { profileBytes } from "../profile-bytes.ts";
import { checkReject, demandSame, verdictOf } from "../promises.ts";
import { isInProfile } from "../reference-profile.ts";
import { demand, type Target } from "../target.ts";

const cborX = new Decoder({ useRecords: false, mapsAsObjects: true, copyBuffers: true });

function make(dice: Dice): Uint8Array {
  switch (dice.below(8)) {
    case 0:
      return dice.bytes(dice.below(64));
    case 1:
    case 2:
      return mutate(dice.pick(items), dice, items);
    case 3:
      return profileBytes(dice, 6, 0);
    case 4:
      return mutate(profileBytes(dice, 6, 0), dice, items);
    default:
      return profileBytes(dice, 7, 0.03);
  }
}

function check(input: Uint8Array): string {
  const gate = checkProfile(input, maxBodyBytes);
  const decoded = decodeValue(input, maxBodyBytes);
  demand(
    gate.ok === isInProfile(input, maxBodyBytes),
    "the gate and the second reading of the profile agree",
  );
  if (!gate.ok) {
    checkReject(gate.error, ["decode"]);
    demandSame(decoded, gate, "decodeValue refuses as the gate does");
  } else {
    demand(decoded.ok, "what passes the gate decodes");
    demand(equalBytes(encodeValue(decoded.value), input), "what passes the gate encodes to the same bytes");
    // Only behind the gate: in front of it cbor-x can be made to run out of memory.
    const theirs: unknown = cborX.decode(input);
    demand(isDeepStrictEqual(likeCborX(theirs), likeCborX(decoded.value)), "cbor-x reads the same value");
  }
  return verdictOf(gate);
}

/** A value after the two known habits of cbor-x: integers of eight bytes as BigInt, a U+FEFF lost at a text's start. */
function likeCborX(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") return value.replace(/^\ufeff+/, "");
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(likeCborX);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, likeCborX(item)]));
}

export const gate: Target = { count: 500_000, make, check };
