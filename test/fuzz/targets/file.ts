/** Files that a user may hand us: an exported journal. What is read writes back to its bytes; the rest fails politely. */
import { encodeValue, equalBytes } from "@intentcast/protocol";
import { decodeExport, encodeExport } from "../../../packages/cli/src/export-file.ts";
import { Failure } from "../../../packages/cli/src/failure.ts";
import { items } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { demand, type Target } from "../target.ts";
import { mutateValue } from "../values.ts";

const entries = [
  { position: 1, kind: "intent", key: "intent/0", value: Uint8Array.of(0xa0) },
  { position: 2, kind: "sent", value: new Uint8Array(300) },
  { position: 7, kind: "", key: "", value: new Uint8Array(0) },
];
const whole = { intentcastJournal: 1, entries };

function make(dice: Dice): Uint8Array {
  const value = dice.chance(0.8) ? mutateValue(whole, dice) : whole;
  try {
    const bytes = encodeValue(value);
    return dice.chance(0.3) ? mutate(bytes, dice, items) : bytes;
  } catch (error) {
    if (error instanceof TypeError) return new Uint8Array(0);
    throw error;
  }
}

function check(input: Uint8Array): string {
  try {
    const read = decodeExport(input);
    demand(equalBytes(encodeExport(read), input), "an export is the one encoding of its entries");
    return "accepted";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    demand(!/\p{Cc}/u.test(error.message), "a failure cannot drive a terminal");
    return "refused";
  }
}

export const file: Target = { count: 30_000, make, check };
