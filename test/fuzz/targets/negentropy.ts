/**
 * Frames of a reconciliation: a message that is read is the one encoding of its ranges, and whatever comes, a side answers
 * within its limits or says which code it refuses it with.
 */

import { type Effect, reconcile, refusals, responderTurn } from "@intentcast/negentropy";
import { equalBytes, fromHex } from "@intentcast/protocol";
import { itemsOf, readVectors, setOf } from "@intentcast/testkit";
import { keyWords } from "../../../packages/negentropy/src/key.ts";
import { ok, type Result } from "../../../packages/negentropy/src/refusal.ts";
import { MessageReader, type Range } from "../../../packages/negentropy/src/wire/read-message.ts";
import { checkVersion } from "../../../packages/negentropy/src/wire/version.ts";
import { MessageWriter } from "../../../packages/negentropy/src/wire/write-message.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { demand, type Target } from "../target.ts";

const frameLimit = 8192;
const items = setOf(itemsOf("0-299")).snapshot();

const messages = readVectors("negentropy").map(({ bytes }) => bytes);
const frames = readVectors("reconcile").flatMap(({ headers }) =>
  Object.entries(headers)
    .filter(([name]) => /^frame\d/.test(name))
    .map(([, value]) => fromHex(value.slice(2))),
);
const seeds = [...messages, ...frames].filter(({ length }) => length > 0);
const short = seeds.filter(({ length }) => length < 1000);

function make(dice: Dice): Uint8Array {
  switch (dice.below(8)) {
    case 0:
      return dice.bytes(dice.below(80));
    case 1:
      return mutate(dice.pick(seeds), dice, short);
    case 2:
    case 3:
    case 4:
      return mutate(dice.pick(short), dice, short);
    case 5:
      return invented(dice);
    default:
      return mutate(invented(dice), dice, short);
  }
}

/** Digits of a varint, most of them small, some too many. */
function varint(dice: Dice): number[] {
  const digits = dice.chance(0.9) ? 1 : 1 + dice.below(11);
  return Array.from({ length: digits }, (_, i) => dice.below(128) | (i === digits - 1 ? 0 : 128));
}

/** Ranges in order, or nearly: many of them around the items of the set. */
function invented(dice: Dice): Uint8Array {
  const bytes = [0x61];
  const count = dice.below(12);
  for (let range = 0; range < count; range++) {
    const isLast = range === count - 1;
    if (isLast && dice.chance(0.6)) bytes.push(0, 0);
    else {
      // 1,795,435,200, from which the items' timestamps count on.
      if (range === 0 && dice.chance(0.8)) bytes.push(0x86, 0xd8, 0x90, 0xd5, dice.below(128));
      else bytes.push(...varint(dice));
      const prefix = dice.chance(0.5) ? 0 : dice.below(34);
      bytes.push(prefix, ...dice.bytes(prefix));
    }
    const mode = dice.below(dice.chance(0.97) ? 3 : 128);
    bytes.push(mode);
    if (mode === 1) bytes.push(...dice.bytes(16));
    if (mode === 2) {
      const ids = dice.below(4);
      bytes.push(ids);
      for (let id = 0; id < ids; id++) {
        bytes.push(...(dice.chance(0.5) ? idOf(dice.below(items.size)) : dice.bytes(32)));
      }
    }
  }
  return Uint8Array.from(bytes);
}

const ids = itemsOf("0-299").map(({ id }) => id);
const idOf = (number: number): Uint8Array => ids[number] as Uint8Array;

function read(bytes: Uint8Array): Result<readonly Range[]> {
  const checked = checkVersion(bytes);
  if (!checked.ok) return checked;
  const reader = new MessageReader(bytes);
  const ranges: Range[] = [];
  for (let range = reader.next(); ; range = reader.next()) {
    if (!range.ok) return range;
    if (range.value === undefined) return ok(ranges);
    ranges.push(range.value);
  }
}

function write(ranges: readonly Range[]): Uint8Array {
  const writer = new MessageWriter();
  for (const range of ranges) {
    if (range.mode === "skip") writer.skipTo(range.end);
    else if (range.mode === "fingerprint") writer.fingerprint(range.end, range.fingerprint);
    else {
      const words = new Uint32Array(keyWords);
      writer.idList(range.end, range.ids.length / 32);
      for (let at = 0; at < range.ids.length; at += 32) {
        const view = new DataView(range.ids.buffer, range.ids.byteOffset + at, 32);
        for (let word = 0; word < 8; word++) words[2 + word] = view.getUint32(4 * word, true);
        writer.id(words, 0);
      }
    }
  }
  return writer.finish();
}

function check(input: Uint8Array): string {
  const message = read(input);
  if (message.ok) demand(equalBytes(write(message.value), input), "a message is the one encoding of itself");
  checkResponder(input, message);
  return checkSide(input);
}

/** The definition's responder takes what can be read, and nothing else; and what it says can be read. */
function checkResponder(input: Uint8Array, message: Result<readonly Range[]>): void {
  const answer = responderTurn(items, input, { frameLimit });
  if (answer.ok) {
    const isOtherVersion = !message.ok && message.error.code === "version-unsupported";
    demand(message.ok || isOtherVersion, "a responder answers nothing that cannot be read");
    demand(answer.value.length <= frameLimit, "an answer stays within the limit");
    demand(read(answer.value).ok, "an answer can be read");
  } else demand(!message.ok && message.error.code === answer.error.code, "one verdict on a message");
}

function checkSide(input: Uint8Array): string {
  const side = reconcile(items, { isInitiator: false, frameLimit, workAtOnce: 50 });
  let effects = side.receive(input);
  for (let pieces = 0; effects[0]?.type === "more"; pieces++) {
    demand(pieces <= input.length, "a turn ends");
    effects = side.proceed();
  }
  const idsIn = (type: "have" | "need"): number =>
    effects.reduce((sum, effect) => sum + (effect.type === type ? effect.ids.length : 0), 0);
  demand(idsIn("need") <= input.length / 32, "no more is needed than was listed");
  demand(
    idsIn("have") <= items.size + input.length / 32,
    "no more is lacking than is there or was asked for",
  );
  for (const effect of effects) checkEffect(effect);
  const last = effects.at(-1);
  const isEnd = last?.type === "done" || last?.type === "failed";
  demand(side.progress.isOver === isEnd, "the end is the last effect");
  return last?.type === "failed" ? last.code : "accepted";
}

function checkEffect(effect: Effect): void {
  if (effect.type === "send") {
    demand(effect.frame.length <= frameLimit, "a frame stays within the limit");
    demand(effect.frame.length > 0, "a frame has a byte");
  }
  if (effect.type === "failed") {
    demand(Object.hasOwn(refusals, effect.code), `the code ${effect.code} is none of this package`);
    demand(!/\p{Cc}/u.test(effect.detail), `the detail of ${effect.code} has control characters`);
  }
}

export const negentropy: Target = { count: 1_000_000, make, check };
