/** Messages for tests: small, valid, each with an id of its own. */
import {
  type Filter,
  type Signed,
  type Signer,
  signerFromSeed,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";

/** The time of every test with a fixed clock. */
export const now = 1_800_000_000;

export const signer = signerFromSeed(new Uint8Array(32).fill(7));
export const stranger = signerFromSeed(new Uint8Array(32).fill(8));

/** All messages by {@link signer}. */
export const ours: Filter = { authors: [signer.publicKey] };

const numbered = (length: number, number: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
};

/** A message that says that thread `number` is over. */
export const closeMessage = (number: number, by: Signer = signer, issued = now): Signed<"close"> =>
  unwrap(
    writeMessage(
      "close",
      {
        nonce: numbered(16, number),
        issued,
        expires: issued + 3600,
        thread: numbered(32, number),
        reason: "withdrawn",
      },
      by,
    ),
  );

/** An intent whose buyer reads at these relays. */
export const intentMessage = (
  number: number,
  relays: readonly string[],
  expires = now + 7200,
): Signed<"intent"> => {
  const want = [{ category: "shopify/bt", quantity: { value: 1, unit: "C62" } }];
  const reply = { mailbox: numbered(32, number), key: new Uint8Array(32).fill(9), relays: [...relays] };
  const body = { nonce: numbered(16, number), issued: now, expires, want, reply };
  return unwrap(writeMessage("intent", body, signer));
};

export const closeMessages = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, number) => closeMessage(number).bytes);
