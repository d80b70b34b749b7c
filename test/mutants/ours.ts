/** What the TypeScript answers to a question. */
import {
  advance,
  checkOffer,
  decodeClientFrame,
  decodeRelayFrame,
  decodeValue,
  filter as filterSchema,
  type Message,
  matches,
  maxFrameBytes,
  openDeal,
  openSealed,
  type Private,
  portableEquation,
  type Reject,
  type Result,
  readMessage,
  readSigned,
  type Signed,
  stageOf,
  toHex,
  verifyBundle,
  verifySignature,
  wordsOf,
  wordsToSeed,
} from "@intentcast/protocol";
import { diagnostic } from "@intentcast/testkit";
import { idAt, timestampOf } from "../../packages/negentropy/src/key.ts";
import { readWhole } from "../../packages/negentropy/test/read-whole.ts";
import { nodeEquation } from "../../packages/relay/src/adapters/node-crypto.ts";
import { type Answer, numberOf, type Question } from "./question.ts";

type Parts = readonly Uint8Array[];
const none = new Uint8Array(0);
const part = (parts: Parts, place: number): Uint8Array => parts[place] ?? none;

const refusal = ({ code }: Reject): string => `${stageOf(code)}/${code}`;

function told<T>(result: Result<T, Reject>, tell: (value: T) => Record<string, unknown>): Answer {
  return result.ok ? { expect: "accepted", ...tell(result.value) } : { expect: refusal(result.error) };
}

const ofMessage = (message: Message): Record<string, unknown> =>
  message.kind === "sealed"
    ? {
        to: toHex(message.to),
        issued: String(message.issued),
        expires: String(message.expires),
        id: toHex(message.id),
      }
    : ofSigned(message);

const ofSigned = ({ kind, author, id }: Signed): Record<string, unknown> => ({
  kind,
  author: toHex(author),
  id: toHex(id),
});

async function open(parts: Parts): Promise<Answer> {
  const message = readMessage(part(parts, 0), nodeEquation);
  if (!message.ok) return { expect: refusal(message.error) };
  if (message.value.kind !== "sealed") return { expect: "decode/envelope-form" };
  const [publicKey, privateKey, key] = [part(parts, 1), part(parts, 2), part(parts, 3)];
  const opened = await openSealed(message.value, { signer: { publicKey }, key, privateKey }, nodeEquation);
  return told(opened, ofSigned);
}

function asksFilter(parts: Parts): Answer {
  const value = decodeValue(part(parts, 0), maxFrameBytes);
  if (!value.ok) return { expect: refusal(value.error) };
  const parsed = filterSchema.safeParse(value.value);
  if (!parsed.success) return { expect: "session/filter-form" };
  return told(readMessage(part(parts, 1), nodeEquation), (message) => ({
    matches: matches(parsed.data, message) ? "yes" : "no",
  }));
}

function plays(parts: Parts): Answer {
  const intent = readSigned(part(parts, 0), nodeEquation);
  if (!intent.ok) return { expect: refusal(intent.error) };
  let deal = openDeal(intent.value as Signed<"intent">);
  const steps: string[] = [];
  for (let place = 1; place + 1 < parts.length; place += 2) {
    const message = readSigned(part(parts, place), nodeEquation);
    const next = message.ok
      ? advance(deal, message.value as Private, numberOf(part(parts, place + 1)))
      : message;
    if (next.ok) deal = next.value;
    steps.push(next.ok ? deal.phase : refusal(next.error));
  }
  return { expect: "accepted", steps };
}

function checksOffer(parts: Parts): Answer {
  const intent = readSigned(part(parts, 0), nodeEquation);
  if (!intent.ok) return { expect: refusal(intent.error) };
  const offer = readSigned(part(parts, 1), nodeEquation);
  if (!offer.ok) return { expect: refusal(offer.error) };
  const asked = (intent.value as Signed<"intent">).body;
  const offered = (offer.value as Signed<"offer">).body;
  return told(checkOffer(asked, offered, numberOf(part(parts, 2))), () => ({}));
}

function readsRanges(parts: Parts): Answer {
  const read = readWhole(part(parts, 0));
  if (!read.ok) return { expect: `negentropy/${read.error.code}` };
  const ranges = read.value.map(({ mode, end: { key } }) => [
    mode === "idList" ? "list" : mode,
    String(timestampOf(key)),
    toHex(idAt(key)),
  ]);
  return { expect: "accepted", ranges };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

const judges: Readonly<Record<string, (parts: Parts) => Answer | Promise<Answer>>> = {
  item: (parts) =>
    told(decodeValue(part(parts, 0), numberOf(part(parts, 1))), (value) => ({ value: diagnostic(value) })),
  message: (parts) => told(readMessage(part(parts, 0), nodeEquation), ofMessage),
  signed: (parts) => told(readSigned(part(parts, 0), nodeEquation), ofSigned),
  open,
  // The portable equation: the other questions are judged with node's.
  signature: (parts) =>
    told(verifySignature(part(parts, 0), part(parts, 1), part(parts, 2), portableEquation), () => ({})),
  filter: asksFilter,
  bundle: (parts) =>
    told(verifyBundle(part(parts, 0), nodeEquation), ({ phase, messages }) => ({
      phase,
      messages: String(messages.length),
    })),
  deal: plays,
  offer: checksOffer,
  "client-frame": (parts) => told(decodeClientFrame(part(parts, 0)), ([name]) => ({ name })),
  "relay-frame": (parts) => told(decodeRelayFrame(part(parts, 0)), ([name]) => ({ name })),
  seed: (parts) => told(wordsToSeed(textOf(part(parts, 0))), (seed) => ({ seed: toHex(seed) })),
  negentropy: readsRanges,
  words: (parts) => ({
    expect: "accepted",
    words: wordsOf(textOf(part(parts, 0))),
  }),
};

/** What is thrown is an answer too: one that no other implementation gives. */
export async function answerOfOurs({ input, parts }: Question): Promise<Answer> {
  const judge = judges[input];
  if (judge === undefined) throw new Error(`no judge for ${input}`);
  try {
    return await judge(parts);
  } catch (error) {
    return { expect: `thrown: ${String(error)}` };
  }
}
