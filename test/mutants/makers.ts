/** What makes the mutants: of each maker, input number i of a seed is always the same. */
import {
  concatBytes,
  decodeClientFrame,
  encodeValue,
  fromHex,
  isKind,
  type Signer,
  signerFromSeed,
} from "@intentcast/protocol";
import { sampleBodies } from "@intentcast/testkit";
import {
  byteString,
  encStructure,
  padded,
  sealedEnvelope,
  sealedHeader,
  signedEnvelope,
} from "../../packages/testkit/src/envelope-parts.ts";
import { filterPairs, itemOf, items, sealedMessages, signedMessages, vectorsOf } from "../fuzz/corpus.ts";
import type { Dice } from "../fuzz/dice.ts";
import { mutate } from "../fuzz/mutate.ts";
import { profileBytes } from "../fuzz/profile-bytes.ts";
import { targets } from "../fuzz/targets/all.ts";
import { mutateValue } from "../fuzz/values.ts";
import { bend } from "./bend.ts";
import { bundleOfWalk, dealQuestion, offerQuestion } from "./deals.ts";
import { ask, numberBytes, type Question } from "./question.ts";
import { withFault } from "./reordered.ts";
import { phrases, texts } from "./texts.ts";

export type Maker = {
  /** Of all mutants of a run. */
  readonly share: number;
  readonly make: (dice: Dice) => Question;
};

const signer: Signer = signerFromSeed(new Uint8Array(32).fill(0x41));
const bodies = sampleBodies();
const kinds = Object.keys(bodies).filter(isKind);

