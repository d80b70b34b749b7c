/** The scenarios of spec/vectors/filter: pairs of a filter and a message, and whether the one describes the other. */
import {
  type Body,
  encodeValue,
  type Filter,
  type Message,
  readMessage,
  toHex,
  unwrap,
} from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import * as dealStory from "../deal-story.ts";
import { diagnostic } from "../diagnostic.ts";
import { padded, sealedEnvelope, sealedHeader } from "../envelope-parts.ts";
import { hpkeKeyPair } from "../hpke.ts";
import type { Vector } from "../vectors.ts";
import { signed } from "./deal.ts";

const { intentBody, noon, termsText } = dealStory;

const requirements: Body<"intent">["want"][number]["requirements"] = [
  { attribute: "color", operator: "in", value: ["sage green", "Blue"], weight: 40 },
  { attribute: "seats", operator: "eq", value: 20, scale: 1, must: true },
  { attribute: "weight", operator: "le", value: 12, unit: "KGM", must: true },
];
const [stroller, cover] = intentBody().want as [
  Body<"intent">["want"][number],
  Body<"intent">["want"][number],
];

const intent = signed(
  "intent",
  intentBody({
    want: [{ ...stroller, name: "Poussette JUMEAUX, ﬁne Cafe\u0301", requirements }, cover],
    where: ["geohash/9/m/u/d/q", "iso3166/US/CA"],
    note: "Nothing in plastic.",
  }),
  "buyer",
);
const curved = signed(
  "intent",
  intentBody({
    price: {
      currency: "USD",
      curve: [
        { at: noon, price: 100 },
        { at: noon + 60, price: 500 },
        { at: noon + 120, price: 300 },
      ],
    },
  }),
  "buyer",
);
const { price: _price, ...priceless } = intentBody();
const unpriced = signed("intent", priceless, "buyer");
const profile = signed(
  "profile",
  {
    nonce: filled(16, 3),
    issued: noon,
    expires: noon + 60,
    name: "Cradle & Co",
    description: "For twins",
    categories: ["shopify/bt"],
    areas: ["iso3166/US/CA"],
  },
  "seller",
);
const close = signed(
  "close",
  { nonce: filled(16, 2), issued: noon, expires: noon + 60, thread: intent.id, reason: "withdrawn" },
  "buyer",
);

/** Nobody but its mailbox can tell that there is no message in it. */
const sealed = unwrap(
  readMessage(
    sealedEnvelope({
      key: hpkeKeyPair(filled(32, 0x51)).key,
      header: sealedHeader(dealStory.mailboxes.buyer, noon, noon + 60),
      plaintext: padded(filled(1, 0xd2), 1024),
      ephemeralSecret: filled(32, 0x61),
    }),
  ),
);

const pair = (
  name: string,
  describes: "yes" | "no",
  filter: Filter,
  message: Message,
  comment: string,
): Vector => ({
  case: name,
  expect: "accepted",
  comment,
  headers: {
    filter: diagnostic(filter),
    kind: message.kind,
    id: toHex(message.id),
    matches: describes,
  },
  bytes: encodeValue([filter, message.bytes]),
});

/** What is no filter. */
const refuse = (name: string, filter: unknown, comment: string): Vector => ({
  case: name,
  expect: "session/filter-form",
  comment,
  headers: {},
  bytes: encodeValue([filter, intent.bytes]),
});

const attribute = (name: string, ...values: (string | number | boolean)[]): Filter => ({
  attributes: [{ attribute: name, values }],
});
const mine: Filter = { mailboxes: [dealStory.mailboxes.buyer] };
const least = (amount: number, currency = "USD"): Filter => ({ prices: [{ currency, least: amount }] });

