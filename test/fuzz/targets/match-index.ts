/** The relay's subscription index: through any history it finds what the oracle finds. An input is a history's tape. */
import { seededRandom } from "@intentcast/testkit";
import { matchIndex } from "../../../packages/relay/src/core/index/match-index.ts";
import { liveThrough } from "../../../packages/relay/test/index-history.ts";
import { tapeOf } from "../../../packages/relay/test/tape.ts";
import type { Dice } from "../dice.ts";
import { Finding, type Target } from "../target.ts";

const make = (dice: Dice): Uint8Array => dice.bytes(50 + dice.below(dice.chance(0.05) ? 20_000 : 1200));

function check(input: Uint8Array): string {
  const { messages, found } = liveThrough(tapeOf(input), matchIndex(seededRandom(1)), (what) => {
    throw new Finding(what);
  });
  return messages > 0 && found > 0 ? "accepted, found some" : "accepted, found none";
}

export const index: Target = { count: 20_000, make, check };
