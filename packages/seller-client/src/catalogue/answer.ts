/** An offer from a catalogue for one intent, or the reasons why there is none: pure, so that it can be explained. */
import {
  type Body,
  equalBytes,
  err,
  formatMoney,
  ok,
  priceLimit,
  type Result,
  type Signed,
  type UnixSeconds,
  type WantedLine,
} from "@intentcast/protocol";
import { type OfferDraft, totalOf } from "../offer-draft.ts";
import type { Attribute, Catalogue } from "./catalogue.ts";
import { chooseDelivery } from "./delivery.ts";
import { type Candidate, type Found, findItems, type Left } from "./find.ts";
import { commonLanguage } from "./language.ts";
import { lotOf, quantityOf } from "./lot.ts";
import { type Miss, miss, type NoOffer } from "./no-offer.ts";
import { piecesOf } from "./pieces.ts";
import { matesIn, piecesOfAll } from "./shared-stock.ts";

type Intent = Body<"intent">;
type Breakdown = Body<"offer">["breakdown"];

/** Pieces by SKU that are spoken for and not to be offered again. */
export type Reserved = ReadonlyMap<string, number>;

/**
 * The best offer that the catalogue has for the intent at the moment `now`: for every wanted line the item that fits
 * best, the cheapest among equals; where the total is then too high, the cheapest items that fit at all, and then
 * without the lines that are optional. Of an item too few of which are left, a part is offered where the intent allows
 * it. What it gives conforms to the intent (`checkOffer`); otherwise everything that stood in the way is told.
 */
export function answerIntent(
  intent: Signed<"intent">,
  catalogue: Catalogue,
  now: UnixSeconds,
  reserved: Reserved = new Map(),
): Result<OfferDraft, NoOffer> {
  return decide(intent, catalogue, now, reserved).answer;
}

/** An answer and what it came from. */
export type Decision = {
  readonly answer: Result<OfferDraft, NoOffer>;
  /** What was found for each line; nothing where something stood in the way of any offer. */
  readonly found: readonly Found[];
  /** What is offered, and whether the price limit forced the cheapest. */
  readonly picked: readonly Picked[];
  readonly cheapest: boolean;
};

export function decide(
  { body: intent }: Signed<"intent">,
  catalogue: Catalogue,
  now: UnixSeconds,
  reserved: Reserved,
): Decision {
  const barred = barrier(intent, catalogue, now);
  if (barred !== undefined)
    return { answer: err({ misses: [barred] }), found: [], picked: [], cheapest: false };

  const mates = matesIn(catalogue.items);
  const left: Left = (item, taken = reserved) =>
    item.available === undefined
      ? Number.POSITIVE_INFINITY
      : item.available - piecesOfAll(mates(item), taken);
  const language = commonLanguage(intent.languages, catalogue.languages);
  const found = intent.want.map((wanted, line) => findItems(catalogue, wanted, language, line, left));
  let last: Miss | undefined;
  for (const choice of choices) {
    const picked = pick(intent, found, choice, left, reserved);
    const draft = picked.ok ? draftOf(picked.value, intent, catalogue, now) : picked;
    if (picked.ok && draft.ok)
      return { answer: draft, found, picked: picked.value, cheapest: choice.cheapest };
    if (!draft.ok) last = draft.error ?? last;
  }
  const misses = found.flatMap((one) => one.misses);
  const all = (last === undefined ? misses : [...misses, last]) as [Miss, ...Miss[]];
  return { answer: err({ misses: all }), found, picked: [], cheapest: false };
}

/** What stands in the way of any offer whatever. */
function barrier(intent: Intent, { currency, terms = [] }: Catalogue, now: UnixSeconds): Miss | undefined {
  const deadline = Math.min(intent.expires, intent.award?.deadline ?? intent.expires);
  if (now >= deadline) return miss("intent-over", `at ${deadline}`);
  if (intent.price !== undefined && intent.price.currency !== currency) {
    return miss("currency", `${intent.price.currency}, not ${currency}`);
  }
  const refused = intent.terms?.find(
    (term) => term.must && !terms.some((accepted) => equalBytes(accepted, term.sha256)),
  );
  return refused === undefined ? undefined : miss("terms", refused.iri);
}

type Choice = { readonly cheapest: boolean; readonly optional: boolean };

/** What is tried, in this order, until the intent allows the total. */
const choices: readonly Choice[] = [
  { cheapest: false, optional: true },
  { cheapest: true, optional: true },
  { cheapest: false, optional: false },
  { cheapest: true, optional: false },
];

