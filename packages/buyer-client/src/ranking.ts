/** Ranks offers by the buyer's own criteria, and says why each stands where it does. */
import {
  type Body,
  didKey,
  formatMoney,
  type Signed,
  satisfies,
  toHex,
  type UnixSeconds,
} from "@intentcast/protocol";

export const criterionNames = [
  "price",
  "delivery",
  "condition",
  "preferences",
  "exactness",
  "known",
] as const;

/**
 * `price`: cheap; `delivery`: soon; `condition`: near to new; `preferences`: the intent's weighted requirements, each
 * by its weight; `exactness`: nothing substituted, left out or short; `known`: from a seller whom the buyer knows.
 */
export type CriterionName = (typeof criterionNames)[number];

/** The weight of each criterion, 0 to 100 (absent: the default), and the sellers known, as did:key. */
export type Criteria = { readonly [N in CriterionName]?: number } & {
  readonly knownSellers?: readonly string[];
};

/** One part of a rank: `share` is 0 to 1000, 1000 for the best there can be; `text` says it in words. */
export type Reason = {
  readonly criterion: CriterionName;
  readonly share: number;
  readonly weight: number;
  readonly text: string;
};

/** An offer in its place (1 is the best); `score` is the weighted mean of its shares, 0 to 1000. */
export type Ranked = {
  readonly place: number;
  readonly offer: Signed<"offer">;
  readonly score: number;
  readonly reasons: readonly Reason[];
};

export const defaultWeights: { readonly [N in CriterionName]: number } = {
  price: 40,
  delivery: 20,
  condition: 10,
  preferences: 20,
  exactness: 15,
  known: 5,
};

/**
 * The offers that still stand at `now`, best first. A criterion counts only where these offers can be told apart
 * by it at all (no delivery times named: no criterion of delivery). The order does not depend on the order of the
 * input: equal scores are settled by price, delivery, condition and so on, in the end by the offer's id. What the
 * buyer pays whoever brought the deal about is not looked at. Throws RangeError for a weight out of bounds.
 */
export function rank(
  intent: Body<"intent">,
  offers: readonly Signed<"offer">[],
  criteria: Criteria = {},
  now: UnixSeconds,
): readonly Ranked[] {
  const weights = weightsOf(criteria);
  const standing = offers.filter(({ body }) => body.expires >= now);
  const judged = judges
    .map((judge) => ({ name: judge.name, verdicts: judge.look({ intent, offers: standing, criteria, now }) }))
    .filter(({ verdicts }) => verdicts !== undefined) as { name: CriterionName; verdicts: Verdict[] }[];
  const totalWeight = judged.reduce((sum, { name }) => sum + weights[name], 0);

  const rows = standing.map((offer, i) => {
    const parts = judged.map(({ name, verdicts }) => ({ name, ...(verdicts[i] as Verdict) }));
    const sum = parts.reduce((total, { name, share }) => total + weights[name] * share, 0);
    return {
      sum,
      ties: parts.flatMap(({ tie }) => tie),
      ranked: {
        offer,
        score: totalWeight === 0 ? 0 : Math.floor(sum / totalWeight),
        reasons: parts.map(({ name, share, text }) => ({
          criterion: name,
          share,
          weight: weights[name],
          text,
        })),
      },
    };
  });
  rows.sort((a, b) => b.sum - a.sum || compareTies(a.ties, b.ties) || byText(idOf(a.ranked), idOf(b.ranked)));
  return rows.map(({ ranked }, i) => ({ place: i + 1, ...ranked }));
}

/** How one offer does: the lesser `tie` wins among equal scores, so that no rounding hides a difference. */
type Verdict = {
  readonly share: number;
  readonly tie: readonly (number | string)[];
  readonly text: string;
};

type Scene = {
  readonly intent: Body<"intent">;
  readonly offers: readonly Signed<"offer">[];
  readonly criteria: Criteria;
  readonly now: UnixSeconds;
};

