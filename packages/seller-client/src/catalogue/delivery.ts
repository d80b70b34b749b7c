/** Which of a shop's ways to deliver suits an intent, until when the offer can then stand, and what it costs. */
import {
  type Body,
  contains,
  err,
  hour,
  minute,
  ok,
  type Result,
  type Seconds,
  type UnixSeconds,
} from "@intentcast/protocol";
import type { Catalogue, DeliveryOption } from "./catalogue.ts";
import { type Miss, miss } from "./no-offer.ts";

type Intent = Body<"intent">;

/** Until when the offer is firm, and what it promises; no promise where the shop says nothing of delivery. */
export type Terms = {
  readonly expires: UnixSeconds;
  readonly cost?: number;
  readonly promise?: NonNullable<Body<"offer">["delivery"]>;
};

/** An offer that expires sooner than a buyer can look at it is none. */
const leastFirm: Seconds = minute;

/**
 * Chooses the cheapest way that suits. A promised time counts from the last moment of the offer, so that it is kept
 * whenever the award comes; where the buyer wants it sooner, the offer stands for less long.
 */
export function chooseDelivery(
  catalogue: Catalogue,
  intent: Intent,
  goods: number,
  now: UnixSeconds,
): Result<Terms, Miss> {
  const latest = Math.min(
    now + (catalogue.firmFor ?? hour),
    intent.expires,
    intent.award?.deadline ?? Number.POSITIVE_INFINITY,
  );
  const { delivery: options = [] } = catalogue;
  const until = intent.when?.until;
  if (options.length === 0) {
    if (!isServed(catalogue.areas, intent.where)) return err(miss("place", shown(intent.where)));
    if (intent.delivery !== undefined) return err(miss("delivery", shown(intent.delivery)));
    return until === undefined ? ok({ expires: latest }) : err(miss("too-late", "no time is promised"));
  }
  const near = options.filter(({ areas }) => isServed(areas ?? catalogue.areas, intent.where));
  if (near.length === 0) return err(miss("place", shown(intent.where)));
  const allowed = near.filter(({ method }) => intent.delivery?.includes(method) ?? true);
  if (allowed.length === 0) return err(miss("delivery", shown(intent.delivery)));
  const terms = allowed
    .map((option) => termsOf(option, intent, goods, latest))
    .filter((one) => one !== undefined && one.expires >= Math.min(latest, now + leastFirm))
    .sort((a, b) => (a?.cost ?? 0) - (b?.cost ?? 0));
  return terms[0] === undefined ? err(miss("too-late", `wanted by ${until}`)) : ok(terms[0]);
}

const shown = (list: readonly string[] | undefined): string => (list ?? []).join(", ");

/** One of the wanted places lies in one of the areas; no areas are everywhere, and no place is anywhere. */
const isServed = (areas: readonly string[] | undefined, where: readonly string[] | undefined): boolean =>
  areas === undefined ||
  where === undefined ||
  where.some((place) => areas.some((area) => contains(area, place)));

function termsOf(
  { method, cost, freeFrom, within, place }: DeliveryOption,
  { when }: Intent,
  goods: number,
  latest: UnixSeconds,
): Terms | undefined {
  const paid = freeFrom !== undefined && goods >= freeFrom ? 0 : cost;
  const shared = { method, ...(place !== undefined && { place }) };
  if (within === undefined) {
    return when?.until === undefined ? { expires: latest, cost: paid, promise: shared } : undefined;
  }
  const expires = Math.min(latest, (when?.until ?? Number.POSITIVE_INFINITY) - within);
  const until = Math.max(expires + within, when?.from ?? 0);
  return {
    expires,
    cost: paid,
    promise: { ...shared, ...(when?.from !== undefined && { from: when.from }), until },
  };
}
