/** Whether an offer is an offer for this intent: its lines, quantities, price, terms and delivery (spec/06-deal). */
import { equalBytes } from "../bytes.ts";
import type { Change } from "../message/counter.ts";
import type { Quantity } from "../message/field.ts";
import type { Intent, WantedLine } from "../message/intent.ts";
import type { Offer, OfferedLine } from "../message/offer.ts";
import { each, fine, firstBreach, type Verdict } from "../message/rule.ts";
import { reject } from "../reject.ts";
import type { UnixSeconds } from "../time.ts";
import { priceLimit } from "./price-limit.ts";
import { satisfies } from "./satisfies.ts";

/** The part of an offer's body that an intent has a say in: a seller can check a draft. */
export type Proposal = Pick<
  Offer,
  "issued" | "expires" | "lines" | "currency" | "total" | "delivery" | "terms"
>;

/**
 * Whether the offer keeps to the intent at the moment `now`, in Unix seconds: the first breach, or that all is fine.
 * A price curve is read at the offer's own `issued`, so that the answer is the same to everybody who asks later.
 *
 * Codes: `intent-expired`, `offer-expired`, `terms-not-accepted`, `line-unknown`, `line-missing`, `quantity-unit`,
 * `quantity-mismatch`, `condition-mismatch`, `requirement-unmet`, `substitute-refused`, `currency-mismatch`, `price-above-limit`,
 * `delivery-mismatch`, `delivery-late`.
 */
export const checkOffer = (intent: Intent, offer: Proposal, now: UnixSeconds): Verdict =>
  firstBreach(
    now <= intent.expires ? fine : reject("intent-expired", `${intent.expires}`),
    now <= offer.expires ? fine : reject("offer-expired", `${offer.expires}`),
    acceptsTerms(intent, offer),
    each(offer.lines, (line) => answersALine(intent, line)),
    firstBreach(...intent.want.map((wanted, place) => lineIsAnswered(wanted, place, offer.lines))),
    firstBreach(...intent.want.map((wanted, place) => quantityIsWhole(wanted, place, offer.lines))),
    isAffordable(intent, offer),
    isDelivered(intent, offer),
  );

/**
 * As {@link checkOffer}, for an offer made after a counter: it keeps to the intent, or to the intent loosened by what
 * the counter asked for. It need not meet the counter.
 */
export function checkAnswer(intent: Intent, change: Change, offer: Proposal, now: UnixSeconds): Verdict {
  const asCast = checkOffer(intent, offer, now);
  return asCast.ok ? asCast : checkOffer(loosen(intent, change, offer.issued), offer, now);
}

function loosen(intent: Intent, change: Change, at: UnixSeconds): Intent {
  const { total, delivery, deliveredUntil, quantities = [] } = change;
  const { price, when } = intent;
  const loosened: Intent = {
    ...intent,
    want: intent.want.map((wanted, place) => ({
      ...wanted,
      quantity: quantities.find(({ line }) => line === place)?.quantity ?? wanted.quantity,
    })),
  };
  if (delivery !== undefined && intent.delivery !== undefined)
    loosened.delivery = [...intent.delivery, delivery];
  if (deliveredUntil !== undefined && when?.until !== undefined)
    loosened.when = { ...when, until: Math.max(when.until, deliveredUntil) };
  if (total !== undefined && price !== undefined)
    loosened.price = { currency: price.currency, max: Math.max(total, priceLimit(price, at)) };
  return loosened;
}

function acceptsTerms(intent: Intent, offer: Proposal): Verdict {
  const missing = intent.terms?.find(
    (term) => term.must && !offer.terms?.some((accepted) => equalBytes(accepted, term.sha256)),
  );
  return missing === undefined ? fine : reject("terms-not-accepted", missing.iri);
}

/** A GTIN is the same number in 8, 12, 13 and 14 digits (GS1 General Specifications §3.2: zeros in front). */
const isAnotherItem = (wanted: WantedLine, offered: OfferedLine): boolean =>
  wanted.gtin !== undefined &&
  offered.gtin !== undefined &&
  wanted.gtin.padStart(14, "0") !== offered.gtin.padStart(14, "0");

const isSubstitute = (wanted: WantedLine, offered: OfferedLine): boolean =>
  offered.substitute === true || isAnotherItem(wanted, offered);

function answersALine({ want }: Intent, offered: OfferedLine): Verdict {
  const wanted = want[offered.line];
  const place = `line ${offered.line}`;
  if (wanted === undefined) return reject("line-unknown", place);
  if (isSubstitute(wanted, offered) && wanted.substitutes !== true)
    return reject("substitute-refused", place);
  if (wanted.quantity.unit !== offered.quantity.unit)
    return reject("quantity-unit", `${place}: ${offered.quantity.unit}, wanted ${wanted.quantity.unit}`);
  const { condition, requirements = [] } = wanted;
  if (condition !== undefined && (offered.condition === undefined || !condition.includes(offered.condition)))
    return reject("condition-mismatch", `${place}: ${offered.condition ?? "none stated"}`);
  const unmet = requirements.find((one) => one.must === true && !satisfies(one, offered));
  return unmet === undefined ? fine : reject("requirement-unmet", `${place}: ${unmet.attribute}`);
}

/** In billionths of the unit, the finest scale there is. */
const exactly = ({ value, scale = 0 }: Quantity): bigint => BigInt(value) * 10n ** BigInt(9 - scale);

const partsOf = (offered: readonly OfferedLine[], line: number): readonly OfferedLine[] =>
  offered.filter((part) => part.line === line);

const lineIsAnswered = (wanted: WantedLine, line: number, offered: readonly OfferedLine[]): Verdict =>
  wanted.optional === true || partsOf(offered, line).length > 0
    ? fine
    : reject("line-missing", `line ${line}`);

/** All of what is wanted and no more; less only where the line is optional or a part of the answer is a substitute. */
function quantityIsWhole(wanted: WantedLine, line: number, offered: readonly OfferedLine[]): Verdict {
  const parts = partsOf(offered, line);
  if (parts.length === 0) return fine;
  const lenient = wanted.optional === true || parts.some((part) => isSubstitute(wanted, part));
  const sum = parts.reduce((total, part) => total + exactly(part.quantity), 0n);
  const whole = exactly(wanted.quantity);
  return sum === whole || (lenient && sum < whole)
    ? fine
    : reject("quantity-mismatch", `line ${line}: ${sum < whole ? "less" : "more"} than wanted`);
}

function isAffordable({ price }: Intent, { currency, total, issued }: Proposal): Verdict {
  if (price === undefined) return fine;
  if (currency !== price.currency) return reject("currency-mismatch", `${currency}, not ${price.currency}`);
  const limit = priceLimit(price, issued);
  return total <= limit ? fine : reject("price-above-limit", `${total} > ${limit} ${currency}`);
}

function isDelivered(intent: Intent, { delivery }: Proposal): Verdict {
  if (intent.delivery !== undefined && (delivery === undefined || !intent.delivery.includes(delivery.method)))
    return reject("delivery-mismatch", delivery?.method ?? "no method stated");
  const until = intent.when?.until;
  if (until === undefined || (delivery?.until !== undefined && delivery.until <= until)) return fine;
  return reject("delivery-late", `promised ${delivery?.until ?? "no time"}, wanted by ${until}`);
}