/** One verdict for each offer in order, or undefined where the criterion tells nothing about these offers. */
type Judge = { readonly name: CriterionName; readonly look: (scene: Scene) => Verdict[] | undefined };

/** The best share. Shares are integers, so that every machine computes the same order. */
const whole = 1000;
const shareOf = (part: number, of: number): number =>
  of === 0 ? whole : Number((BigInt(part) * BigInt(whole)) / BigInt(of));

/** The cheapest has the whole share, one twice as dear half of it. Currencies are compared each among itself. */
const price: Judge = {
  name: "price",
  look: ({ offers }) =>
    offers.map(({ body: { total, currency } }) => {
      const rivals = offers.filter(({ body }) => body.currency === currency);
      const lowest = Math.min(...rivals.map(({ body }) => body.total));
      const money = formatMoney(total, currency);
      const among = `${rivals.length}${rivals.length < offers.length ? ` in ${currency}` : ""}`;
      return {
        share: total === lowest ? whole : shareOf(lowest, total),
        tie: [currency, total],
        text:
          rivals.length === 1
            ? `the only price${offers.length > 1 ? ` in ${currency}` : ""}: ${money}`
            : total === lowest
              ? `cheapest of ${among}: ${money}`
              : `${formatMoney(total - lowest, currency)} above the cheapest of ${among}: ${money}`,
      };
    }),
};

/** Waits shorter than this are alike to a buyer: a quarter of an hour. */
const negligibleWaitSeconds = 900;

/** The soonest has the whole share, one that takes twice as long half of it; no time named, no share. */
const delivery: Judge = {
  name: "delivery",
  look: ({ offers, now }) => {
    const waits = offers.map(({ body }) => waitOf(body, now));
    const known = waits.filter((wait) => wait !== undefined);
    if (known.length === 0) return undefined;
    const soonest = Math.min(...known);
    const slowest = Math.max(...known);
    return waits.map((wait) => {
      if (wait === undefined) {
        return { share: 0, tie: [Number.MAX_SAFE_INTEGER], text: "does not say when it arrives" };
      }
      return {
        share: shareOf(Math.max(soonest, negligibleWaitSeconds), Math.max(wait, negligibleWaitSeconds)),
        tie: [wait],
        text:
          soonest === slowest
            ? `arrives in ${formatSpan(wait)}`
            : wait === slowest
              ? `arrives in ${formatSpan(wait)}, the slowest of ${offers.length}`
              : `arrives ${formatSpan(slowest - wait)} earlier than the slowest`,
      };
    });
  },
};

/** Seconds until the goods are there at the latest. A download is there at once. */
function waitOf({ delivery }: Body<"offer">, now: UnixSeconds): number | undefined {
  const at = delivery?.until ?? delivery?.from ?? (delivery?.method === "download" ? now : undefined);
  return at === undefined ? undefined : Math.max(0, at - now);
}

const conditionShares = { new: whole, refurbished: 700, used: 400, damaged: 100 } as const;

/** New has the whole share; a line of which the seller does not say has none, so that silence gains nothing. */
const condition: Judge = {
  name: "condition",
  look: ({ offers }) => {
    if (offers.every(({ body }) => body.lines.every((line) => line.condition === undefined)))
      return undefined;
    return offers.map(({ body: { lines } }) => {
      const shares = lines.map((line) =>
        line.condition === undefined ? 0 : conditionShares[line.condition],
      );
      const sum = shares.reduce((total: number, share) => total + share, 0);
      const words = [...new Set(lines.map((line) => line.condition ?? "condition not stated"))].sort();
      return {
        share: Math.floor(sum / lines.length),
        tie: [-Math.floor((sum * whole) / lines.length)],
        text: words.join(", "),
      };
    });
  },
};

