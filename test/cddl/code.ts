/** What the code takes, by the rule of spec/messages.cddl that says the same. */
import {
  concatBytes,
  decodeClientFrame,
  decodeRelayFrame,
  encodeValue,
  filter,
  fromHex,
  kinds,
  type Reject,
  type Result,
  readMessage,
  readSigned,
  signerFromSeed,
  verifyBundle,
} from "@intentcast/protocol";
import { decodeGossipFrame } from "../../packages/relay/src/core/gossip-frame.ts";
import { decodePeersFrame } from "../../packages/relay/src/core/peers-frame.ts";
import { readRelayRecord } from "../../packages/relay/src/core/relay-record.ts";
import { decodeSyncFrame } from "../../packages/relay/src/core/sync-frame.ts";
import { byteString, sealedHeader, signedEnvelope } from "../../packages/testkit/src/envelope-parts.ts";
import { encodeAny } from "./items.ts";

type Takes = (value: unknown) => boolean;

const signer = signerFromSeed(new Uint8Array(32).fill(0x41));
const bytes32 = new Uint8Array(32);

/** Whether it was read, or refused for something that no grammar can say. */
const passes = (read: Result<unknown, Reject>, ...codesOfForm: readonly string[]): boolean =>
  read.ok || !codesOfForm.includes(read.error.code);

const bodies: Readonly<Record<string, Takes>> = Object.fromEntries(
  Object.entries(kinds).map(([kind, { schema }]) => [
    kind,
    (value: unknown) => schema.safeParse(value).success,
  ]),
);

const signedWith = (header: Uint8Array): Uint8Array =>
  signedEnvelope({ signer, kind: "close", payload: encodeValue({}), header });

const sealedWith = (header: Uint8Array, ciphertext: Uint8Array): Uint8Array =>
  concatBytes(fromHex("d083"), byteString(header), fromHex("a1235820"), bytes32, byteString(ciphertext));

/** Each says of a value whether the code takes it. Headers are looked at in the order in which they are encoded. */
export const code: Readonly<Record<string, Takes>> = {
  ...bodies,
  filter: (value) => filter.safeParse(value).success,
  "client-frame": (value) => decodeClientFrame(encodeValue(value)).ok,
  "relay-frame": (value) => decodeRelayFrame(encodeValue(value)).ok,
  "gossip-frame": (value) => decodeGossipFrame(encodeValue(value)).ok,
  "sync-frame": (value) => decodeSyncFrame(encodeValue(value)).ok,
  "peers-frame": (value) => decodePeersFrame(encodeValue(value)).ok,
  "relay-record": (value) =>
    passes(
      readRelayRecord(encodeValue(value), () => true),
      "frame-malformed",
      "frame-too-large",
    ),
  bundle: (value) => passes(verifyBundle(encodeValue(value)), "bundle-form"),
  "signed-header": (value) =>
    passes(
      readSigned(signedWith(encodeAny(value)), () => true),
      "envelope-form",
      "envelope-kind",
    ),
  "sealed-header": (value) =>
    passes(readMessage(sealedWith(encodeAny(value), new Uint8Array(1040))), "envelope-form"),
  "sealed-bytes": (value) =>
    value instanceof Uint8Array && readMessage(sealedWith(sealedHeader(bytes32, 1, 2), value)).ok,
};
