/** Encryption at rest: a journal whose every entry is sealed with a key made of a passphrase, inside any other journal. */

import {
  concatBytes,
  decodeValue,
  encodeValue,
  IntentcastError,
  type ProfileValue,
  type Random,
  type RejectCode,
  reject,
  toBase64url,
} from "@intentcast/protocol";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Entry, Journal, NewEntry } from "./journal.ts";

/** Of the entries that this puts into the journal beneath, and of the one with which it begins. */
const sealedKind = "sealed";
const headerKind = "sealed-journal";
const version = 1;

const saltBytes = 16;
const nonceBytes = 24;
const keyBytes = 32;

/** How much work a passphrase costs whoever tries one: scrypt with N = 2^cost, r = 8, p = 1 (RFC 7914). */
const defaultCost = 17;
/** 2^20 takes 1 GiB: a journal that asks for more was not written by us. */
const mostCost = 20;

export type SealOptions = {
  /** For the salt and the nonces; by default the platform's. */
  readonly random?: Random;
  /**
   * Of a new journal: the binary logarithm of scrypt's N, from 1 to 20. By default 17, which takes 128 MiB and about
   * a second. A journal keeps the cost that it was begun with.
   */
  readonly cost?: number;
};

type Header = { readonly version: number; readonly cost: number; readonly salt: Uint8Array };
type Keys = { readonly seal: Uint8Array; readonly tag: Uint8Array };

/**
 * Opens the journal that is sealed inside another, or begins one in an empty other. What lies beneath shows how many
 * entries there are, how long each is, and which of them have a key; kinds, keys and values are hidden. An entry that was
 * changed, or moved before one that its writer had seen, is refused. Whoever can write to the disk can still take away
 * the last entries, as by putting back an older copy. Closing closes the journal beneath.
 *
 * Rejects with an {@link IntentcastError}: `journal-locked` when the passphrase is empty or not the one that it was begun
 * with; `journal-broken` when the journal beneath is not a sealed one, or an entry was changed; `journal-version` when
 * another version sealed it. The passphrase counts in Unicode's form NFC, so that it does not depend on the keyboard
 * (RFC 8265 §4.2).
 */
export async function sealedJournal(
  journal: Journal,
  passphrase: string,
  options: SealOptions = {},
): Promise<Journal> {
  const { random = systemRandom, cost = defaultCost } = options;
  if (!isCost(cost)) throw new RangeError(`a cost of ${cost} is not from 1 to ${mostCost}`);
  if (passphrase === "") throw refusal("journal-locked", "the passphrase is empty");
  const secret = utf8ToBytes(passphrase.normalize("NFC"));

  const found = await journal.read();
  const begun = found[0] ?? (await begin(journal, secret, cost, random));
  const { header, keys } = await unlock(begun, secret);
  const headerAt = begun.position;
  /** The last position beneath that was seen: what is appended lies behind it. */
  let seen = found.at(-1)?.position ?? headerAt;

  const tagOf = (key: string): string => toBase64url(hmac(sha256, keys.tag, utf8ToBytes(key)));

  function seal({ kind, key, value }: NewEntry): NewEntry {
    const tag = key === undefined ? undefined : tagOf(key);
    const nonce = random(nonceBytes);
    const content = encodeValue({ after: seen, kind, ...(key === undefined ? {} : { key }), value });
    const sealed = xchacha20poly1305(keys.seal, nonce, associated(header, tag)).encrypt(content);
    return {
      kind: sealedKind,
      ...(tag === undefined ? {} : { key: tag }),
      value: concatBytes(nonce, sealed),
    };
  }

  function open({ position, kind, key: tag, value }: Entry): Entry {
    const broken = (why: string) => refusal("journal-broken", `entry ${position} ${why}`);
    if (kind !== sealedKind) throw broken("is not sealed");
    const content = decrypt(keys.seal, value, associated(header, tag));
    if (content === undefined) throw broken("was changed, or belongs to another journal");
    const fields = decodeValue(content, content.length);
    if (!fields.ok || !isContent(fields.value)) throw broken("was sealed by another program");
    const { after, kind: innerKind, key, value: innerValue } = fields.value;
    if (after >= position) throw broken("stands before one that it was written after");
    if ((key === undefined ? undefined : tagOf(key)) !== tag) throw broken("has another one's key");
    return {
      position: position - headerAt,
      kind: innerKind,
      ...(key === undefined ? {} : { key }),
      value: innerValue,
    };
  }

  return {
    async append(entry) {
      const position = await journal.append(seal(entry));
      if (position === "taken") return "taken";
      seen = Math.max(seen, position);
      return position - headerAt;
    },

    async read(after = 0) {
      const entries = await journal.read(headerAt + Math.max(after, 0));
      const opened = entries.map(open);
      seen = Math.max(seen, entries.at(-1)?.position ?? 0);
      return opened;
    },

    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  };
}

