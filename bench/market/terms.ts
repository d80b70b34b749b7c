/** The texts of terms that buyers hold sellers to, by their hashes: eight, of which the first few are in general use. */
import { createHash } from "node:crypto";
import { type Dice, zipf } from "./draw.ts";

const texts = Array.from({ length: 8 }, (_, i) =>
  Uint8Array.from(createHash("sha256").update(`terms ${i}`).digest()),
);

export const drawnTerms: (dice: Dice) => Uint8Array = zipf(texts, 1);
