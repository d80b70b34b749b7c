/** Questions about deals: an offer beside its intent, and messages one after the other, each rightly signed. */
import { createHash } from "node:crypto";
import {
  advance,
  type Deal,
  encodeValue,
  type Private,
  readSigned,
  type Signed,
  signerFromSeed,
  statuses,
} from "@intentcast/protocol";
import { dealStory } from "@intentcast/testkit";
import { nodeEquation } from "../../packages/relay/src/adapters/node-crypto.ts";
import { signedEnvelope, signedHeader, sigStructure } from "../../packages/testkit/src/envelope-parts.ts";
import type { Dice } from "../fuzz/dice.ts";
import { mutateValue } from "../fuzz/values.ts";
import { offerBeside } from "./offers.ts";
import { ask, numberBytes, type Question } from "./question.ts";

const { hour, minute, noon, storyBy } = dealStory;

const signers = {
  buyer: signerFromSeed(new Uint8Array(32).fill(1)),
  seller: signerFromSeed(new Uint8Array(32).fill(2)),
  stranger: signerFromSeed(new Uint8Array(32).fill(3)),
};

/** Signs whatever it is given: the protocol's own writer refuses a body that breaks a rule. */
const pen: dealStory.Pen = (kind, body, who) => {
  const payload = encodeValue(body);
  const signer = signers[who];
  const structure = sigStructure(signedHeader(kind, signer.publicKey), payload);
  const id = new Uint8Array(createHash("sha256").update(structure).digest());
  const bytes = signedEnvelope({ signer, kind, payload });
  return { kind, id, author: signer.publicKey, body, bytes } as unknown as Signed<typeof kind>;
};
const story = storyBy(pen);

/** The message with a change in its body; without one where that could not be encoded. */
function changed(message: Signed, who: dealStory.Who, dice: Dice): Uint8Array {
  try {
    const payload = encodeValue(mutateValue(message.body, dice));
    return signedEnvelope({ signer: signers[who], kind: message.kind, payload });
  } catch (error) {
    if (error instanceof TypeError) return message.bytes;
    throw error;
  }
}

/** An intent, an offer that may be one for it, and a moment about which either may have expired. */
export function offerQuestion(dice: Dice): Question {
  const { intent, offer } = offerBeside(dice);
  const asked = story.intent(intent);
  const offered = story.offer(story.open(intent), offer);
  const isChanged = dice.chance(0.15);
  const parts = [
    isChanged ? changed(asked, "buyer", dice) : asked.bytes,
    isChanged ? changed(offered, "seller", dice) : offered.bytes,
  ];
  const edges = [noon + minute, asked.body.expires, offered.body.expires];
  const now = dice.chance(0.8) ? noon + minute : dice.pick(edges) + dice.below(3) - 1;
  return ask("offer", ...parts, numberBytes(now));
}

const kinds = ["offer", "counter", "award", "order", "update", "receipt", "decline", "note"] as const;
type SealedName = (typeof kinds)[number];
/** What most often comes next, so that a walk gets on. */
const usual: Readonly<Record<string, readonly SealedName[]>> = {
  open: ["offer"],
  offered: ["counter", "award", "award", "offer"],
  countered: ["offer", "award"],
  awarded: ["order"],
  ordered: ["update", "receipt", "update"],
  receipted: ["update", "note"],
};

type Walk = {
  readonly deal: Deal;
  readonly taken: readonly { readonly bytes: Uint8Array; readonly now: number }[];
};

/** Messages taken one after the other: most of them would rightly come next, the others are amiss in something. */
function walk(dice: Dice): Walk {
  const soon = noon + (2 + dice.below(6)) * minute;
  let deal = story.open(dice.chance(0.3) ? { expires: soon + 5 * minute, award: { deadline: soon } } : {});
  const taken: { bytes: Uint8Array; now: number }[] = [];
  const count = 2 + dice.below(9);
  for (let i = 0; i < count; i++) {
    const message = nextMessage(deal, dice);
    const now =
      message.body.issued + (dice.chance(0.8) ? 0 : dice.pick([-301, -300, -1, 1, minute, 9 * hour]));
    const who = dice.pick(["buyer", "seller"] as const);
    const bytes = dice.chance(0.05) ? changed(message, who, dice) : message.bytes;
    taken.push({ bytes, now });
    const read = readSigned(bytes, nodeEquation);
    const next = read.ok ? advance(deal, read.value as Private, now) : read;
    if (next.ok) deal = next.value;
    if (dice.chance(0.03)) taken.push(dice.pick(taken));
  }
  return { deal, taken };
}

function nextMessage(deal: Deal, dice: Dice): Private {
  const kind = dice.chance(0.75) ? dice.pick(usual[deal.phase] ?? kinds) : dice.pick(kinds);
  const late = (to: number) => (dice.chance(0.2) ? { expires: to + dice.below(5) * minute } : {});
  const last = deal.messages.at(-1) as Signed;
  const change = {
    ...(dice.chance(0.1) ? { who: dice.pick(["buyer", "seller", "stranger"] as const) } : {}),
    ...(dice.chance(0.15) ? { prev: dice.pick(deal.messages).id } : {}),
    ...(dice.chance(0.1) ? { issued: last.body.issued + dice.pick([-301, -300, 0, 300, hour]) } : {}),
    ...(dice.chance(0.03) ? { thread: last.id } : {}),
    ...(dice.chance(0.03) ? { to: last.author } : {}),
  };
  switch (kind) {
    case "offer":
      return story.offer(deal, {
        ...late(noon + 5 * minute),
        ...(dice.chance(0.3) ? offerBeside(dice).offer : {}),
        ...change,
      });
    case "counter":
      return story.counter(deal, {
        ...late(noon + minute),
        change: dice.pick([
          { total: 19_000 },
          { total: 26_000 },
          { delivery: "parcel" },
          { deliveredUntil: noon + 5 * hour },
          { quantities: [{ line: dice.below(4), quantity: { value: 1 + dice.below(4), unit: "C62" } }] },
        ]),
        ...change,
      });
    case "order":
      return story.order(deal, { ...(dice.chance(0.1) ? { total: 1, currency: "EUR" } : {}), ...change });
    case "update":
      return story.update(deal, {
        status: dice.pick(statuses),
        ...(dice.chance(0.2) ? { who: "buyer" } : {}),
        ...change,
      });
    case "decline":
      return story.decline(deal, { who: dice.pick(["buyer", "seller"]), ...change });
    case "note":
      return story.note(deal, { text: "n".repeat(1 + dice.below(5)), ...change });
    default:
      return story[kind](deal, change);
  }
}

/** Each message at a moment of its own. */
export function dealQuestion(dice: Dice): Question {
  const { deal, taken } = walk(dice);
  const parts = taken.flatMap(({ bytes, now }) => [bytes, numberBytes(now)]);
  return ask("deal", deal.intent.bytes, ...parts);
}

/** The messages of a deal in a bundle: those that it took, or with the others, and now and then without one. */
export function bundleOfWalk(dice: Dice): Uint8Array {
  const { deal, taken } = walk(dice);
  const list = dice.chance(0.8) ? deal.messages : [deal.intent, ...taken];
  const messages = list.map(({ bytes }) => bytes);
  const kept = dice.chance(0.2) ? messages.toSpliced(dice.below(messages.length), 1) : messages;
  return encodeValue({ version: dice.chance(0.02) ? 2 : 1, messages: kept });
}
