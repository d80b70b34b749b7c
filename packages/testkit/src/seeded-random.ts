/** Randomness that repeats: for tests alone, as anybody who knows the seed can foretell it. */
import { createHash } from "node:crypto";
import type { Random } from "@intentcast/protocol";

/** Bytes that depend only on the seed and on how many were taken before: SHA-256 over the seed and a counter. */
export function seededRandom(seed: number | string): Random {
  let block = 0;
  let rest = new Uint8Array(0);
  return (length) => {
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (rest.length === 0)
        rest = new Uint8Array(createHash("sha256").update(`${seed}/${block++}`).digest());
      const part = rest.subarray(0, length - filled);
      taken.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
    return taken;
  };
}
