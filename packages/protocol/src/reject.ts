/** Why a message was refused: one registry of codes, each belonging to exactly one stage (spec/errors.md). */
import { type Err, err } from "./result.ts";

/**
 * The stages in the order a message meets them. The first three answer alike at every honest relay for ever;
 * `admit` and `store` are one relay's policy and state at one moment; `open` and `advance` happen at a buyer or
 * seller; `frame` and `session` concern the conversation with a relay; `bundle` the offline proof of a deal.
 */
export const stages = [
  "decode",
  "verify",
  "validate",
  "admit",
  "store",
  "open",
  "advance",
  "bundle",
  "frame",
  "session",
] as const;
export type Stage = (typeof stages)[number];

/** Every reject code, by stage, with its meaning. `spec/errors.md` says the same; a test holds the two equal. */
export const registry = {
  decode: {
    "cbor-truncated": "the bytes end before the item does",
    "cbor-trailing-bytes": "bytes follow the item",
    "cbor-not-shortest": "an integer or a length is not in its shortest form",
    "cbor-indefinite-length": "an item has indefinite length",
    "cbor-integer-range": "an integer lies outside ±(2^53−1)",
    "cbor-float": "a floating-point number",
    "cbor-simple": "a simple value other than true and false",
    "cbor-tag": "a tag where none may stand",
    "cbor-reserved": "an additional-information value that CBOR reserves",
    "cbor-utf8": "a text string is not valid UTF-8",
    "cbor-key-type": "a map key is not a text string",
    "cbor-key-form": "a map key does not match [a-z][A-Za-z0-9]*",
    "cbor-key-order": "map keys are not in bytewise order",
    "cbor-key-duplicate": "a map key occurs twice",
    "cbor-depth": "items are nested deeper than 16",
    "cbor-size": "an item is larger than its place allows",
    "envelope-form": "the bytes are neither of the two envelopes, to the byte",
    "envelope-kind": "the content type names no known kind",
    "body-not-map": "a body is not a map",
  },
  verify: {
    "key-not-canonical": "the y coordinate of the public key is not below p",
    "key-small-order": "the public key is a point of small order",
    "signature-r-not-canonical": "the y coordinate of R is not below p",
    "signature-r-small-order": "R is a point of small order",
    "signature-s-range": "S is not below the group order",
    "signature-invalid": "the signature does not satisfy the cofactorless equation",
  },
  validate: {
    "body-shape": "a field is missing, unknown, of the wrong type or out of bounds",
    "lifetime-negative": "expires is not later than issued",
    "sealed-only": "a kind that must travel sealed was sent in the open",
    "price-form": "a price is not exactly one of a maximum, a firm price and a curve",
    "curve-order": "the points of a price curve are not in order of time",
    "requirement-form": "a requirement's operator, value and unit do not fit together",
    "requirement-force": "a requirement is not exactly one of must and weighted",
    "time-order": "a period ends before it begins",
    "gtin-check-digit": "a GTIN's check digit is wrong",
    "breakdown-sum": "the breakdown of a price does not add up to its total",
    "line-sum": "the lines' prices do not add up to the goods in the breakdown",
    "line-twice": "two lines of an offer answer the same line and are not parts of it",
    "list-duplicate": "a list that is a set holds an item twice",
    "counter-empty": "a counter asks for no change",
  },
  admit: {
    expired: "the message has expired",
    "not-yet-valid": "the message is issued more than five minutes in the future",
    "lifetime-too-long": "the message lives longer than thirty days",
    "message-too-large": "the message is larger than this relay takes",
    superseded: "this relay holds a later profile of the same author",
    "rate-limited": "too many messages in too short a time",
    overloaded: "the relay has more to do at this moment than it can",
    "not-carried": "this relay does not carry this kind of message",
    "read-only": "this relay takes no messages at present",
  },
  store: {
    "store-failed": "the relay could not write the message to its store",
    "store-full": "the relay's disk is full",
  },
  open: {
    "not-for-us": "the sealed message is for a mailbox that we do not hold",
    undecryptable: "the sealed message does not decrypt with the mailbox's key",
    "padding-form": "the plaintext is not one message and zeros up to an allowed size",
    "inner-mailbox": "the message inside names another mailbox than the envelope",
    "inner-kind": "the message inside is of a kind that travels in the open",
  },
  advance: {
    "thread-mismatch": "the message belongs to another thread",
    "prev-unknown": "the message answers a message that this deal does not hold",
    "prev-wrong": "the message answers a message that its kind cannot answer",
    "out-of-turn": "the deal is not at a point where this kind may follow",
    "author-wrong": "the message is signed by somebody who may not send this kind in this deal",
    "deal-over": "the deal has ended; nothing follows",
    "duplicate-message": "the deal holds this message already",
    "mailbox-wrong":
      "the message is not for the other side's mailbox, or a seller changes theirs within a deal",
    "issued-ahead": "the message is issued more than five minutes in the future",
    "issued-before-prev": "the message is issued more than five minutes before the one that it answers",
    "deal-full": "the deal holds as many bytes of offers, updates and notes as a provable deal may",
    "intent-expired": "the intent had expired",
    "offer-expired": "the offer was no longer firm",
    "counter-expired": "the counter no longer stood",
    "award-late": "the buyer's own deadline for the award had passed",
    "terms-not-accepted": "the offer does not accept terms that the intent requires",
    "currency-mismatch": "the currency is not the intent's",
    "price-above-limit": "the total is above what the intent allows",
    "line-unknown": "the offer answers a line that the intent does not have",
    "line-missing": "the offer leaves out a line that the intent requires",
    "quantity-unit": "the offered quantity is in another unit than the wanted one",
    "quantity-mismatch": "the offered quantity is not the wanted one",
    "condition-mismatch": "the offered condition is not one that the intent allows",
    "requirement-unmet": "the offer does not show that an item is as the intent requires it",
    "substitute-refused": "a substitute is offered for a line that allows none",
    "delivery-mismatch": "the offered delivery is not one that the intent allows",
    "delivery-late": "the offered delivery comes later than the intent wants it",
    "rounds-exhausted": "the deal has used up its rounds of counter-offers",
    "order-mismatch": "the order's total is not the awarded offer's",
    "status-backward": "an order status that cannot follow the present one",
    "receipt-twice": "the deal holds a receipt already",
    "already-awarded": "the intent has been awarded as often as it allows",
  },
  bundle: {
    "bundle-form": "the bytes are not a deal bundle",
    "bundle-incomplete": "the bundle lacks the intent, the offer, the award or the order",
  },
  frame: {
    "frame-too-large": "a frame is larger than the relay allows",
    "frame-not-binary": "a text frame; the protocol speaks binary frames only",
    "frame-malformed": "a frame is not the CBOR array that its name requires",
    "frame-unknown": "a frame with a name that is not the protocol's",
  },
  session: {
    "filter-form": "a filter is malformed",
    "filter-too-large": "a filter has more terms than the relay allows",
    "subscription-taken": "the connection has a subscription of this number already",
    "subscription-unknown": "the connection has no subscription of this number",
    "too-many-subscriptions": "the connection has as many subscriptions as the relay allows",
    "mailbox-not-authenticated": "the filter names a mailbox that the connection has not authenticated for",
    "authentication-failed": "the signature over the relay's challenge does not verify",
    "too-many-mailboxes": "the connection has authenticated for as many mailboxes as the relay allows",
    "position-unknown": "the position asked for lies beyond what the relay has stored",
    "shutting-down": "the relay is shutting down",
    "relay-mistrusted": "the relay calls itself by another name than the one it was reached by",
    "connection-lost": "the connection to the relay was lost before it answered",
    "no-relay": "no relay could be reached",
    "relay-address": "an address is not a plain ws:// or wss:// address",
    "seed-form": "the words are not a valid seed phrase",
    "key-file-unsafe": "the key file is a link, is not a plain file, or is open to others",
    "key-file-broken": "the file is no key file, or a part of it is missing",
    "key-file-version": "the key file was written by another version of this program",
    "key-file-locked": "the passphrase does not open the key file, or there is none",
    "journal-conflict": "another process on the same journal did this already",
    "journal-broken": "the journal holds something that this program cannot read",
    "journal-version": "the journal was written by another version of this program",
    "journal-locked": "the passphrase does not open the journal",
    "journal-unsafe": "the journal's file is a link, is not a plain file, or is open to others",
    "journal-failed": "the journal could not be read or written",
  },
} as const satisfies Record<Stage, Record<string, string>>;

