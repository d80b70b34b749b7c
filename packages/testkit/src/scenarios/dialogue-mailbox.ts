/** Dialogues about mailboxes, and about frames that are none. */
import { filled } from "../bodies.ts";
import type { Dialogue, Line } from "../dialogue/dialogue.ts";
import { any, Proof, Variable } from "../dialogue/notation.ts";
import { hex } from "../envelope-parts.ts";
import {
  client,
  close,
  dialogue,
  fromNow,
  fromStart,
  limits,
  mailboxes,
  proof,
  sealed,
  seeds,
  stored,
} from "./dialogue-script.ts";

/** A and B read; P publishes. */
const [A, B, P] = [client("A"), client("B"), client("P")];
const mine = { mailboxes: [mailboxes.mine] };

const publishesSealed = (position: number, to = mailboxes.mine, matched = 0): readonly Line[] => [
  P.sends("publish", position, sealed(position, to).bytes),
  P.hears("accepted", position, { id: sealed(position, to).id, position, matched }),
];

const wrongProof = (name: string, comment: string, signature: unknown): Dialogue =>
  dialogue(
    `mailbox-${name}`,
    "session/authentication-failed",
    comment,
    {},
    B.opens(),
    A.opens(),
    A.sends("authenticate", 1, mailboxes.mine, signature),
    A.isRefused(1, "session/authentication-failed"),
    A.sends("subscribe", 1, mine, stored),
    A.hears("ended", 1, "mailbox-not-authenticated", any),
  );

const mailbox: readonly Dialogue[] = [
  dialogue(
    "mailbox",
    "accepted",
    "who proves a mailbox is given what is in it, stored and live, and nothing of another mailbox's",
    {},
    P.opens(),
    publishesSealed(1),
    publishesSealed(2, mailboxes.other),
    A.opens(),
    A.sends("authenticate", 1, mailboxes.mine, proof(seeds.mailbox, "A")),
    A.hears("accepted", 1, {}),
    A.sends("subscribe", 1, mine, fromStart),
    A.hears("message", 1, 1, sealed(1).bytes),
    A.hears("caughtUp", 1, 2),
    publishesSealed(3, mailboxes.mine, 1),
    A.hears("message", 1, 3, sealed(3).bytes),
  ),
  dialogue(
    "mailbox-again",
    "accepted",
    "a mailbox that has been proved stays so, whatever is signed afterwards",
    {},
    A.opens(),
    A.sends("authenticate", 1, mailboxes.mine, proof(seeds.mailbox, "A")),
    A.hears("accepted", 1, {}),
    A.sends("authenticate", 2, mailboxes.mine, filled(64, 0)),
    A.hears("accepted", 2, {}),
    A.sends("subscribe", 1, mine, stored),
    A.hears("caughtUp", 1, 0),
    A.hears("ended", 1, "complete", any),
  ),
  dialogue(
    "mailbox-unproved",
    "session/mailbox-not-authenticated",
    "every mailbox of a filter must have been proved on this connection",
    {},
    A.opens(),
    A.sends("authenticate", 1, mailboxes.mine, proof(seeds.mailbox, "A")),
    A.hears("accepted", 1, {}),
    A.sends("subscribe", 1, { mailboxes: [mailboxes.mine, mailboxes.other] }, stored),
    A.hears("ended", 1, "mailbox-not-authenticated", any),
    B.opens(),
    B.sends("subscribe", 1, mine, stored),
    B.hears("ended", 1, "mailbox-not-authenticated", any),
  ),
  dialogue(
    "mailbox-in-the-open",
    "accepted",
    "a filter without mailboxes is given no sealed message, whatever its kinds, and whoever asks",
    {},
    P.opens(),
    publishesSealed(1),
    A.opens(),
    A.sends("authenticate", 1, mailboxes.mine, proof(seeds.mailbox, "A")),
    A.hears("accepted", 1, {}),
    A.sends("subscribe", 1, {}, fromStart),
    A.hears("caughtUp", 1, 1),
    A.sends("subscribe", 2, { kinds: ["sealed"] }, fromStart),
    A.hears("caughtUp", 2, 1),
    publishesSealed(2),
    P.sends("publish", 3, close(3).bytes),
    P.hears("accepted", 3, { id: close(3).id, position: 3, matched: 1 }),
    A.hears("message", 1, 3, close(3).bytes),
  ),
  wrongProof("forged", "64 bytes that prove nothing", filled(64, 1)),
  wrongProof("other-key", "signed with another mailbox's key", proof(seeds.other, "A")),
  wrongProof(
    "other-challenge",
    "an answer to the challenge of another connection",
    proof(seeds.mailbox, "B"),
  ),
  wrongProof(
    "other-relay",
    "an answer to another relay that has sent this challenge",
    new Proof(seeds.mailbox, "another.example:443", new Variable("challengeA")),
  ),
  dialogue(
    "mailbox-too-many",
    "session/too-many-mailboxes",
    "a second mailbox where one is allowed; the first may be proved again",
    limits({ mailboxes: 1 }),
    A.opens(),
    A.sends("authenticate", 1, mailboxes.mine, proof(seeds.mailbox, "A")),
    A.hears("accepted", 1, {}),
    A.sends("authenticate", 2, mailboxes.mine, proof(seeds.mailbox, "A")),
    A.hears("accepted", 2, {}),
    A.sends("authenticate", 3, mailboxes.other, proof(seeds.other, "A")),
    A.isRefused(3, "session/too-many-mailboxes"),
  ),
];

/** A frame that nobody can read, and the end: nothing that follows it is acted on. */
const unreadable = (
  name: string,
  code: string,
  comment: string,
  closeCode: number,
  sent: Line,
  headers: Readonly<Record<string, string>> = {},
): Dialogue =>
  dialogue(
    `frame-${name}`,
    `frame/frame-${code}`,
    comment,
    headers,
    A.opens(),
    A.sends("subscribe", 1, {}, fromNow),
    A.hears("caughtUp", 1, 0),
    sent,
    A.isRefused(0, `frame/frame-${code}`),
    A.isClosed(closeCode),
  );

const frames: readonly Dialogue[] = [
  unreadable("text", "not-binary", "a text message", 1003, A.sendsText('["unsubscribe", 1]')),
  unreadable(
    "large",
    "too-large",
    "a frame larger than this relay takes; one may also close with 1009 and no word",
    1009,
    A.sends("publish", 1, filled(1000, 1)),
    limits({ frame: 1000 }),
  ),
  unreadable("bytes", "malformed", "what is not of the wire profile: null", 1002, A.sendsBytes(hex("f6"))),
  unreadable(
    "filter",
    "malformed",
    "a filter with a path that is none makes its frame malformed",
    1002,
    A.sendsBytes(
      hex("84 69 737562736372696265 02 a1 66 706c61636573 81 62 5553 a2 646c697665f5 6663726564697401"),
    ),
  ),
  unreadable(
    "unknown",
    "unknown",
    "a name that no client's frame has",
    1002,
    A.sendsBytes(hex("82 66 686167676c65 01")),
  ),
];

export const mailboxDialogues: readonly Dialogue[] = [...mailbox, ...frames];
