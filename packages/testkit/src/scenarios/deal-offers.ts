/** More of spec/vectors/deal: what an offer must hold against its intent, and what it may leave out. */
import type { Attribute, Body, Deal, Requirement, WantedLine } from "@intentcast/protocol";
import { filled } from "../bodies.ts";
import * as dealStory from "../deal-story.ts";
import type { Vector } from "../vectors.ts";
import { after, held, proof, story } from "./deal.ts";

const { award, hour, minute, noon, offer, order, play } = dealStory;
type Over = Partial<Body<"offer">>;

const [line] = dealStory.proposal().lines as [ReturnType<typeof dealStory.proposal>["lines"][number]];
const three = { quantity: { value: 3, unit: "C62" } };
const cover = { line: 1, name: "Rain cover", quantity: { value: 10, unit: "C62" }, price: 0 };

/** The first offer to an intent, and why it is none. */
const refused = (name: string, code: string, over: Over, comment: string, deal = story.open()): Vector =>
  after(name, code, deal, story.offer(deal, over), comment);

/** The first offer to an intent, awarded and ordered. */
const taken = (name: string, over: Over, comment: string, deal = story.open()): Vector =>
  proof(
    name,
    play(story, deal, (s, open) => s.offer(open, over), award, order),
    comment,
  );

const priced = (price: number) => ({
  total: price,
  lines: [{ ...line, price }],
  breakdown: { goods: price },
});
const curved = story.open({
  price: {
    currency: "USD",
    curve: [
      { at: noon, price: 20_000 },
      { at: noon + 2 * minute, price: 20_101 },
    ],
  },
});

/** An intent that says this of its first line. */
const requiring = (requirement: Requirement): Deal => {
  const [first, ...rest] = dealStory.intentBody().want as [WantedLine, ...WantedLine[]];
  return story.open({ want: [{ ...first, requirements: [requirement] }, ...rest] });
};
const demanding = (requirement: Partial<Requirement>): Deal =>
  requiring({ attribute: "cover", operator: "eq", value: "sage green", must: true, ...requirement });
const preferring = requiring({ attribute: "cover", operator: "eq", value: "green", weight: 50 });
const stating = (...attributes: Attribute[]): Over => ({ lines: [{ ...line, attributes }] });

const loosened = held(offer, (s, deal) =>
  s.counter(deal, {
    change: {
      total: 26_000,
      delivery: "parcel",
      deliveredUntil: noon + 5 * hour,
      quantities: [{ line: 0, ...three }],
    },
  }),
);

const met: Over = {
  ...priced(26_000),
  lines: [{ ...line, ...three, price: 26_000 }],
  delivery: { method: "parcel", until: noon + 5 * hour },
};

const prices: readonly Vector[] = [
  taken(
    "price-on-curve",
    priced(20_050),
    "half-way between 20000 and 20101 the limit is 20050, rounded down",
    curved,
  ),
  refused("above-curve", "price-above-limit", priced(20_051), "a cent above the curve", curved),
  taken("price-at-limit", priced(25_000), "the maximum itself"),
  refused("above-max", "price-above-limit", priced(25_001), "a cent above the maximum"),
  refused("currency", "currency-mismatch", { currency: "EUR" }, "euros where dollars are wanted"),
];

const lines: readonly Vector[] = [
  refused(
    "condition",
    "condition-mismatch",
    { lines: [{ ...line, condition: "used" }] },
    "used where new is wanted",
  ),
  refused(
    "line-unknown",
    "line-unknown",
    { lines: [line, { ...cover, line: 2 }] },
    "the intent has two lines",
  ),
  refused("line-missing", "line-missing", { ...priced(0), lines: [cover] }, "the optional line alone"),
  refused(
    "unit",
    "quantity-unit",
    { lines: [{ ...line, quantity: { value: 2, unit: "PR" } }] },
    "pairs where pieces are wanted",
  ),
  refused(
    "quantity",
    "quantity-mismatch",
    { lines: [{ ...line, quantity: { value: 1, unit: "C62" } }] },
    "one of two",
  ),
  taken(
    "quantity-in-parts",
    {
      lines: [
        { ...line, part: 1, quantity: { value: 15, scale: 1, unit: "C62" } },
        { ...line, part: 2, price: 0, quantity: { value: 5, scale: 1, unit: "C62" } },
      ],
    },
    "1.5 and 0.5 are two",
  ),
  taken(
    "optional-in-part",
    { lines: [line, { ...cover, quantity: { value: 4, unit: "C62" } }] },
    "less of an optional line than is wanted",
  ),
  refused(
    "optional-too-much",
    "quantity-mismatch",
    { lines: [line, { ...cover, quantity: { value: 11, unit: "C62" } }] },
    "more of an optional line than is wanted",
  ),
  refused(
    "missing-before-quantity",
    "line-missing",
    { ...priced(0), lines: [{ ...cover, line: 0, quantity: { value: 11, unit: "C62" } }] },
    "the first line is too much and the second is missing: what is missing is looked at first",
    story.open({ want: dealStory.intentBody().want.toReversed() }),
  ),
  refused(
    "substitute",
    "substitute-refused",
    { lines: [{ ...line, gtin: "96385074" }] },
    "another GTIN than the wanted one",
  ),
  taken(
    "gtin-in-14-digits",
    { lines: [{ ...line, gtin: "04006381333931" }] },
    "the wanted GTIN with a zero in front",
  ),
  taken(
    "substitute-allowed",
    { lines: [line, { ...cover, quantity: { value: 1, unit: "C62" }, substitute: true }] },
    "where substitutes are allowed, and less of it",
  ),
];

