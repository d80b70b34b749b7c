/** The fields that several kinds share: bounded texts, ids, money, times, quantities, places (spec/messages.cddl). */
import * as z from "zod/mini";
import { utf8Length } from "../cbor/utf8.ts";
import { canSealTo } from "../cose/x25519.ts";

/**
 * A map with exactly these fields; unknown ones are refused. A byte string is no map, which the library would not say:
 * to it an empty one is an object without fields, and every further byte an unknown field.
 */
export const record = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => {
  const fields = z.strictObject(shape);
  const map = z.custom<z.input<typeof fields>>((value) => !(value instanceof Uint8Array), "expected object");
  return z.pipe(map, fields);
};

/** A field that may be absent, and is never present without a value. */
export const optional = z.exactOptional;

export const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length, `${length} bytes`);

export const integer = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));

export const list = <T extends z.core.$ZodType>(item: T, most: number, least = 1) =>
  z.array(item).check(z.minLength(least), z.maxLength(most));

/** C0 and C1 controls: they have no place in a label and can drive a terminal. */
const control = /\p{Cc}/u;
const controlButNewline = /[^\P{Cc}\n]/u;

const bounded = (mostBytes: number, forbidden: RegExp, expected: string) =>
  z
    .string()
    .check(
      z.refine(
        (text) => text !== "" && !forbidden.test(text) && utf8Length(text) <= mostBytes,
        `${expected} of 1 to ${mostBytes} bytes in UTF-8, without control characters`,
      ),
    );

/** One line of text. */
export const label = (mostBytes = 200) => bounded(mostBytes, control, "one line");

/** What a relay and a client tell each other for people to read: may be empty. */
export const remark = z
  .string()
  .check(z.refine((text) => utf8Length(text) <= 500, "at most 500 bytes in UTF-8"));

/** Text in which line feeds may stand. */
export const prose = (mostBytes: number) => bounded(mostBytes, controlButNewline, "text");

const pattern = (form: RegExp, mostLength: number, expected: string) =>
  z.string().check(z.maxLength(mostLength), z.regex(form, expected));

export const id = bytes(32);
export const publicKey = bytes(32);

/** An X25519 key that HPKE can seal to (spec/04-envelopes §4). */
export const sealingKey = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length === 32 && canSealTo(value),
  "32 bytes, an X25519 key that is not of small order",
);
export const nonce = bytes(16);
export const time = integer(0, Number.MAX_SAFE_INTEGER);

/** Minor units of the currency beside it: cents, pence, yen. */
export const amount = integer(0, Number.MAX_SAFE_INTEGER);

/** ISO 4217. */
export const currency = pattern(/^[A-Z]{3}$/, 3, "an ISO 4217 code such as USD");

/** ISO 3166-1 alpha-2. */
export const country = pattern(/^[A-Z]{2}$/, 2, "an ISO 3166-1 code such as US");

/** BCP 47. */
export const language = pattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 35, "a BCP 47 tag such as en or pt-BR");

/** A category or a place: a scheme and its segments, from the general to the particular (spec/05-paths). */
export const path = pattern(
  /^[a-z][a-z0-9]*(\/[A-Za-z0-9-]+){0,15}$/,
  120,
  "a path such as shopify/aa/1/13/8",
);

/** A machine word: an attribute, a payment method. */
export const token = pattern(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 64, "a word such as seat-count");

/** UN/CEFACT Recommendation 20 common code: C62 is one piece, KGM a kilogram, HUR an hour. */
export const unit = pattern(/^[A-Z0-9]{2,3}$/, 3, "a UN/CEFACT Rec 20 code such as C62");

export const domain = pattern(
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
  253,
  "a domain name in lower case",
);

export const link = pattern(/^https:\/\/[!-~]+$/, 500, "an https address");

/** An identifier of a text: an IRI restricted to its URI form (RFC 3986). */
export const iri = pattern(/^[a-z][a-z0-9+.-]*:[!-~]+$/, 300, "an IRI");

export const relayAddress = pattern(/^wss?:\/\/[!-~]+$/, 200, "a ws:// or wss:// address");

/** GTIN-8, -12, -13 or -14, its check digit included. */
export const gtin = pattern(/^(\d{8}|\d{12}|\d{13}|\d{14})$/, 14, "a GTIN of 8, 12, 13 or 14 digits");

/** value × 10^−scale units. */
export const quantity = record({
  value: integer(1, Number.MAX_SAFE_INTEGER),
  scale: optional(integer(1, 9)),
  unit,
});
export type Quantity = z.infer<typeof quantity>;

/** schema.org OfferItemCondition, in one word each. */
export const condition = z.enum(["new", "refurbished", "used", "damaged"]);
export type Condition = z.infer<typeof condition>;

/**
 * schema.org DeliveryMethod, in one word each: pickup is OnSitePickup, parcel ParcelService, courier OwnFleet,
 * locker LockerDelivery, download DirectDownload; onsite is a service done where the buyer is.
 */
export const deliveryMethod = z.enum(["pickup", "parcel", "courier", "locker", "download", "onsite"]);
export type DeliveryMethod = z.infer<typeof deliveryMethod>;

/** A span of time, open at either end. */
export const period = record({ from: optional(time), until: optional(time) });
export type Period = z.infer<typeof period>;

/** Where sealed answers go: a mailbox, the HPKE key to seal them to, the relays that the mailbox is read on. */
export const reply = record({
  mailbox: publicKey,
  key: sealingKey,
  relays: optional(list(relayAddress, 8)),
});
export type Reply = z.infer<typeof reply>;

/** By hand: schemas of the library's for this alone weigh more in a page than all that they would check. */
const isExtensionValue = (value: unknown): value is ExtensionValue => {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value === "string" || typeof value === "boolean" || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isExtensionValue);
  return isPlainObject(value) && Object.values(value).every(isExtensionValue);
};
const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const extensionValue = z.custom<ExtensionValue>(isExtensionValue, "a value of the wire profile");
export type ExtensionValue =
  | number
  | string
  | boolean
  | Uint8Array
  | ExtensionValue[]
  | { [key: string]: ExtensionValue };

/** Extensions: pairs of a reverse-domain name and any value of the wire profile; signed, never interpreted. */
export const ext = list(
  z.tuple([pattern(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/, 120, "a reversed domain name"), extensionValue]),
  16,
);

/** Every body begins with these. */
export const head = { nonce, issued: time, ext: optional(ext) };

/** Every sealed body adds these: its thread, what it answers, whose mailbox it is for. */
export const threadHead = { ...head, thread: id, prev: id, to: publicKey };
