/** The 32-byte root seed that all keys of a buyer or a seller come from, and its backup on paper (spec/03-keys). */
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Random } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";

const seedBytes = 32;
const seedWords = 24;

/** Unicode's own property: JavaScript's white space is another, with U+FEFF and without U+0085. */
const unbroken = /\P{White_Space}+/gu;

/** A new root seed: 32 bytes of `random`, which must be unpredictable. */
export const newSeed = (random: Random): Uint8Array => random(seedBytes);

/** The seed as 24 English words of BIP 39, separated by single spaces. Throws TypeError unless it is 32 bytes. */
export function seedToWords(seed: Uint8Array): string {
  requireSeed(seed);
  return entropyToMnemonic(seed, wordlist);
}

/**
 * The seed that 24 English words of BIP 39 stand for, however they are spaced and whatever their case.
 * Refuses with `seed-form`; the detail tells which word is unknown by its place, and never repeats a word.
 */
export function wordsToSeed(words: string): Result<Uint8Array, Reject> {
  const list = words.normalize("NFKD").toLowerCase().match(unbroken) ?? [];
  if (list.length !== seedWords) return reject("seed-form", `${list.length} words, not ${seedWords}`);
  const unknown = list.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) return reject("seed-form", `word ${unknown + 1} is not on the list`);
  try {
    return ok(mnemonicToEntropy(list.join(" "), wordlist));
  } catch {
    return reject("seed-form", "the checksum is wrong: a word is another one, or two have changed places");
  }
}

/** Throws TypeError on anything but 32 bytes: a short seed would derive keys without complaint. */
export function requireSeed(seed: Uint8Array): void {
  if (seed.length !== seedBytes) throw new TypeError(`a seed has ${seedBytes} bytes, not ${seed.length}`);
}
