/** What a seller listens for: filter number i of a seed, whatever was made before. */
import type { Filter } from "@intentcast/protocol";
import {
  type Category,
  drawnBrand,
  drawnColour,
  drawnCondition,
  drawnRange,
  drawnSize,
  usualPrice,
} from "./categories.ts";
import { amountAround, type Dice, diceOf, howMany, several } from "./draw.ts";
import { type Country, drawnCountry } from "./places.ts";
import { drawnTerms } from "./terms.ts";

const drawCategories = howMany(0.4, 0.25, 0.2, 0.15);
const drawCountries = howMany(0.65, 0.2, 0.15);
const drawCells = howMany(0.55, 0.25, 0.12, 0.08);
const drawValues = howMany(0.5, 0.3, 0.2);

/**
 * `anybody` deals in up to four ranges of goods, most of them in whole countries; `shops` in one range, in up to four towns,
 * and one shop in a hundred sends to everywhere. What a filter is like beside that is the same.
 */
export type Sellers = "anybody" | "shops";

export function marketFilter(seed: string, i: number, sellers: Sellers = "anybody"): Filter {
  const dice = diceOf(seed, "filter", i);
  const wanted = (percent: number) => dice.below(100) < percent;
  const home = drawnCountry(dice);
  const isShop = sellers === "shops";
  const ranges = Array.from({ length: isShop ? 1 : drawCategories(dice) }, () => drawnRange(dice));
  const range = ranges[0] as Category;
  const attributes = attributesOf(range, dice, wanted);
  return {
    ...(wanted(95) && { kinds: ["intent"] }),
    categories: several(ranges.length, () => (ranges.shift() as Category).path),
    ...(wanted(isShop ? 99 : 97) && {
      places: isShop ? cellsOf(5, home, dice) : placesOf(home, dice, wanted),
    }),
    ...(wanted(75) && {
      prices: [{ currency: home.currency, least: amountAround(usualPrice(range) / 3, 0.8, dice) }],
    }),
    ...(attributes.length > 0 && { attributes }),
    ...(wanted(12) && { words: wordsOf(range, dice, wanted) }),
    ...(wanted(15) && { terms: several(drawValues(dice), () => drawnTerms(dice)) }),
  };
}

type Wanted = (percent: number) => boolean;

function placesOf(home: Country, dice: Dice, wanted: Wanted): string[] {
  if (wanted(66)) {
    const others = Array.from({ length: drawCountries(dice) - 1 }, () => drawnCountry(dice));
    return [...new Set([home, ...others].map(({ code }) => `iso3166/${code}`))];
  }
  return cellsOf(3 + dice.below(3), home, dice);
}

const cellsOf = (characters: number, home: Country, dice: Dice): string[] =>
  several(drawCells(dice), () => home.drawTown(dice).cell.slice(0, "geohash".length + 2 * characters));

function attributesOf(range: Category, dice: Dice, wanted: Wanted): NonNullable<Filter["attributes"]> {
  const attributes: NonNullable<Filter["attributes"]> = [];
  if (wanted(45)) {
    attributes.push({ attribute: "brand", values: several(drawValues(dice), () => drawnBrand(range, dice)) });
  }
  if (wanted(8)) {
    attributes.push({ attribute: "condition", values: several(2, () => drawnCondition(dice)) });
  }
  if (wanted(6)) attributes.push({ attribute: "color", values: several(4, () => drawnColour(dice)) });
  if (wanted(5)) {
    const least = drawnSize(dice);
    attributes.push({ attribute: "size", values: Array.from({ length: 6 }, (_, i) => least + i) });
  }
  return attributes;
}

function wordsOf(range: Category, dice: Dice, wanted: Wanted): NonNullable<Filter["words"]> {
  const word = () => dice.pick(range.words);
  return wanted(50) ? { all: several(drawValues(dice), word) } : { any: several(drawValues(dice), word) };
}