/** A value's bytes; undefined where a change has made one that the profile cannot say. */
function encodeIfPossible(value: unknown): Uint8Array | undefined {
  try {
    return encodeValue(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function always<T>(make: () => T | undefined): T {
  for (;;) {
    const made = make();
    if (made !== undefined) return made;
  }
}

/** A body that is the sample's but for a change or a few, rightly signed. */
const almostRight = (dice: Dice, over: Record<string, unknown> = {}): Uint8Array =>
  always(() => {
    const kind = dice.pick(kinds);
    const changed = mutateValue(bodies[dice.chance(0.03) ? dice.pick(kinds) : kind], dice);
    const body =
      typeof changed === "object" && changed !== null && "to" in changed ? { ...changed, ...over } : changed;
    const payload = encodeIfPossible(body);
    return payload && signedEnvelope({ signer, kind, payload });
  });

/** A body whose shape is right, or nearly, but not its rules. */
const bentMessage = (dice: Dice): Uint8Array =>
  always(() => {
    const kind = dice.pick(dice.chance(0.7) ? (["intent", "offer"] as const) : kinds);
    const payload = encodeIfPossible(bend(bodies[kind], dice));
    return payload && signedEnvelope({ signer, kind, payload });
  });

/** A body with a fault in its encoding, rightly signed. */
function faulty(dice: Dice): Uint8Array {
  const kind = dice.pick(kinds);
  return signedEnvelope({ signer, kind, payload: withFault(bodies[kind], dice) });
}

/** A signed message of which a part of the envelope is another one. */
function oddEnvelope(dice: Dice): Uint8Array {
  const kind = dice.pick([...kinds, "huggle", "a".repeat(32), "a".repeat(33), "", "Note", "sealed"]);
  const payload = encodeValue(bodies[dice.pick(kinds)]);
  const item = byteString(payload);
  return signedEnvelope({
    signer,
    kind,
    payload,
    payloadItem: dice.pick([
      item,
      mutate(item, dice, items),
      byteString(payload, 4),
      concatBytes(Uint8Array.of(0x59, 0x40, dice.below(3)), payload),
      concatBytes(Uint8Array.of(0x5b), dice.bytes(8), payload),
      byteString(new Uint8Array(16_383 + dice.below(4))),
    ]),
    ...(dice.chance(0.3)
      ? { unprotected: dice.pick([fromHex("a10100"), fromHex("80"), fromHex("a0a0")]) }
      : {}),
  });
}

const openVector = vectorsOf("open").find(({ expect }) => expect === "accepted");
const [to, key, privateKey] = ["mailbox", "key", "privateKey"].map((name) =>
  fromHex(openVector?.headers[name] ?? ""),
) as [Uint8Array, Uint8Array, Uint8Array];

/** Sealed to the vectors' mailbox: the message inside, its padding or the envelope is a mutant. */
function sealedToUs(dice: Dice): Question {
  const inner = dice.pick([
    () => almostRight(dice, dice.chance(0.9) ? { to } : {}),
    () => mutate(almostRight(dice, { to }), dice, signedMessages),
    () => faulty(dice),
    () => oddEnvelope(dice),
  ])();
  const sizes = [1024, 2048, 4096, 8192, 16_384, 32_768];
  const fitting = sizes.find((size) => size >= inner.length) ?? 32_768;
  const size = dice.chance(0.9) ? fitting : dice.pick(sizes);
  const full = padded(inner.subarray(0, size), size);
  const plaintext = dice.chance(0.1) ? padded(mutate(full, dice, items).subarray(0, size), size) : full;
  const header = sealedHeader(to, 1_795_435_200, 1_795_438_800);
  const ephemeralSecret = dice.bytes(32);
  const sealed = sealedEnvelope({ key, header, plaintext, ephemeralSecret, aad: encStructure(header) });
  return ask("open", dice.chance(0.05) ? mutate(sealed, dice, sealedMessages) : sealed, to, privateKey, key);
}

/** Fields of two of the vectors' filters in one, and a message that may be a mutant. */
function filterAndMessage(dice: Dice): Question {
  const [filter, message] = dice.pick(filterPairs);
  const merged = {
    ...(filter as object),
    ...(dice.chance(0.5) ? (dice.pick(filterPairs)[0] as object) : {}),
  };
  const bytes = always(() => encodeIfPossible(dice.chance(0.7) ? mutateValue(merged, dice) : merged));
  const asked = dice.pick([
    () => message,
    () => dice.pick(filterPairs)[1],
    () => almostRight(dice),
    () => dice.pick(sealedMessages),
    () => rewritten(message, dice),
  ])();
  return ask("filter", dice.chance(0.05) ? mutate(bytes, dice, items) : bytes, asked);
}

const payloadsOfIntents = filterPairs
  .map(([, message]) => Buffer.from(message))
  .filter((message) => message.includes("intentcast.intent"))
  .map((message) => {
    const head = message.indexOf("+cbor") + 6;
    const width = message[head] === 0x58 ? 2 : 3;
    return itemOf(new Uint8Array(message.subarray(head + width, -66)));
  });

/** An intent of the vectors with a change. */
const rewritten = (_: Uint8Array, dice: Dice): Uint8Array =>
  always(() => {
    const payload = encodeIfPossible(mutateValue(dice.pick(payloadsOfIntents), dice));
    return payload && signedEnvelope({ signer, kind: "intent", payload });
  });

/** Asked about the side that has frames of the name, or now and then about the other. */
function frame(dice: Dice): Question {
  const bytes = target("frame")(dice);
  const read = decodeClientFrame(bytes);
  const isRelays = !read.ok && read.error.code === "frame-unknown";
  return ask(isRelays === dice.chance(0.95) ? "relay-frame" : "client-frame", bytes);
}

const target = (name: keyof typeof targets) => (dice: Dice) => targets[name]?.make(dice) as Uint8Array;

export const makers: Readonly<Record<string, Maker>> = {
  gate: {
    share: 0.2,
    make: (dice) => {
      const size = numberBytes(dice.chance(0.95) ? 16_384 : dice.below(64));
      return ask("item", target("gate")(dice), size);
    },
  },
  vectors: {
    share: 0.12,
    make: (dice) => {
      const [list, input] = dice.pick([
        [signedMessages, "message"],
        [signedMessages, "signed"],
        [sealedMessages, "message"],
      ] as const);
      return ask(input, mutate(dice.pick(list), dice, list));
    },
  },
  bodies: { share: 0.2, make: (dice) => ask("signed", almostRight(dice)) },
  rules: { share: 0.1, make: (dice) => ask("signed", bentMessage(dice)) },
  faults: { share: 0.06, make: (dice) => ask("message", faulty(dice)) },
  envelopes: { share: 0.04, make: (dice) => ask("signed", oddEnvelope(dice)) },
  opened: { share: 0.05, make: sealedToUs },
  signatures: {
    share: 0.04,
    make: (dice) => {
      const input = target("signature")(dice);
      return ask("signature", input.slice(32, 96), input.slice(96), input.slice(0, 32));
    },
  },
  frames: { share: 0.08, make: frame },
  filters: { share: 0.06, make: filterAndMessage },
  offers: { share: 0.05, make: offerQuestion },
  deals: { share: 0.02, make: dealQuestion },
  bundles: {
    share: 0.03,
    make: (dice) => ask("bundle", dice.chance(0.6) ? bundleOfWalk(dice) : target("bundle")(dice)),
  },
  negentropy: { share: 0.02, make: (dice) => ask("negentropy", target("negentropy")(dice)) },
  words: { share: 0.02, make: texts },
  seeds: { share: 0.01, make: phrases },
  items: { share: 0.01, make: (dice) => ask("item", profileBytes(dice, 18, 0.005), numberBytes(16_384)) },
};
