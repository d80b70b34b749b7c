/** The words in which the dialogues of spec/vectors/dialogue are written. */
import {
  type Body,
  type OpenKind,
  readMessage,
  type Signed,
  signerFromSeed,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { filled, storyTime } from "../bodies.ts";
import type { Dialogue, Line } from "../dialogue/dialogue.ts";
import { any, Proof, Variable, writeNotation } from "../dialogue/notation.ts";
import { padded, sealedEnvelope, sealedHeader } from "../envelope-parts.ts";
import { hpkeKeyPair } from "../hpke.ts";

/** Where the relay's clock stands when a dialogue begins. */
export const noon = storyTime;

/** `expect` is `accepted`, or the refusal that the dialogue is about. */
export const dialogue = (
  name: string,
  expect: string,
  comment: string,
  headers: Readonly<Record<string, string>>,
  ...lines: readonly (Line | readonly Line[])[]
): Dialogue => ({
  case: name,
  expect,
  comment,
  headers: { clock: `${noon}`, ...headers },
  lines: lines.flat(),
});

/** What a client does and what happens to it. */
export const client = (name: string) => ({
  /** Connects, and is greeted with a challenge that is known as $challengeA of client A. */
  opens: (hello: object = {}): readonly Line[] => [
    { does: "open", client: name },
    { does: "hear", client: name, frame: ["hello", { ...helloFrom(name), ...hello }] },
  ],
  sends: (...frame: readonly unknown[]): Line => ({ does: "send", client: name, frame }),
  sendsBytes: (bytes: Uint8Array): Line => ({ does: "send-bytes", client: name, bytes }),
  sendsText: (text: string): Line => ({ does: "send-text", client: name, text }),
  hears: (...frame: readonly unknown[]): Line => ({ does: "hear", client: name, frame }),
  isRefused: (ref: number, refusal: string, retryAfter: unknown = 0): Line => ({
    does: "hear",
    client: name,
    frame: ["rejected", ref, ...refusal.split("/"), any, retryAfter],
  }),
  isClosed: (code: number): Line => ({ does: "be-closed", client: name, code }),
  closes: (): Line => ({ does: "close", client: name }),
});

const helloFrom = (name: string) => ({
  version: 1,
  name: new Variable("relay"),
  software: any,
  challenge: new Variable(`challenge${name}`),
  store: any,
  position: any,
  time: any,
  limits: any,
});

export const clockSays = (now: number): Line => ({ does: "set-clock", now });
export const restarts: Line = { does: "restart" };
export const shutsDown: Line = { does: "shut-down" };

/** The seed of a key that signs: of one byte, repeated. */
export const seeds = {
  buyer: filled(32, 1),
  seller: filled(32, 2),
  mailbox: filled(32, 3),
  other: filled(32, 4),
};
const signers = { buyer: signerFromSeed(seeds.buyer), seller: signerFromSeed(seeds.seller) };

/** The mailboxes' names: the public keys of two of the seeds. */
export const mailboxes = {
  mine: signerFromSeed(seeds.mailbox).publicKey,
  other: signerFromSeed(seeds.other).publicKey,
};

/** A mailbox's proof for a client's own connection. */
export const proof = (seed: Uint8Array, client: string): Proof =>
  new Proof(seed, new Variable("relay"), new Variable(`challenge${client}`));

const write = <K extends OpenKind>(kind: K, body: Body<K>, by: keyof typeof signers): Signed<K> =>
  unwrap(writeMessage(kind, body, signers[by]));

type Times = { readonly issued?: number; readonly expires?: number };

/** That a thread is over: the smallest message, told apart by its number. */
export const close = (
  number: number,
  { issued = noon, expires = noon + 3600 }: Times = {},
): Signed<"close"> =>
  write(
    "close",
    { nonce: filled(16, number), issued, expires, thread: filled(32, number), reason: "withdrawn" },
    "buyer",
  );

export const profile = (
  number: number,
  { issued = noon, expires = noon + 3600 }: Times = {},
): Signed<"profile"> =>
  write("profile", { nonce: filled(16, number), issued, expires, name: `Shop ${number}` }, "seller");

/** A sealed message that holds nothing, which a relay cannot tell. */
export const sealed = (number: number, to = mailboxes.mine) =>
  unwrap(
    readMessage(
      sealedEnvelope({
        key: hpkeKeyPair(filled(32, 0x51)).key,
        header: sealedHeader(to, noon, noon + 3600),
        plaintext: padded(filled(1, number), 1024),
        ephemeralSecret: filled(32, number),
      }),
    ),
  );

/** All of what is stored, and then what comes. */
export const fromStart = { after: 0, live: true, credit: 100 };
/** What comes from now on. */
export const fromNow = { live: true, credit: 100 };
/** All of what is stored, and no more. */
export const stored = { after: 0, live: false, credit: 100 };

/** The header of a dialogue with a relay that has other limits than page 8 shows. */
export const limits = (some: Readonly<Record<string, number>>) => ({ limits: writeNotation(some) });
