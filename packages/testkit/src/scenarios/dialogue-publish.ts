/** Dialogues about publishing: what is accepted, and by which stage and code a relay refuses. */
import { type Message, signerFromSeed, unwrap, writeMessage } from "@intentcast/protocol";
import { filled, sampleBodies } from "../bodies.ts";
import type { Dialogue, Line } from "../dialogue/dialogue.ts";
import { any, Variable } from "../dialogue/notation.ts";
import {
  client,
  clockSays,
  close,
  dialogue,
  fromNow,
  fromStart,
  limits,
  noon,
  profile,
  restarts,
  sealed,
  stored,
} from "./dialogue-script.ts";

const [A, B] = [client("A"), client("B")];
const month = 30 * 86_400;

/** A publish, and the answer to it: a position, and how many subscriptions are told. */
const publishes = (ref: number, message: Message, position: number, matched = 0): readonly Line[] => [
  A.sends("publish", ref, message.bytes),
  A.hears("accepted", ref, { id: message.id, position, matched }),
];

/** One publish that is refused, and one that shows that the conversation goes on and nothing was stored. */
const refusal = (
  name: string,
  code: string,
  comment: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  retryAfter: unknown = 0,
): Dialogue =>
  dialogue(
    `publish-${name}`,
    code,
    comment,
    headers,
    A.opens(),
    A.sends("publish", 1, bytes),
    A.isRefused(1, code, retryAfter),
    publishes(2, close(9), 1),
  );

/** A relay that takes no message at present, says when to try again, and serves what it has: here nothing. */
const closedToAll = (name: string, code: string, policy: string, comment: string): Dialogue =>
  dialogue(
    `publish-${name}`,
    code,
    comment,
    { policy },
    A.opens(),
    A.sends("publish", 1, close(1).bytes),
    A.isRefused(1, code, any),
    A.sends("subscribe", 1, {}, stored),
    A.hears("caughtUp", 1, 0),
    A.hears("ended", 1, "complete", any),
  );

const forged = close(1).bytes.slice();
forged[forged.length - 1] = (forged.at(-1) as number) ^ 1;
const note = unwrap(writeMessage("note", sampleBodies().note, signerFromSeed(filled(32, 2))));

const refusals: readonly Dialogue[] = [
  refusal(
    "not-carried",
    "admit/not-carried",
    "an intent in shopify/bt at a relay that carries unspsc/53 alone; closes it carries all",
    unwrap(
      writeMessage(
        "intent",
        { ...sampleBodies().intent, issued: noon, expires: noon + 3600 },
        signerFromSeed(filled(32, 0x41)),
      ),
    ).bytes,
    { policy: "one-market" },
  ),
  refusal("bytes", "decode/envelope-form", "what is no message at all", filled(3, 1)),
  refusal("forged", "verify/signature-invalid", "a signature with a bit turned", forged),
  refusal("private", "validate/sealed-only", "a note in the open", note.bytes),
  refusal(
    "expired",
    "admit/expired",
    "it expires at this second",
    close(1, { issued: noon - 60, expires: noon }).bytes,
  ),
  refusal(
    "not-yet",
    "admit/not-yet-valid",
    "issued 301 seconds ahead",
    close(1, { issued: noon + 301 }).bytes,
    {},
    any,
  ),
  refusal(
    "long-lived",
    "admit/lifetime-too-long",
    "thirty days and a second",
    close(1, { expires: noon + month + 1 }).bytes,
  ),
  refusal(
    "large",
    "admit/message-too-large",
    "a message larger than this relay takes",
    sealed(1).bytes,
    limits({ message: 1000 }),
  ),
  dialogue(
    "publish-superseded",
    "admit/superseded",
    "a profile that is earlier than the one of its author that is stored",
    {},
    A.opens(),
    publishes(1, profile(1), 1),
    A.sends("publish", 2, profile(2, { issued: noon - 1 }).bytes),
    A.isRefused(2, "admit/superseded"),
  ),
  dialogue(
    "publish-too-often",
    "admit/rate-limited",
    "a third request where two are allowed at once: refused before it is looked at, and told when to try again",
    { burst: "2" },
    A.opens(),
    publishes(1, close(1), 1),
    publishes(2, close(2), 2),
    A.sends("publish", 3, filled(3, 1)),
    A.isRefused(3, "admit/rate-limited", any),
  ),
  closedToAll(
    "read-only",
    "admit/read-only",
    "read-only",
    "a relay that takes no messages serves those it has",
  ),
  closedToAll(
    "overloaded",
    "admit/overloaded",
    "overloaded",
    "a relay that has too much to do to take messages serves those it has",
  ),
  closedToAll(
    "store-full",
    "store/store-full",
    "store-full",
    "a relay whose disk is full serves what it has",
  ),
  closedToAll(
    "store-failed",
    "store/store-failed",
    "store-failing",
    "what could not be written is neither accepted nor served",
  ),
];