type Registry = typeof registry;
export type RejectCode = { [S in Stage]: keyof Registry[S] }[Stage];

/** A refusal. The wire carries `code` (its stage follows from it); `detail` is for people and never parsed. */
export type Reject = { readonly stage: Stage; readonly code: RejectCode; readonly detail: string };

const stageByCode = new Map<string, Stage>(
  stages.flatMap((stage) => Object.keys(registry[stage]).map((code) => [code, stage] as const)),
);

/** The one stage at which a code can occur, or undefined for a code that is not in the registry. */
export const stageOf = (code: string): Stage | undefined => stageByCode.get(code);

/** What a code means, in one phrase. */
export const meaningOf = (code: RejectCode): string => {
  const meanings: Record<string, string> = registry[stageOf(code) as Stage];
  return meanings[code] as string;
};

/** Makes a failed Result. `detail` adds what is particular to this case, such as the path of a field. */
export const reject = (code: RejectCode, detail = ""): Err<Reject> =>
  err({ stage: stageOf(code) as Stage, code, detail });

/** One line for people: stage, code, meaning, and the detail where there is one. */
export const describeReject = ({ stage, code, detail }: Reject): string =>
  `${stage}/${code}: ${meaningOf(code)}${detail === "" ? "" : ` (${detail})`}`;