/**
 * The journal itself, for a program that has no passphrase: reading one that is sealed is refused with `journal-locked`,
 * where a client might take it for a journal without an entry of its own.
 */
export const unsealedJournal = (journal: Journal): Journal => ({
  ...journal,
  async read(after) {
    const entries = await journal.read(after);
    if (entries.some(({ kind }) => kind === sealedKind || kind === headerKind)) {
      throw refusal("journal-locked", "it is sealed, and no passphrase was given");
    }
    return entries;
  },
});

const systemRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

const refusal = (code: RejectCode, detail: string): IntentcastError =>
  new IntentcastError(reject(code, detail).error);

/** Writes the entry with which a sealed journal begins: how keys are made of the passphrase, and a proof of the keys. */
async function begin(journal: Journal, secret: Uint8Array, cost: number, random: Random): Promise<Entry> {
  const header = { version, cost, salt: random(saltBytes) };
  const keys = await deriveKeys(header, secret);
  const nonce = random(nonceBytes);
  const proof = xchacha20poly1305(keys.seal, nonce, associated(header)).encrypt(new Uint8Array(0));
  const value = encodeValue({ ...header, proof: concatBytes(nonce, proof) });
  // Whoever else begins at this moment has another salt: one of us is first, and the other takes what that one wrote.
  await journal.append({ kind: headerKind, key: headerKind, value });
  return (await journal.read())[0] as Entry;
}

async function unlock(
  { kind, value }: Entry,
  secret: Uint8Array,
): Promise<{ readonly header: Header; readonly keys: Keys }> {
  if (kind !== headerKind) throw refusal("journal-broken", "it is not sealed with a passphrase");
  const fields = decodeValue(value, value.length);
  if (!fields.ok || !isHeader(fields.value))
    throw refusal("journal-broken", "it does not say how it is sealed");
  const { proof, ...header } = fields.value;
  if (header.version !== version) {
    throw refusal(
      "journal-version",
      `it is sealed in form ${header.version}, this program reads form ${version}`,
    );
  }
  const keys = await deriveKeys(header, secret);
  if (decrypt(keys.seal, proof, associated(header)) === undefined) {
    throw refusal("journal-locked", "the passphrase is another one");
  }
  return { header, keys };
}

async function deriveKeys({ cost, salt }: Header, secret: Uint8Array): Promise<Keys> {
  const derived = await scryptAsync(secret, salt, { N: 2 ** cost, r: 8, p: 1, dkLen: 2 * keyBytes });
  return { seal: derived.slice(0, keyBytes), tag: derived.slice(keyBytes) };
}

/** What a ciphertext is bound to: the journal, by its header, and the key that the entry has beneath. */
const associated = ({ cost, salt }: Header, tag?: string): Uint8Array =>
  encodeValue([version, cost, salt, ...(tag === undefined ? [] : [tag])]);

function decrypt(key: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array): Uint8Array | undefined {
  try {
    const cipher = xchacha20poly1305(key, sealed.slice(0, nonceBytes), associatedData);
    return cipher.decrypt(sealed.slice(nonceBytes));
  } catch {
    return undefined;
  }
}

const isCost = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= mostCost;

type Fields = { readonly [name: string]: ProfileValue };
const isFields = (value: ProfileValue): value is Fields =>
  typeof value === "object" && !Array.isArray(value) && !(value instanceof Uint8Array);

const isHeader = (value: ProfileValue): value is Header & { readonly proof: Uint8Array } =>
  isFields(value) &&
  typeof value["version"] === "number" &&
  isCost(value["cost"]) &&
  value["salt"] instanceof Uint8Array &&
  value["proof"] instanceof Uint8Array;

type Content = NewEntry & { readonly after: number };
const isContent = (value: ProfileValue): value is Content & Fields =>
  isFields(value) &&
  typeof value["after"] === "number" &&
  typeof value["kind"] === "string" &&
  (value["key"] === undefined || typeof value["key"] === "string") &&
  value["value"] instanceof Uint8Array;