export const filterScenarios: readonly Vector[] = [
  pair("empty", "yes", {}, intent, "no field, nothing to hold"),
  pair("kind", "yes", { kinds: ["close", "intent"] }, intent, "one of the kinds"),
  pair("kind-other", "no", { kinds: ["close"] }, intent, "none of the kinds"),
  pair("author", "yes", { authors: [filled(32, 9), intent.author] }, intent, "one of the authors"),
  pair("author-other", "no", { authors: [profile.author] }, intent, "none of the authors"),
  pair(
    "mailbox",
    "no",
    { mailboxes: [dealStory.mailboxes.buyer] },
    intent,
    "an intent's reply is not its mailbox",
  ),
  pair("category-above", "yes", { categories: ["shopify/bt"] }, intent, "contains the first line's"),
  pair(
    "category-second-line",
    "yes",
    { categories: ["shopify/bt/15/4"] },
    intent,
    "equals the second line's",
  ),
  pair(
    "category-below",
    "no",
    { categories: ["shopify/bt/15/8/1"] },
    intent,
    "lies below, and does not contain it",
  ),
  pair("category-prefix", "no", { categories: ["shopify/b"] }, intent, "a prefix, but not of whole segments"),
  pair("category-profile", "yes", { categories: ["shopify"] }, profile, "a profile's own categories"),
  pair("category-close", "no", { categories: ["shopify"] }, close, "does not apply to the kind"),
  pair("place", "yes", { places: ["iso3166/MX", "iso3166/US"] }, intent, "one contains one"),
  pair("place-none", "no", { places: ["iso3166"] }, curved, "the intent names no place"),
  pair("price", "yes", least(25_000), intent, "the maximum itself"),
  pair("price-low", "no", least(25_001), intent, "a cent above the maximum"),
  pair("price-currency", "no", least(0, "EUR"), intent, "another currency"),
  pair("price-curve", "yes", least(500), curved, "the curve's highest point"),
  pair("price-curve-low", "no", least(501), curved, "above the curve's highest point"),
  pair("price-none", "yes", least(1_000_000, "JPY"), unpriced, "no price excludes none"),
  pair(
    "attribute-in",
    "yes",
    attribute("color", "red", "Blue"),
    intent,
    "a value of the list; a preference suffices",
  ),
  pair("attribute-case", "no", attribute("color", "blue"), intent, "values are compared as they are"),
  pair("attribute-scaled", "yes", attribute("seats", 2), intent, "20 by a scale of 1 is 2"),
  pair("attribute-unscaled", "no", attribute("seats", 20), intent, "20 by a scale of 1 is not 20"),
  pair("attribute-operator", "no", attribute("weight", 12), intent, "at most 12 does not demand 12"),
  pair("attribute-type", "no", attribute("seats", "2", true), intent, "neither text nor truth is a number"),
  pair(
    "words-all",
    "yes",
    { words: { all: ["poussette", "CAFÉ", "sage", "fine"] } },
    intent,
    "folded, in names and values",
  ),
  pair("words-all-missing", "no", { words: { all: ["poussette", "landau"] } }, intent, "one of two"),
  pair("words-any", "yes", { words: { any: ["landau", "jumeaux"] } }, intent, "one of two"),
  pair("words-part", "no", { words: { any: ["pousse"] } }, intent, "a part of a word"),
  pair("words-two", "no", { words: { any: ["sage green"] } }, intent, "two words are not one"),
  pair("words-note", "no", { words: { any: ["plastic"] } }, intent, "notes are not looked at"),
  pair(
    "words-profile",
    "yes",
    { words: { all: ["cradle", "twins"] } },
    profile,
    "a profile's name and description",
  ),
  pair("terms", "yes", { terms: [termsText] }, intent, "all that must be accepted"),
  pair("terms-other", "no", { terms: [filled(32, 0x32)] }, intent, "only what may be accepted"),
  pair(
    "terms-none",
    "yes",
    { terms: [filled(32, 0x32)] },
    signed(
      "intent",
      intentBody({ terms: [{ iri: "https://terms.example/extra", sha256: termsText, must: false }] }),
      "buyer",
    ),
    "an intent that requires none: all of none are among them",
  ),
  pair("terms-close", "no", { terms: [termsText] }, close, "a kind that has no terms"),
  pair("words-empty", "yes", { words: {} }, intent, "a field that asks for nothing holds"),
  pair("words-empty-close", "no", { words: {} }, close, "but not for a kind that it does not apply to"),
  pair(
    "issued-reversed",
    "no",
    { issued: { from: noon + 1, until: noon - 1 } },
    intent,
    "a period that holds no moment",
  ),
  pair("issued-empty", "yes", { issued: {} }, close, "both ends open"),
  pair("issued", "yes", { issued: { from: noon, until: noon } }, intent, "both ends are included"),
  pair("issued-later", "no", { issued: { from: noon + 1 } }, intent, "a second too early"),
  pair("sealed", "yes", mine, sealed, "one of the mailboxes"),
  pair("sealed-other", "no", { mailboxes: [dealStory.mailboxes.seller] }, sealed, "another mailbox"),
  pair("sealed-empty", "no", {}, sealed, "a filter without mailboxes describes no sealed message"),
  pair("sealed-kind-alone", "no", { kinds: ["sealed"] }, sealed, "whatever its kinds"),
  pair("sealed-kind", "yes", { ...mine, kinds: ["sealed"] }, sealed, "both hold"),
  pair("sealed-kind-other", "no", { ...mine, kinds: ["intent"] }, sealed, "another kind"),
  pair("sealed-issued", "yes", { ...mine, issued: { until: noon } }, sealed, "by the envelope's own time"),
  pair("sealed-category", "no", { ...mine, categories: ["shopify"] }, sealed, "a field that does not apply"),
  pair("sealed-author", "no", { ...mine, authors: [intent.author] }, sealed, "nobody sees who wrote it"),
  refuse("malformed-field", { colour: ["red"] }, "no such field"),
  refuse("malformed-empty", { kinds: [] }, "a list of nothing"),
  refuse("malformed-kind", { kinds: ["offer"] }, "a kind that travels sealed"),
  refuse("malformed-path", { places: ["iso3166/US/"] }, "no path"),
  refuse("malformed-257", { words: { any: new Array(257).fill("a") } }, "257 words"),
  refuse("malformed-bytes", new Uint8Array(0), "an empty byte string in the place of a map"),
  refuse("malformed-value", { attributes: [{ attribute: "size", values: [[1]] }] }, "a list for a value"),
  pair(
    "together",
    "no",
    { kinds: ["intent"], places: ["iso3166/MX"] },
    intent,
    "one field holds and one does not",
  ),
];
