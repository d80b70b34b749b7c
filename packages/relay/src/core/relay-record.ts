/** What a relay says of itself, signed, so that others can pass it on: where it is dialled, what it carries (spec/09 §4.1). */
import {
  encodeValue,
  field,
  hour,
  minute,
  ok,
  type Reject,
  type Result,
  reject,
  type Signer,
  type UnixSeconds,
  type VerifyEquation,
  verifySignature,
} from "@intentcast/protocol";
import * as z from "zod/mini";
import { peerValue } from "./peer-value.ts";
import { allTopics, isTopic, type Topic } from "./topic.ts";

export const maxRecordBytes = 4096;
export const maxAddresses = 8;
const longestLife = 24 * hour;
/** By how much a relay's clock may be ahead. */
const skew = 5 * minute;

const statementForm = field.record({
  /** The network that the relay is in. */
  network: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  /** Multiaddrs, each with the relay's name at its end. */
  addresses: field.list(z.string().check(z.maxLength(256), z.regex(/^(\/[\w.:-]+)+$/)), maxAddresses),
  /** The topics that it carries; all where it says none. */
  carries: field.optional(
    field.list(
      z.custom<Topic>((value) => typeof value === "string" && isTopic(value)),
      allTopics.length,
    ),
  ),
  issued: field.time,
  expires: field.time,
});
export type Statement = z.infer<typeof statementForm>;

const recordForm = z.tuple([field.publicKey, statementForm, field.bytes(64)]);

export type RelayRecord = {
  /** The Ed25519 key that the relay's name is made of. */
  readonly key: Uint8Array;
  readonly statement: Statement;
  readonly bytes: Uint8Array;
};

/** What the key signs begins unlike what it signs for a message or in a handshake of libp2p's. */
const signedBytes = (key: Uint8Array, statement: Statement): Uint8Array =>
  encodeValue(["intentcast.v1 relay", key, statement]);

export function writeRelayRecord(statement: Statement, { publicKey, sign }: Signer): RelayRecord {
  const signature = sign(signedBytes(publicKey, statement));
  return { key: publicKey, statement, bytes: encodeValue([publicKey, statement, signature]) };
}

/**
 * Reads a record. Codes: `frame-too-large`, `frame-malformed`, and those of the stage verify. Whether the addresses end with
 * the relay's name, and whether it is current, is for the reader to see.
 */
export function readRelayRecord(bytes: Uint8Array, equation: VerifyEquation): Result<RelayRecord, Reject> {
  const value = peerValue(bytes, maxRecordBytes);
  if (!value.ok) return value;
  const read = z.safeParse(recordForm, value.value);
  if (!read.success) return reject("frame-malformed", "no record of a relay");
  const [key, statement, signature] = read.data;
  const verified = verifySignature(signature, signedBytes(key, statement), key, equation);
  return verified.ok ? ok({ key, statement, bytes }) : verified;
}

/** Whether what a record says holds at this moment. */
export const isCurrent = ({ issued, expires }: Statement, now: UnixSeconds): boolean =>
  issued <= now + skew && expires > now && expires - issued <= longestLife;
