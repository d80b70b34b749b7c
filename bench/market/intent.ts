/** What a buyer wants: intent number i of a seed, whatever was made before. */
import type { Body, Signed } from "@intentcast/protocol";
import {
  type Category,
  drawnBrand,
  drawnColour,
  drawnCondition,
  drawnLeaf,
  drawnSize,
  usualPrice,
} from "./categories.ts";
import { amountAround, type Dice, diceOf } from "./draw.ts";
import { drawnCountry } from "./places.ts";
import { drawnTerms } from "./terms.ts";

/** The moment at which the market stands. */
const now = 1_795_435_200;

type Requirement = NonNullable<Body<"intent">["want"][number]["requirements"]>[number];

/** As it comes from reading a message, but signed by nobody and without its bytes, which matching does not look at. */
export function marketIntent(seed: string, i: number): Signed<"intent"> {
  const dice = diceOf(seed, "intent", i);
  const wanted = (percent: number) => dice.below(100) < percent;
  const category = drawnLeaf(dice);
  const country = drawnCountry(dice);
  const requirements = requirementsOf(category, dice, wanted);
  const body: Body<"intent"> = {
    nonce: dice.bytes(16),
    issued: now,
    expires: now + 86_400,
    want: [
      {
        category: category.path,
        name: nameOf(category, dice),
        quantity: { value: 1 + dice.below(3), unit: "C62" },
        ...(requirements.length > 0 && { requirements }),
      },
    ],
    where: [country.drawTown(dice).cell, `iso3166/${country.code}`],
    ...(wanted(85) && {
      price: { currency: country.currency, max: amountAround(usualPrice(category), 0.8, dice) },
    }),
    ...(wanted(20) && { terms: [{ iri: "https://terms.example/", sha256: drawnTerms(dice), must: true }] }),
    reply: { mailbox: dice.bytes(32), key: dice.bytes(32) },
  };
  return { kind: "intent", id: dice.bytes(32), author: dice.bytes(32), body, bytes: new Uint8Array(0) };
}

function requirementsOf(category: Category, dice: Dice, wanted: (percent: number) => boolean): Requirement[] {
  const requirements: Requirement[] = [];
  const add = (requirement: Omit<Requirement, "must">) => requirements.push({ ...requirement, must: true });
  if (wanted(45)) add({ attribute: "brand", operator: "eq", value: drawnBrand(category, dice) });
  if (wanted(40)) add({ attribute: "condition", operator: "eq", value: drawnCondition(dice) });
  if (wanted(35)) add({ attribute: "color", operator: "in", value: [drawnColour(dice), drawnColour(dice)] });
  if (wanted(25)) add({ attribute: "size", operator: "eq", value: drawnSize(dice) });
  if (wanted(20)) add({ attribute: "weight", operator: "le", value: 1 + dice.below(40), unit: "KGM" });
  return requirements;
}

/** As people write: what it is, and something about it. */
const remarks = ["good quality", "for everyday use", "as a present", "light and durable", "for a small flat"];
const nameOf = ({ words }: Category, dice: Dice): string => `${words.join(" ")}, ${dice.pick(remarks)}`;
