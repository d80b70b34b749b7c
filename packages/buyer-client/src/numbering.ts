/** Which numbers a buyer gives to intents, so that the seed alone finds them again (spec/03 §2.1). */
import { day, type Seconds, type UnixSeconds } from "@intentcast/protocol";

const week: Seconds = 7 * day;
const numbersAWeek = 4096;

/** As long as relays keep anything at the most. */
export const longestKept: Seconds = 30 * day;

/** The first number of the week in which this moment lies. */
export const firstIndexAt = (at: UnixSeconds): number => Math.floor(at / week) * numbersAWeek;

/** The first numbers of the weeks of which relays may still hold something, the earliest week first. */
export function recentFirstIndexes(now: UnixSeconds): readonly number[] {
  const earliest = firstIndexAt(Math.max(0, now - longestKept));
  const weeks = (firstIndexAt(now) - earliest) / numbersAWeek;
  return Array.from({ length: weeks + 1 }, (_, i) => earliest + i * numbersAWeek);
}