const requirements: readonly Vector[] = [
  refused(
    "requirement",
    "requirement-unmet",
    {},
    "nothing is stated of the attribute that must hold",
    demanding({ attribute: "seats", operator: "ge", value: 2 }),
  ),
  refused(
    "requirement-not",
    "requirement-unmet",
    {},
    "what is not stated is not even something else",
    demanding({ operator: "ne" }),
  ),
  taken(
    "requirement-text",
    stating({ attribute: "cover", value: "  SAGE\u00a0green\u3000" }),
    "texts are folded, and white space at their ends is dropped",
    demanding({}),
  ),
  refused(
    "requirement-not-space",
    "requirement-unmet",
    stating({ attribute: "cover", value: "\ufeffsage green" }),
    "U+FEFF is no white space",
    demanding({}),
  ),
  refused(
    "requirement-first",
    "requirement-unmet",
    stating({ attribute: "cover", value: "red" }, { attribute: "cover", value: "sage green" }),
    "of two that are stated the first counts",
    demanding({}),
  ),
  taken(
    "requirement-scales",
    stating({ attribute: "weight", value: 1250, scale: 2, unit: "KGM" }),
    "12.50 is at most 12.5",
    demanding({ attribute: "weight", operator: "le", value: 125, scale: 1, unit: "KGM" }),
  ),
  refused(
    "requirement-unit",
    "requirement-unmet",
    stating({ attribute: "weight", value: 12, unit: "GRM" }),
    "no unit is converted",
    demanding({ attribute: "weight", operator: "le", value: 125, scale: 1, unit: "KGM" }),
  ),
  taken(
    "requirement-number-as-text",
    stating({ attribute: "size", value: "-42", scale: 1 }),
    "a text that is the number in decimal; a scale beside a text says nothing",
    demanding({ attribute: "size", operator: "eq", value: -42 }),
  ),
  refused(
    "requirement-scaled-as-text",
    "requirement-unmet",
    stating({ attribute: "size", value: "42" }),
    "a number with a scale equals no text",
    demanding({ attribute: "size", operator: "eq", value: 420, scale: 1 }),
  ),
  taken(
    "requirement-brand",
    { lines: [{ ...line, brand: "Rollwell" }] },
    "a brand of its own field",
    demanding({ attribute: "brand", operator: "in", value: ["rollwell", "other"] }),
  ),
  taken("preference", {}, "a preference refuses nothing", preferring),
];

const delivered: readonly Vector[] = [
  refused("terms", "terms-not-accepted", { terms: [filled(32, 9)] }, "the required terms are not accepted"),
  refused(
    "method",
    "delivery-mismatch",
    { delivery: { method: "parcel", until: noon + hour } },
    "a method that the intent does not list",
  ),
  refused(
    "too-late",
    "delivery-late",
    { delivery: { method: "courier", until: noon + 5 * hour } },
    "an hour too late",
  ),
  refused("no-time", "delivery-late", { delivery: { method: "courier" } }, "no time is promised"),
  refused(
    "after-intent",
    "intent-expired",
    { issued: noon + 24 * hour + 1, expires: noon + 48 * hour },
    "a second after the intent's expiry",
  ),
];

const countered: readonly Vector[] = [
  proof(
    "counter-met",
    play(story, loosened, (s, deal) => s.offer(deal, met), award, order),
    "quantity, total, method and time that the counter asks for and the intent does not allow",
  ),
  proof(
    "counter-ignored",
    play(story, loosened, offer, award, order),
    "an offer need not meet the counter; it may hold to the intent",
  ),
  after(
    "counter-half",
    "quantity-mismatch",
    loosened,
    story.offer(loosened, { ...met, lines: [{ ...line, price: 26_000 }] }),
    "neither what the intent allows nor what the counter does: the intent's quantity at the counter's total",
  ),
];

export const dealOfferScenarios: readonly Vector[] = [
  ...prices,
  ...lines,
  ...requirements,
  ...delivered,
  ...countered,
];
