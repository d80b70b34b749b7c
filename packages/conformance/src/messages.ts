/** The messages that the kit publishes: valid, small, each new to the relay, by keys that nobody used before. */
import { generateKeyPairSync, sign } from "node:crypto";
import {
  type Body,
  concatBytes,
  encodeValue,
  fromBase64url,
  type MailboxKeys,
  type Message,
  type OpenKind,
  readMessage,
  type Sealed,
  type Signed,
  type Signer,
  sealMessage,
  threadMailbox,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import type { Trial } from "./trial.ts";

/** What a message may have that is not as usual. */
export type Options = {
  readonly by?: Signer;
  readonly issued?: number;
  readonly expires?: number;
};

/** Seconds that pass at most between a look at the relay's clock and a message's arrival. */
export const clockMargin = 30;

/** A key of its own, which signs faster than portable code does: some rules need thousands. */
export function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return {
    publicKey: fromBase64url(x),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** A mailbox with all its keys. */
export const newMailbox = (trial: Trial): MailboxKeys => threadMailbox(trial.random(32), trial.random(32));

const write = <K extends OpenKind>(kind: K, body: Body<K>, by: Signer): Signed<K> =>
  unwrap(writeMessage(kind, body, by));

function headOf(trial: Trial, { issued, expires }: Options) {
  const begins = issued ?? trial.now();
  return { nonce: trial.random(16), issued: begins, expires: expires ?? begins + trial.lifetime };
}

/** A `close` of a thread that there is not; with `filler`, larger by as many bytes and a few. */
export function newClose(trial: Trial, options: Options & { filler?: number } = {}): Signed<"close"> {
  const body: Body<"close"> = { ...headOf(trial, options), thread: trial.random(32), reason: "withdrawn" };
  const { filler } = options;
  const ext: Body<"close">["ext"] = [["org.example.filler", new Uint8Array(filler ?? 0)]];
  return write("close", filler === undefined ? body : { ...body, ext }, options.by ?? newSigner());
}

export const newCloses = (trial: Trial, count: number, options: Options = {}): readonly Signed<"close">[] => {
  const by = options.by ?? newSigner();
  return Array.from({ length: count }, () => newClose(trial, { ...options, by }));
};

export function newProfile(
  trial: Trial,
  options: Options = {},
  fields: Partial<Body<"profile">> = {},
): Signed<"profile"> {
  return write(
    "profile",
    { ...headOf(trial, options), name: "Conformance", ...fields },
    options.by ?? newSigner(),
  );
}

export type IntentFields = Partial<Body<"intent">>;

/** An intent for one piece of something in a category that no market has. */
export function newIntent(trial: Trial, fields: IntentFields = {}, options: Options = {}): Signed<"intent"> {
  const { signer, key } = newMailbox(trial);
  const want = [{ category: "conformance/none", quantity: { value: 1, unit: "C62" } }];
  const reply = { mailbox: signer.publicKey, key };
  return write("intent", { ...headOf(trial, options), want, reply, ...fields }, options.by ?? newSigner());
}

/** A note, sealed to a mailbox. */
export async function newSealed(trial: Trial, to: MailboxKeys, options: Options = {}): Promise<Sealed> {
  const { nonce, issued, expires } = headOf(trial, options);
  const chain = { thread: trial.random(32), prev: trial.random(32), to: to.signer.publicKey };
  const note = unwrap(writeMessage("note", { nonce, issued, ...chain, text: "conformance" }, newSigner()));
  const recipient = { mailbox: to.signer.publicKey, key: to.key };
  return sealMessage(note, recipient, { issued, expires }, (length) => trial.random(length));
}

/** Bytes of the ciphertext of the least sealed message, and its head. */
const leastCiphertext = 1024 + 16;

/**
 * Many sealed messages at once, whose plaintext has `size` bytes: only their holder could tell that they decrypt to
 * nothing.
 */
export async function newSealedLikes(
  trial: Trial,
  to: MailboxKeys,
  count: number,
  size = 1024,
): Promise<readonly Message[]> {
  const { bytes } = await newSealed(trial, to);
  const head = bytes.subarray(0, bytes.length - encodeValue(new Uint8Array(leastCiphertext)).length);
  return Array.from({ length: count }, () =>
    unwrap(readMessage(concatBytes(head, encodeValue(trial.random(size + 16))))),
  );
}
