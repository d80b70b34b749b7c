/**
 * Product feeds in every format. An input is one byte that says as which format it is read (0: whatever it looks like)
 * and in which currency the shop sells, and the feed.
 */

import {
  checkOffer,
  concatBytes,
  type Signed,
  signerFromSeed,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { answerIntent, type FeedFormat, readFeed } from "@intentcast/seller-client";
import { sampleBodies, storyTime } from "@intentcast/testkit";
import { propose } from "../../../packages/seller-client/src/offer-draft.ts";
import { feeds, jsonFeeds } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { demand, type Target } from "../target.ts";
import { mutateJson } from "../values.ts";

const formats: readonly (FeedFormat | undefined)[] = [
  undefined,
  "shopify-csv",
  "woocommerce-csv",
  "google-merchant",
  "json-ld",
  "json",
];
const currencies = ["EUR", "USD", "GBP"] as const;
const samples = [...feeds.values()];
/** A change to the text of a JSON feed mostly makes it none: those are changed by the target `json`. */
const texts = [...feeds].filter(([name]) => !name.endsWith(".json")).map(([, bytes]) => bytes);
const encoder = new TextEncoder();

/** What means something to one of the formats. */
const tokens = [
  '"',
  '""',
  ",",
  ";",
  "\t",
  "\n",
  "\r\n",
  "\r",
  "<",
  ">",
  "</item>",
  "<item>",
  "<![CDATA[",
  "]]>",
  "&",
  "&amp;",
  "&#0;",
  "&#x110000;",
  "<!DOCTYPE a [<!ENTITY b 'c'>]>",
  "&b;",
  "<g:price>",
  "<script",
  "</script>",
  "{",
  "}",
  "[",
  "]",
  ":",
  "null",
  "1e999",
  "-1",
  "0.001",
  "12,50",
  "1.234,56",
  "USD",
  "EUR",
  "€",
  "\ufeff",
  "\u0000",
  "\u2028",
  "İ",
  "\ud7ff",
  "x".repeat(3000),
  "in stock",
  "__proto__",
  "constructor",
  "2026-13-45T99:99Z",
  "2026-11-23T10:00Z/2026-11-24T10:00Z",
].map((token) => encoder.encode(token));

const withFormat = (dice: Dice, feed: Uint8Array): Uint8Array =>
  concatBytes(headOf(dice.chance(0.85) ? 0 : dice.below(formats.length), dice), feed);

const headOf = (format: number, dice: Dice): Uint8Array =>
  Uint8Array.of(format + formats.length * dice.below(currencies.length));

function make(dice: Dice): Uint8Array {
  if (dice.chance(0.03)) return withFormat(dice, dice.bytes(dice.below(400)));
  let feed = dice.pick(dice.chance(0.9) ? texts : samples);
  const changes = 1 + dice.below(6);
  for (let i = 0; i < changes; i++)
    feed = dice.chance(0.08) ? mutate(feed, dice, samples) : rewrite(feed, dice);
  return withFormat(dice, feed);
}

/** A token put in or in the place of something, a line doubled, dropped or moved. */
function rewrite(feed: Uint8Array, dice: Dice): Uint8Array {
  // A feed without its first line is mostly taken for none.
  const from = dice.chance(0.8) ? feed.indexOf(0x0a) + 1 : 0;
  const at = from + dice.below(feed.length - from + 1);
  if (dice.chance(0.6)) {
    return concatBytes(feed.subarray(0, at), dice.pick(tokens), feed.subarray(at + dice.below(12)));
  }
  const start = feed.lastIndexOf(0x0a, at) + 1;
  const end = feed.indexOf(0x0a, at) + 1 || feed.length;
  const line = feed.subarray(start, end);
  const rest = concatBytes(feed.subarray(0, start), feed.subarray(end));
  if (dice.chance(0.3)) return rest;
  const to = rest.indexOf(0x0a, dice.below(rest.length + 1)) + 1;
  const moved = concatBytes(rest.subarray(0, to), line, rest.subarray(to));
  return dice.chance(0.5) ? moved : concatBytes(feed.subarray(0, end), line, feed.subarray(end));
}

const { ext: _, price: __, terms: ___, where: ____, delivery: _____, ...wish } = sampleBodies().intent;
const [wanted] = wish.want;
/** An intent that nearly anything answers. */
const intent: Signed<"intent"> = unwrap(
  writeMessage(
    "intent",
    {
      ...wish,
      want: [
        {
          category: "shopify/bt",
          name: "stroller",
          quantity: wanted?.quantity ?? { value: 1, unit: "C62" },
          substitutes: true,
        },
      ],
    },
    signerFromSeed(new Uint8Array(32).fill(1)),
  ),
);

function check(input: Uint8Array): string {
  const [head = 0] = input;
  const format = formats[head % formats.length];
  const currency = currencies[Math.floor(head / formats.length) % currencies.length] ?? "EUR";
  const source = input.subarray(1);
  const options = {
    currency,
    now: storyTime,
    shop: "https://shop.example",
    ...(format && { format }),
  };
  const { items, problems } = readFeed(source, options);
  demand(
    items.length <= source.length && problems.length <= source.length + 1,
    "a feed's result is no longer than the feed",
  );
  let row = 0;
  for (const problem of problems) {
    demand(
      Number.isSafeInteger(problem.row) && problem.row >= row,
      "problems have rows and stand in their order",
    );
    demand(/^\P{Cc}{1,400}$/u.test(problem.reason), "a problem has a reason, in a line");
    row = problem.row;
  }
  demand(new Set(items.map(({ sku }) => sku)).size === items.length, "no two items have one SKU");
  for (const { price, available } of items) {
    demand(Number.isSafeInteger(price) && price >= 0, "a price is a number of minor units");
    demand(
      available === undefined || (Number.isSafeInteger(available) && available >= 0),
      "stock is a count",
    );
  }
  const answer = answerIntent(intent, { currency, items }, storyTime);
  if (answer.ok) {
    const offer = propose(answer.value, intent.body, storyTime);
    demand(checkOffer(intent.body, offer, storyTime).ok, "what a catalogue offers conforms to the intent");
  }
  return `${items.length > 0 ? "items" : "no items"}, ${problems.length > 0 ? "problems" : "no problems"}`;
}

export const feed: Target = { count: 50_000, make, check };

/** JSON that is well-formed, with other values, other types and other depths in it. */
export const json: Target = {
  count: 50_000,
  make: (dice) => {
    const text = JSON.stringify(mutateJson(dice.pick(jsonFeeds), dice));
    return concatBytes(headOf(dice.pick([0, 0, 4, 5]), dice), encoder.encode(text));
  },
  check,
};