export const publishDialogues: readonly Dialogue[] = [
  dialogue(
    "hello",
    "accepted",
    "the relay speaks first, and tells its clock, its last position and its limits",
    {},
    A.opens({
      position: 0,
      time: noon,
      limits: {
        frame: 65_536,
        message: 33_280,
        subscriptions: 256,
        filterTerms: 2048,
        credit: 10_000,
        mailboxes: 4096,
        lifetime: month,
        skew: 300,
      },
    }),
  ),
  dialogue(
    "publish",
    "accepted",
    "a message is accepted at the next position, and told to the subscriptions that it matches: one with credit, one without",
    {},
    A.opens(),
    B.opens(),
    publishes(1, close(1), 1),
    B.sends("subscribe", 1, { kinds: ["close"] }, fromNow),
    B.hears("caughtUp", 1, 1),
    B.sends("subscribe", 2, {}, { live: true, credit: 0 }),
    B.hears("caughtUp", 2, 1),
    B.sends("subscribe", 3, { kinds: ["intent"] }, fromNow),
    B.hears("caughtUp", 3, 1),
    publishes(2, close(2), 2, 2),
    B.hears("message", 1, 2, close(2).bytes),
  ),
  dialogue(
    "publish-bounds",
    "accepted",
    "the bounds of admission are within: 300 seconds ahead, thirty days long, a second to live",
    {},
    A.opens(),
    publishes(1, close(1, { issued: noon + 300 }), 1),
    publishes(2, close(2, { expires: noon + month }), 2),
    publishes(3, close(3, { issued: noon - 60, expires: noon + 1 }), 3),
  ),
  dialogue(
    "publish-duplicate",
    "accepted",
    "a message that is there already is accepted at its position, and delivered to nobody again",
    {},
    A.opens(),
    B.opens(),
    B.sends("subscribe", 1, {}, fromNow),
    B.hears("caughtUp", 1, 0),
    publishes(1, close(1), 1, 1),
    B.hears("message", 1, 1, close(1).bytes),
    A.sends("publish", 2, close(1).bytes),
    A.hears("accepted", 2, { id: close(1).id, position: 1, duplicate: true }),
    B.sends("unsubscribe", 1),
    B.hears("ended", 1, "unsubscribed", any),
  ),
  dialogue(
    "publish-in-order",
    "accepted",
    "answers come in the order of the requests, whatever references they bear",
    {},
    A.opens(),
    A.sends("publish", 7, close(1).bytes),
    A.sends("publish", 7, filled(3, 1)),
    A.sends("publish", 1, close(2).bytes),
    A.hears("accepted", 7, { id: close(1).id, position: 1, matched: 0 }),
    A.isRefused(7, "decode/envelope-form"),
    A.hears("accepted", 1, { id: close(2).id, position: 2, matched: 0 }),
  ),
  dialogue(
    "publish-profile-replaced",
    "accepted",
    "a later profile takes the place of its author's earlier one, whose position is not given again",
    {},
    A.opens(),
    publishes(1, profile(1), 1),
    publishes(2, profile(2, { issued: noon + 1 }), 2),
    A.sends("subscribe", 1, {}, stored),
    A.hears("message", 1, 2, profile(2, { issued: noon + 1 }).bytes),
    A.hears("caughtUp", 1, 2),
    A.hears("ended", 1, "complete", any),
  ),
  dialogue(
    "expiry",
    "accepted",
    "what has expired is served to nobody, and its position is not given again",
    {},
    A.opens(),
    publishes(1, close(1, { expires: noon + 60 }), 1),
    publishes(2, close(2), 2),
    clockSays(noon + 60),
    A.sends("subscribe", 1, {}, fromStart),
    A.hears("message", 1, 2, close(2).bytes),
    A.hears("caughtUp", 1, 2),
    B.opens(),
    B.sends("publish", 1, close(3).bytes),
    B.hears("accepted", 1, { id: close(3).id, position: 3, matched: 1 }),
    A.hears("message", 1, 3, close(3).bytes),
  ),
  dialogue(
    "restart",
    "accepted",
    "what was accepted is there after a restart, at its position and under the same store",
    {},
    A.opens({ store: new Variable("store") }),
    publishes(1, close(1), 1),
    publishes(2, close(2), 2),
    restarts,
    B.opens({ store: new Variable("store"), position: 2 }),
    B.sends("subscribe", 1, {}, { ...stored, after: 1 }),
    B.hears("message", 1, 2, close(2).bytes),
    B.hears("caughtUp", 1, 2),
    B.hears("ended", 1, "complete", any),
    B.sends("publish", 1, close(3).bytes),
    B.hears("accepted", 1, { id: close(3).id, position: 3, matched: 0 }),
  ),
  ...refusals,
];