/** So many pieces of an item for a line. */
export type Picked = Candidate & { readonly line: number; readonly pieces: number };

/** An item for every line that needs one. The error is undefined where the lines' own misses say it all. */
function pick(
  { want }: Intent,
  found: readonly Found[],
  { cheapest, optional }: Choice,
  left: Left,
  reserved: Reserved,
): Result<readonly [Picked, ...Picked[]], Miss | undefined> {
  const taken = new Map(reserved);
  const picked: Picked[] = [];
  for (const [line, { candidates }] of found.entries()) {
    const wanted = want[line] as WantedLine;
    if (wanted.optional === true && !optional) continue;
    const ordered = cheapest ? candidates.toSorted((a, b) => a.item.price - b.item.price) : candidates;
    const lots = ordered.map((one): Picked => {
      const free = left(one.item, taken);
      return { ...one, line, pieces: lotOf(wanted, one.substitute, free) };
    });
    // The whole of what is wanted, of whichever item, before a part of it.
    const one =
      lots.find(({ pieces }) => pieces === piecesOf(wanted.quantity)) ??
      lots.find(({ pieces }) => pieces > 0);
    if (one !== undefined) {
      taken.set(one.item.sku, (taken.get(one.item.sku) ?? 0) + one.pieces);
      picked.push(one);
    } else if (wanted.optional !== true) {
      const spoken = candidates.length > 0;
      return err(spoken ? miss("stock", "the other lines take what is left", { line }) : undefined);
    }
  }
  const [first, ...rest] = picked;
  return first === undefined ? err(undefined) : ok([first, ...rest]);
}

function draftOf(
  picked: readonly Picked[],
  intent: Intent,
  catalogue: Catalogue,
  now: UnixSeconds,
): Result<OfferDraft, Miss> {
  const { currency, payment, tax, terms = [] } = catalogue;
  const lines = picked.map((one) => offeredLine(one, intent));
  const goods = lines.reduce((sum, { price }) => sum + price, 0);
  if (goods > highestGoods) return err(miss("stock", "more than one order can hold"));
  const delivery = chooseDelivery(catalogue, intent, goods, now);
  if (!delivery.ok) return delivery;
  const { expires, cost, promise } = delivery.value;
  const breakdown = breakdownOf(goods, cost, tax);
  const total = totalOf(breakdown);
  const limit = intent.price === undefined ? undefined : priceLimit(intent.price, now);
  if (limit !== undefined && total > limit) {
    return err(miss("price", `${formatMoney(total, currency)}, at most ${formatMoney(limit, currency)}`));
  }
  const accepted = (intent.terms ?? [])
    .map(({ sha256 }) => sha256)
    .filter((wanted) => terms.some((ours) => equalBytes(ours, wanted)));
  return ok({
    lines,
    currency,
    breakdown,
    expires,
    ...(promise !== undefined && { delivery: promise }),
    ...(payment !== undefined && payment.length > 0 && { payment: [...payment] }),
    ...(accepted.length > 0 && { terms: accepted }),
  });
}

/** Up to here the tax on a sum of goods is exact: hundredths of a percent of it stay below 2^53. */
const highestGoods = 100_000_000_000;

/** Tax on goods and delivery, rounded half up; where prices contain it, there is nothing to add. */
function breakdownOf(goods: number, delivery: number | undefined, tax: Catalogue["tax"]): Breakdown {
  const taxed = goods + (delivery ?? 0);
  return {
    goods,
    ...(delivery !== undefined && { delivery }),
    ...(tax !== undefined && !tax.included && { tax: Math.floor((taxed * tax.rate + 5_000) / 10_000) }),
  };
}

function offeredLine(
  { item, line, pieces, substitute }: Picked,
  { want }: Intent,
): OfferDraft["lines"][number] {
  const { name, sku, category, gtin, mpn, brand, attributes, url, condition = "new" } = item;
  return {
    line,
    name,
    sku,
    ...(category !== undefined && { category }),
    ...(gtin !== undefined && { gtin }),
    ...(mpn !== undefined && { mpn }),
    ...(brand !== undefined && { brand }),
    condition,
    quantity: quantityOf(pieces, want[line] as WantedLine),
    price: item.price * pieces,
    ...(attributes !== undefined && { attributes: attributes.map((one): Attribute => ({ ...one })) }),
    ...(url !== undefined && { url }),
    ...(substitute && { substitute: true as const }),
  };
}
