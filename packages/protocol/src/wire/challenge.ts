/** What a mailbox's key signs to prove to a relay that its holder is there (spec/08-relay-protocol §authenticate). */
import { encodeValue } from "../cbor/codec.ts";
import type { Hello } from "./frame.ts";

/**
 * Bytes to be signed: the relay's name is among them, so that a relay cannot pass on another relay's challenge.
 * They begin unlike a Sig_structure, so that a signature can never serve as one of a message.
 */
export const challengeBytes = ({ name, challenge }: Pick<Hello, "name" | "challenge">, mailbox: Uint8Array) =>
  encodeValue(["intentcast.v1 mailbox", name, challenge, mailbox]);
