/** Deal bundles: what is accepted is a deal with an order that encodes to the same bytes and replays message by message. */
import {
  advance,
  type Deal,
  encodeBundle,
  encodeValue,
  equalBytes,
  isKind,
  openDeal,
  type Private,
  readSigned,
  verifyBundle,
} from "@intentcast/protocol";
import { nodeEquation } from "../../../packages/relay/src/adapters/node-crypto.ts";
import { deals } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { forge } from "../forge.ts";
import { mutate } from "../mutate.ts";
import { checkReject, demandSame, verdictOf } from "../promises.ts";
import { demand, type Target } from "../target.ts";
import { mutateValue } from "../values.ts";

type Parts = {
  kind: string;
  author: Uint8Array;
  body: Record<string, unknown>;
  bytes: Uint8Array;
  id: Uint8Array;
};

const everyMessage = deals.flat();

function partsOf(bytes: Uint8Array): Parts | undefined {
  const read = readSigned(bytes, () => true);
  return read.ok ? { ...read.value, body: read.value.body as Record<string, unknown> } : undefined;
}

/**
 * Changes the body of one message and puts its new id into the messages that answer it, so that what is refused is what
 * was changed and not the broken chain.
 */
function retell(messages: readonly Uint8Array[], dice: Dice): readonly Uint8Array[] {
  const place = dice.below(messages.length);
  const parts = partsOf(messages[place] as Uint8Array);
  if (parts === undefined || !isKind(parts.kind)) return messages;
  const { thread, prev, to } = parts.body;
  const changed = mutateValue(parts.body, dice) as Record<string, unknown>;
  const kept =
    dice.chance(0.8) && typeof changed === "object"
      ? { ...changed, ...definedOnly({ thread, prev, to }) }
      : changed;
  const forged = forge(parts.kind, kept, dice);
  if (forged === undefined) return messages;
  const signedBySame = replaceAll(
    forged,
    (partsOf(forged)?.author ?? parts.author) as Uint8Array,
    parts.author,
  );
  const id = partsOf(signedBySame)?.id;
  return messages.map((bytes, i) => {
    if (i === place) return signedBySame;
    return id === undefined || i < place ? bytes : replaceAll(bytes, parts.id, id);
  });
}

const definedOnly = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Bytes in which one string stands for another of its length. */
function replaceAll(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + to.length)) copy.set(to, at);
  return new Uint8Array(copy);
}

/** Messages doubled, dropped, exchanged, or from elsewhere. */
function reorder(messages: readonly Uint8Array[], dice: Dice): readonly Uint8Array[] {
  const list = [...messages];
  const [one, two] = [dice.below(list.length), dice.below(list.length)];
  const [a, b] = [list[one] as Uint8Array, list[two] as Uint8Array];
  switch (dice.below(5)) {
    case 0:
      return list.filter((_, i) => i !== one);
    case 1:
      return list.toSpliced(one, 0, b);
    case 2:
      return list.with(one, b).with(two, a);
    case 3:
      return list.toSpliced(one, dice.below(2), dice.pick(everyMessage));
    default:
      return [...list, ...Array<Uint8Array>(dice.chance(0.05) ? 200 : 2).fill(b)];
  }
}

function make(dice: Dice): Uint8Array {
  let messages = dice.pick(deals);
  const rounds = 1 + dice.below(2);
  for (let i = 0; i < rounds; i++)
    messages = dice.chance(0.7) ? retell(messages, dice) : reorder(messages, dice);
  const bytes = encodeValue({ version: 1, messages });
  return dice.chance(0.15) ? mutate(bytes, dice, everyMessage) : bytes;
}

function check(input: Uint8Array): string {
  const verdict = verifyBundle(input, () => true);
  if (!verdict.ok) {
    checkReject(verdict.error, ["bundle", "decode", "verify", "validate", "advance"]);
    return verdict.error.code;
  }
  const deal = verdict.value;
  demand(deal.order !== undefined, "a bundle that is accepted proves an order");
  demand(equalBytes(encodeBundle(deal), input), "a bundle is the one encoding of its deal");
  demandSame(replayed(deal), deal, "a deal replays to itself");
  // The signatures are forged; with real verification nothing but that may be the matter.
  const verified = verifyBundle(input, nodeEquation);
  if (!verified.ok) demand(verified.error.code === "signature-invalid", "only signatures are wrong");
  return verdictOf(verdict);
}

function replayed({ messages }: Deal): Deal | undefined {
  const [intent, ...rest] = messages;
  if (intent?.kind !== "intent") return undefined;
  let deal = openDeal(intent);
  for (const message of rest) {
    const next = advance(deal, message as Private, message.body.issued);
    if (!next.ok) return undefined;
    deal = next.value;
  }
  return deal;
}

export const bundle: Target = { count: 40_000, make, check };
