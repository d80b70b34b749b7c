/** A deal bundle: every signed message of one deal in one file, so that anyone can check the deal offline. */
import * as z from "zod/mini";
import { decodeValue, encodeValue } from "../cbor/codec.ts";
import { portableEquation } from "../cose/ed25519.ts";
import { readSign1 } from "../cose/sign1.ts";
import { maxBundleBytes } from "../limits.ts";
import { record } from "../message/field.ts";
import { describeIssue } from "../message/issue.ts";
import { isOpen } from "../message/kinds.ts";
import type { Private, Signed } from "../message/message.ts";
import { readSigned } from "../message/read.ts";
import type { VerifyEquation } from "../ports.ts";
import { type Reject, reject } from "../reject.ts";
import { type Err, err, ok, type Result } from "../result.ts";
import { check } from "../schema.ts";
import { advance } from "./advance.ts";
import { type Deal, openDeal } from "./deal.ts";

const bundle = record({
  version: z.literal(1),
  /** The bytes of signed messages: the intent, then each in the order in which it was taken into account. */
  messages: z.array(z.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes")),
});

/** The bundle of a deal. Any deal has one; only from its order on does it prove anything. */
export const encodeBundle = ({ messages }: Deal): Uint8Array =>
  encodeValue({ version: 1, messages: messages.map(({ bytes }) => bytes) });

/**
 * Reads every message of a bundle and replays the deal, each message at the time that it carries. Needs no network and
 * no clock: the answer is the same to everybody, for ever.
 *
 * @returns the deal as its last message left it; or `bundle-form`, `bundle-incomplete`, or the code by which one of
 * its messages was refused, in the stages decode, verify, validate or advance; the detail then names that message.
 */
export function verifyBundle(
  bytes: Uint8Array,
  equation: VerifyEquation = portableEquation,
): Result<Deal, Reject> {
  const value = decodeValue(bytes, maxBundleBytes);
  if (!value.ok) return reject("bundle-form", value.error.code);
  const checked = check(bundle, value.value);
  if (!checked.ok) return reject("bundle-form", describeIssue(checked.error));
  const [first, ...rest] = checked.value.messages;
  if (first === undefined) return reject("bundle-incomplete", "no messages");
  const intent = readPlace(first, 0, equation);
  if (!intent.ok) return intent;
  if (intent.value.kind !== "intent")
    return reject("bundle-incomplete", `message 0 is of kind ${intent.value.kind}, not an intent`);
  const deal = replay(openDeal(intent.value), rest, equation);
  if (!deal.ok || deal.value.order !== undefined) return deal;
  return reject("bundle-incomplete", `no ${deal.value.award === undefined ? "award" : "order"}`);
}

function replay(
  opened: Deal,
  messages: readonly Uint8Array[],
  equation: VerifyEquation,
): Result<Deal, Reject> {
  let deal = opened;
  for (const [i, bytes] of messages.entries()) {
    const place = i + 1;
    const message = readPlace(bytes, place, equation);
    if (!message.ok) return message;
    if (!isPrivate(message.value))
      return reject("bundle-form", `message ${place}, ${message.value.kind}: not a message of a deal`);
    const next = advance(deal, message.value, message.value.body.issued);
    if (!next.ok) return at(place, message.value.kind, next.error);
    deal = next.value;
  }
  return ok(deal);
}

const isPrivate = (message: Signed): message is Private => !isOpen(message.kind);

function readPlace(bytes: Uint8Array, place: number, equation: VerifyEquation): Result<Signed, Reject> {
  const message = readSigned(bytes, equation);
  return message.ok ? message : at(place, kindOf(bytes), message.error);
}

/** The kind that an envelope claims; enough to say which message was refused. */
function kindOf(bytes: Uint8Array): string {
  const envelope = readSign1(bytes);
  return envelope.ok ? envelope.value.kind : "of no kind";
}

/** The refusal, with the place and kind of the message in front of its detail. */
const at = (place: number, kind: string, { stage, code, detail }: Reject): Err<Reject> =>
  err({ stage, code, detail: `message ${place}, ${kind}${detail === "" ? "" : `: ${detail}`}` });
