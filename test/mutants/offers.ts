/** An intent and an offer for it, in which each thing that page 6 compares is now alike and now nearly so. */
import type { Attribute, Body, OfferedLine, Requirement, WantedLine } from "@intentcast/protocol";
import { dealStory } from "@intentcast/testkit";
import type { Dice } from "../fuzz/dice.ts";

const { hour, minute, noon, proposal, termsText } = dealStory;

const texts = [
  "5",
  "-5",
  "50",
  " green ",
  "GREEN",
  "green",
  "straße",
  "STRASSE",
  "ﬁve",
  "five",
  "true",
  "\ufeffx",
  "x",
];
const numbers = [5, -5, 50, 0, 500];
const conditions = ["new", "refurbished", "used", "damaged"] as const;
const methods = ["pickup", "parcel", "courier"] as const;
const gtins = ["4006381333931", "04006381333931", "96385074", "00000096385074"];
const units = ["C62", "KGM", "PR"];
const names = ["color", "seats", "brand"];

const maybe = <T extends object>(dice: Dice, chance: number, make: () => T): Partial<T> =>
  dice.chance(chance) ? make() : {};

const scaled = (dice: Dice, value: unknown) =>
  typeof value === "number"
    ? {
        ...maybe(dice, 0.3, () => ({ scale: 1 + dice.below(2) })),
        ...maybe(dice, 0.3, () => ({ unit: dice.pick(units) })),
      }
    : {};

const scalar = (dice: Dice): number | string | boolean =>
  dice.pick([() => dice.pick(numbers), () => dice.pick(texts), () => dice.chance(0.5)])();

function requirement(dice: Dice): Requirement {
  const operator = dice.pick(["eq", "ne", "lt", "le", "gt", "ge", "in"] as const);
  const wanted = scalar(dice);
  const single = operator.length === 2 && "lg".includes(operator[0] as string) ? dice.pick(numbers) : wanted;
  const listed = [dice.pick(numbers), dice.pick<number | string>(dice.chance(0.5) ? numbers : texts)] as (
    | number
    | string
  )[];
  const value = operator === "in" ? listed : single;
  const scale =
    operator === "in"
      ? listed.every((one) => typeof one === "number")
        ? scaled(dice, 0)
        : {}
      : scaled(dice, value);
  const force = dice.chance(0.9) ? { must: true as const } : { weight: 50 };
  return { attribute: dice.pick(names), operator, value, ...scale, ...force };
}

/** The value of the requirement, or whatever else. */
function statement(dice: Dice, { attribute, value, scale, unit }: Requirement): Attribute {
  const [same] = Array.isArray(value) ? value : [value];
  const said = dice.chance(0.6) && same !== undefined ? same : scalar(dice);
  const alike = typeof said === "number" && dice.chance(0.7);
  const units = alike
    ? { ...(scale !== undefined && { scale }), ...(unit !== undefined && { unit }) }
    : scaled(dice, dice.chance(0.8) ? said : 0);
  return { attribute: dice.chance(0.9) ? attribute : dice.pick(names), value: said, ...units };
}

function wantedLine(dice: Dice): WantedLine {
  return {
    category: "shopify/bt/15/8",
    quantity: {
      value: 1 + dice.below(3),
      unit: dice.chance(0.9) ? "C62" : "KGM",
      ...maybe(dice, 0.2, () => ({ scale: 1 })),
    },
    ...maybe(dice, 0.3, () => ({ gtin: dice.pick(gtins) })),
    ...maybe(dice, 0.3, () => ({
      condition: dice.pick([["new"], ["new", "used"], ["damaged"]]) as WantedLine["condition"],
    })),
    ...maybe(dice, 0.5, () => ({
      requirements: Array.from({ length: 1 + dice.below(2) }, () => requirement(dice)),
    })),
    ...maybe(dice, 0.3, () => ({ optional: true as const })),
    ...maybe(dice, 0.5, () => ({ substitutes: true as const })),
  } as WantedLine;
}

function offeredLine(dice: Dice, wanted: WantedLine, line: number, part: number): OfferedLine {
  const { quantity, requirements = [] } = wanted;
  const scale = dice.chance(0.1) ? { scale: 1 + dice.below(9) } : {};
  return {
    line,
    name: "An item",
    quantity: dice.chance(0.85) ? quantity : { ...quantity, value: 1 + dice.below(30), ...scale },
    price: dice.below(3) * 5000,
    ...(part > 0 && { part }),
    ...maybe(dice, 0.3, () => ({ gtin: dice.chance(0.7) && wanted.gtin ? wanted.gtin : dice.pick(gtins) })),
    ...maybe(dice, 0.8, () => ({
      condition: dice.chance(0.8) ? (wanted.condition?.[0] ?? "new") : dice.pick(conditions),
    })),
    ...maybe(dice, 0.1, () => ({ brand: dice.pick(texts) })),
    ...maybe(dice, 0.05, () => ({ substitute: true as const })),
    ...(requirements.length > 0 && dice.chance(0.95)
      ? { attributes: requirements.map((one) => statement(dice, one)) }
      : {}),
  } as OfferedLine;
}

function price(dice: Dice): Body<"intent">["price"] {
  const currency = dice.chance(0.95) ? "USD" : "EUR";
  const at = noon + dice.below(3) * minute - 7;
  const point = () => dice.below(4) * 5001;
  return dice.pick([
    () => ({ currency, max: dice.below(7) * 5000 }),
    () => ({ currency, firm: dice.below(7) * 5000 }),
    () => ({
      currency,
      curve: [at, at + 1 + dice.below(120), at + 200]
        .slice(0, 1 + dice.below(3))
        .map((time) => ({ at: time, price: point() })),
    }),
  ])();
}

export function offerBeside(dice: Dice): { intent: Partial<Body<"intent">>; offer: Partial<Body<"offer">> } {
  const want = Array.from({ length: 1 + dice.below(2) }, () => wantedLine(dice)) as [
    WantedLine,
    ...WantedLine[],
  ];
  const answers = want.flatMap((wanted, place) =>
    Array.from({ length: dice.pick([0, 1, 1, 1, 1, 1, 2]) }, (_, part) =>
      offeredLine(dice, wanted, dice.chance(0.97) ? place : dice.below(16), part),
    ),
  );
  const [first] = want;
  const lines = answers.length > 0 ? answers : [offeredLine(dice, first, 0, 0)];
  const total = lines.reduce((sum, line) => sum + line.price, 0);
  const until = noon + 4 * hour;
  return {
    intent: {
      want,
      delivery: dice.pick([["courier", "pickup"], ["parcel"]]),
      when: dice.chance(0.7) ? { until } : {},
      ...maybe(dice, 0.7, () => ({ price: price(dice) })),
    } as Partial<Body<"intent">>,
    offer: {
      lines,
      total,
      breakdown: { goods: total },
      currency: dice.chance(0.95) ? "USD" : "EUR",
      terms: dice.chance(0.95) ? [termsText] : proposal().terms.map((term) => term.map((byte) => byte ^ 1)),
      ...(dice.chance(0.9)
        ? {
            delivery: {
              method: dice.chance(0.8) ? "courier" : dice.pick(methods),
              until: until + dice.pick([-1, 0, 0, 1]),
            },
          }
        : {}),
    } as Partial<Body<"offer">>,
  };
}