/** The weight of the wishes fulfilled among the weight of all. What must hold is no wish: no offer is without it. */
const preferences: Judge = {
  name: "preferences",
  look: ({ intent, offers }) => {
    const wishes = intent.want.flatMap((wanted, line) =>
      (wanted.requirements ?? []).flatMap((requirement) =>
        requirement.weight === undefined ? [] : [{ line, requirement, weight: requirement.weight }],
      ),
    );
    if (wishes.length === 0) return undefined;
    const weigh = (some: typeof wishes) => some.reduce((sum, { weight }) => sum + weight, 0);
    const all = weigh(wishes);
    return offers.map(({ body }) => {
      const unmet = wishes.filter(({ line, requirement }) => {
        const answers = body.lines.filter((offered) => offered.line === line);
        return answers.length === 0 || !answers.every((offered) => satisfies(requirement, offered));
      });
      const met = all - weigh(unmet);
      const missing = [...new Set(unmet.map(({ requirement }) => requirement.attribute))].join(", ");
      return {
        share: shareOf(met, all),
        tie: [-met],
        text:
          unmet.length === 0
            ? `has all ${wishes.length} wished for`
            : `has ${wishes.length - unmet.length} of ${wishes.length} wished for; not shown: ${missing}`,
      };
    });
  },
};

/** Each wanted line counts alike: in full as asked for, by the part of the quantity offered, not as a substitute. */
const exactness: Judge = {
  name: "exactness",
  look: ({ intent, offers }) =>
    offers.map(({ body }) => {
      const fits = intent.want.map((wanted, line) => {
        const answers = body.lines.filter(
          (offered) => offered.line === line && offered.substitute === undefined,
        );
        return quantityShare(wanted.quantity, answers);
      });
      const sum = fits.reduce((total, share) => total + share, 0);
      const inexact = fits.filter((share) => share < whole).length;
      return {
        share: Math.floor(sum / fits.length),
        tie: [-sum],
        text: inexact === 0 ? "exactly what was asked for" : `${inexact} of ${fits.length} not as asked for`,
      };
    }),
};

type Quantity = Body<"offer">["lines"][number]["quantity"];

/** The offered part of a wanted quantity. Lines in another unit cannot be compared and count as in full. */
function quantityShare(wanted: Quantity, answers: readonly { readonly quantity: Quantity }[]): number {
  if (answers.length === 0) return 0;
  if (answers.some(({ quantity }) => quantity.unit !== wanted.unit)) return whole;
  const nano = ({ value, scale = 0 }: Quantity) => BigInt(value) * 10n ** BigInt(9 - scale);
  const offered = answers.reduce((sum, { quantity }) => sum + nano(quantity), 0n);
  const share = (offered * BigInt(whole)) / nano(wanted);
  return share > whole ? whole : Number(share);
}

const known: Judge = {
  name: "known",
  look: ({ offers, criteria }) => {
    const sellers = new Set(criteria.knownSellers ?? []);
    if (sellers.size === 0) return undefined;
    return offers.map(({ author }) => {
      const isKnown = sellers.has(didKey(author));
      return {
        share: isKnown ? whole : 0,
        tie: [isKnown ? 0 : 1],
        text: isKnown ? "a seller you know" : "a seller new to you",
      };
    });
  },
};

const judges: readonly Judge[] = [price, delivery, condition, preferences, exactness, known];

function weightsOf(criteria: Criteria): Record<CriterionName, number> {
  const weights = { ...defaultWeights };
  for (const name of criterionNames) {
    const weight = criteria[name] ?? weights[name];
    if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
      throw new RangeError(`the weight of ${name} must be an integer from 0 to 100, not ${weight}`);
    }
    weights[name] = weight;
  }
  return weights;
}

const idOf = ({ offer }: { offer: Signed<"offer"> }): string => toHex(offer.id);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareTies(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] as number | string;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** A span of time in its largest units: `2 h`, `1 d 4 h`, `25 min`. */
function formatSpan(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(days === 0 && minutes % 60 > 0 ? [`${minutes % 60} min`] : []),
  ];
  return parts.length === 0 ? "no time" : parts.join(" ");
}
