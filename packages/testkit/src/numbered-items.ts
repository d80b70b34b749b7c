/** Items of sets to reconcile that anybody can make again: each follows from its number. */
import { createHash } from "node:crypto";
import { ItemSet } from "@intentcast/negentropy";
import { toHex } from "@intentcast/protocol";

export type Item = { readonly timestamp: number | bigint; readonly id: Uint8Array };

/** Item number n has the SHA-256 of the text `item n` as its id, and every four items share a timestamp. */
export const itemOf = (number: number): Item => ({
  timestamp: 1_795_435_200 + Math.floor(number / 4),
  id: new Uint8Array(createHash("sha256").update(`item ${number}`).digest()),
});

/** The numbers that a text such as `0-39 50 60-69` names. */
export const numbersOf = (text: string): number[] =>
  text
    .split(" ")
    .filter((part) => part !== "")
    .flatMap((part) => {
      const [first = 0, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });

export const itemsOf = (text: string): Item[] => numbersOf(text).map(itemOf);

export function setOf(items: Iterable<Item>): ItemSet {
  const set = new ItemSet();
  for (const { timestamp, id } of items) set.add(timestamp, id);
  return set;
}

/** Ids as sorted hex, so that lists of them compare. */
export const sortedHex = (ids: Iterable<Uint8Array>): string[] => Array.from(ids, toHex).sort();
