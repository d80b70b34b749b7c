/** The Intentcast protocol, pure: no I/O, no clock, no randomness of its own. The specification is in spec/. */

// Before all else, so that a bundle has noble's two collections of helpers side by side: what they have in common is then
// compressed once, and a page loads 0.9 kB less.
import "./cose/hpke.ts";

export {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64url,
  fromHex,
  parseHex,
  shortHex,
  toBase64url,
  toHex,
} from "./bytes.ts";
export { decodeValue, encodeValue, type ProfileValue } from "./cbor/codec.ts";
export { type Claim, portableEquation, signerFromSeed, verifySignature } from "./cose/ed25519.ts";
export { advance } from "./deal/advance.ts";
export { encodeBundle, verifyBundle } from "./deal/bundle.ts";
export { checkAnswer, checkOffer, type Proposal } from "./deal/conforms.ts";
export {
  awardsLeft,
  type Deal,
  findMessage,
  isAnswered,
  isTerminal,
  openDeal,
  type Phase,
} from "./deal/deal.ts";
export { priceLimit } from "./deal/price-limit.ts";
export { type Described, satisfies, statedAttribute } from "./deal/satisfies.ts";
export { IntentcastError, unwrap } from "./error.ts";
export { countTerms, type Filter, filter, filterKinds } from "./filter/filter.ts";
export { categoriesOf, demandsOf, matches, mostOf, placesOf, wordsIn } from "./filter/matches.ts";
export { contains } from "./filter/path.ts";
export { foldText, wordsOf } from "./filter/words.ts";
export { type IntentKeys, intentKeys, type MailboxKeys, sellerSigner, threadMailbox } from "./keys/derive.ts";
export { didKey, parseDidKey } from "./keys/did-key.ts";
export { newSeed, seedToWords, wordsToSeed } from "./keys/seed.ts";
export * from "./limits.ts";
export type { Address, Disclosure } from "./message/award.ts";
export type { Change } from "./message/counter.ts";
export { reasons as declineReasons } from "./message/decline.ts";
export * as field from "./message/field.ts";
export type { Price, Requirement, Term, WantedLine } from "./message/intent.ts";
export { describeIssue } from "./message/issue.ts";
export {
  type Body,
  isKind,
  isOpen,
  type Kind,
  kinds,
  type OpenKind,
  type SealedKind,
} from "./message/kinds.ts";
export type { Id, Message, Private, Sealed, Signed } from "./message/message.ts";
export type { Attribute, Breakdown, OfferedLine, PromisedDelivery } from "./message/offer.ts";
export type { Payment } from "./message/order.ts";
export {
  decodeMessage,
  type Opener,
  openCopy,
  openSealed,
  readMessage,
  readSigned,
  recallMessage,
  type Unverified,
} from "./message/read.ts";
export { gtinIsValid } from "./message/rule.ts";
export { type OrderStatus, statuses } from "./message/update.ts";
export { type Lifetime, type SealedTo, sealCopy, sealMessage, writeMessage } from "./message/write.ts";
export { formatAmount, formatMoney, minorDigits, parseAmount } from "./money.ts";
export type { Clock, Random, Sha256, Signer, VerifyEquation } from "./ports.ts";
export {
  describeReject,
  meaningOf,
  type Reject,
  type RejectCode,
  registry,
  reject,
  type Stage,
  stageOf,
  stages,
} from "./reject.ts";
export { type Err, err, type Ok, ok, type Result } from "./result.ts";
export { day, hour, minute, type Seconds, type UnixSeconds } from "./time.ts";

export { challengeBytes } from "./wire/challenge.ts";
export {
  type ClientFrame,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  type Hello,
  type Limits,
  type MessageFrames,
  messageFrames,
  type RelayFrame,
} from "./wire/frame.ts";
