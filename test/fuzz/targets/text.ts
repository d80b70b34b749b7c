/**
 * What people type or paste: a seller's did:key, the words of a seed, an amount, a relay's address, a wish in a sentence.
 * An input is UTF-8; what is not shows as U+FFFD.
 */
import { readSentence } from "@intentcast/buyer-client/sentence";
import {
  didKey,
  formatAmount,
  parseAmount,
  parseDidKey,
  seedToWords,
  wordsOf,
  wordsToSeed,
  writeMessage,
} from "@intentcast/protocol";
import { sampleBodies, storyTime } from "@intentcast/testkit";
import { parseAddress } from "../../../packages/relay-client/src/address.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { checkReject } from "../promises.ts";
import { demand, type Target } from "../target.ts";

const nonce = new Uint8Array(16);
const { reply } = sampleBodies().intent;
/** Nothing here depends on a signature. */
const signer = { publicKey: new Uint8Array(32), sign: () => new Uint8Array(64) };

const sentences = [
  "A stroller for twins, downtown San Diego, within two hours, up to 250 USD.",
  "two used bicycles in Berlin by Friday for at most 1.200,50 €",
  "five kilograms of coffee beans, delivered, under £40",
  "a plumber at home tomorrow between 9 and 11, no more than $120",
];
const fragments = [
  "1,000",
  "1.000",
  " in ",
  " by ",
  "$",
  "€",
  "tomorrow",
  "-",
  "١٢",
  "½",
  "\u0000",
  "\ud83d\ude00",
  "ß",
  "İ",
  "e\u0301",
  "ﬁ",
  "9".repeat(30),
];
const samples = [
  ...sentences,
  ...fragments,
  didKey(new Uint8Array(32).fill(7)),
  seedToWords(new Uint8Array(32).fill(9)),
  "12.34",
  "0.01",
  "1e5",
  "-1",
  "90071992547409.91",
  "wss://relay.example:7447/path",
  "ws://127.0.0.1:7447",
  "ws://[::1]:80/?q=1",
  "ws://user:pass@h/",
].map((text) => new TextEncoder().encode(text));

const make = (dice: Dice): Uint8Array => {
  if (dice.chance(0.05)) return new TextEncoder().encode(seedToWords(dice.bytes(32)));
  if (dice.chance(0.05)) return new TextEncoder().encode(didKey(dice.bytes(32)));
  return mutate(dice.pick(samples), dice, samples);
};

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function check(input: Uint8Array): string {
  const text = decoder.decode(input);
  const verdicts: string[] = [];

  const key = parseDidKey(text);
  if (key !== undefined) {
    demand(didKey(key) === text, "a did:key is the one form of its key");
    verdicts.push("did");
  }

  const seed = wordsToSeed(text);
  if (seed.ok) {
    const plain = text.normalize("NFKD").toLowerCase().trim().replaceAll(/\s+/g, " ");
    demand(seedToWords(seed.value) === plain, "the words of a seed are the words that were read");
    verdicts.push("seed");
  } else {
    checkReject(seed.error, ["session"]);
    const words = text.split(/\s+/).filter((word) => /^\p{L}{3,}$/u.test(word));
    const isTold = words.some(
      (word) =>
        !/^(a|is|not|on|the|list|word|words)$/i.test(word) && seed.error.detail.split(" ").includes(word),
    );
    demand(words.length < 12 || !isTold, "a refused phrase is not repeated");
  }

  const address = parseAddress(text);
  if (address.ok) {
    const again = parseAddress(address.value);
    demand(again.ok && again.value === address.value, "the one form of an address is its own");
    verdicts.push("address");
  } else checkReject(address.error, ["session"]);

  const amount = parseAmount(text, "USD");
  if (amount !== undefined) {
    demand(Number.isSafeInteger(amount) && amount >= 0, "an amount is a number of minor units");
    demand(
      parseAmount(formatAmount(amount, "USD"), "USD") === amount,
      "an amount can be written and read again",
    );
    verdicts.push("amount");
  }

  const sentence = readSentence(text, { now: storyTime, currency: "USD" });
  for (const { span, phrase } of [...sentence.understood, ...sentence.unclear]) {
    const [from, to] = span;
    demand(
      from >= 0 && from <= to && to <= text.length,
      "what is said of a sentence is said of a place in it",
    );
    demand(phrase.length <= text.length, "a phrase is a part of the sentence");
  }
  if (sentence.draft !== undefined) {
    const body = { expires: storyTime + 86_400, ...sentence.draft, nonce, issued: storyTime, reply };
    const written = writeMessage("intent", body, signer);
    demand(written.ok, `a sentence's draft is an intent${written.ok ? "" : `: ${written.error.code}`}`);
    verdicts.push("wish");
  }

  demand(
    wordsOf(text).every((word) => word !== "" && wordsOf(word).length > 0),
    "words are words",
  );
  return verdicts.join("+") || "refused";
}

export const text: Target = { count: 60_000, make, check };
