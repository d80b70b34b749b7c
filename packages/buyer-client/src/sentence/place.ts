/** Reads countries and states: `in Germany`, `to California`, `in the US`. Other places are reported as unclear. */
import type { Finding, Reader } from "./reader.ts";

/** ISO 3166-2:US without the outlying areas, which have country codes of their own. */
const states: { readonly [code: string]: string } = {
  AL: "Alabama",
  AK: "Alaska",
  AZ: "Arizona",
  AR: "Arkansas",
  CA: "California",
  CO: "Colorado",
  CT: "Connecticut",
  DC: "District of Columbia",
  DE: "Delaware",
  FL: "Florida",
  GA: "Georgia",
  HI: "Hawaii",
  IA: "Iowa",
  ID: "Idaho",
  IL: "Illinois",
  IN: "Indiana",
  KS: "Kansas",
  KY: "Kentucky",
  LA: "Louisiana",
  MA: "Massachusetts",
  MD: "Maryland",
  ME: "Maine",
  MI: "Michigan",
  MN: "Minnesota",
  MO: "Missouri",
  MS: "Mississippi",
  MT: "Montana",
  NC: "North Carolina",
  ND: "North Dakota",
  NE: "Nebraska",
  NH: "New Hampshire",
  NJ: "New Jersey",
  NM: "New Mexico",
  NV: "Nevada",
  NY: "New York",
  OH: "Ohio",
  OK: "Oklahoma",
  OR: "Oregon",
  PA: "Pennsylvania",
  RI: "Rhode Island",
  SC: "South Carolina",
  SD: "South Dakota",
  TN: "Tennessee",
  TX: "Texas",
  UT: "Utah",
  VA: "Virginia",
  VT: "Vermont",
  WA: "Washington",
  WI: "Wisconsin",
  WV: "West Virginia",
  WY: "Wyoming",
};

/** Other names that people use. */
const aliases: { readonly [name: string]: string } = {
  "united states of america": "US",
  america: "US",
  "great britain": "GB",
  britain: "GB",
  england: "GB/ENG",
  scotland: "GB/SCT",
  wales: "GB/WLS",
  "northern ireland": "GB/NIR",
  holland: "NL",
  turkey: "TR",
  "czech republic": "CZ",
  "hong kong": "HK",
  macao: "MO",
  myanmar: "MM",
  burma: "MM",
  palestine: "PS",
  "ivory coast": "CI",
};

/** Abbreviations, written in capitals. ISO 3166-1 codes are read as such beside them. */
const abbreviations: { readonly [name: string]: string } = {
  USA: "US",
  UK: "GB",
  "U.S.": "US",
  "U.K.": "GB",
};

/** Codes that Intl names although ISO 3166-1 has not assigned them to a country. */
const unassigned = new Set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split(" "));

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const countries = new Map(
  letters
    .flatMap((first) => letters.map((second) => first + second))
    .map((code) => [code, nameOf(code)] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
);

/** The English name of a country; undefined for a code that is no country's or that another has replaced. */
function nameOf(code: string): string | undefined {
  if (unassigned.has(code) || new Intl.Locale(`und-${code}`).region !== code) return undefined;
  return new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(code);
}

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/’/g, "'")
    .replace(/ \(.*\)| sar china/g, "")
    .replace(/&/g, "and");

/** All that a name or an abbreviation can mean, as paths under iso3166. */
const meanings = new Map<string, string[]>();
const learn = (name: string, path: string) => meanings.set(name, [...(meanings.get(name) ?? []), path]);
for (const [code, name] of countries) {
  learn(plain(name), code);
  learn(code, code);
}
for (const [code, name] of Object.entries(states)) {
  learn(plain(name), `US/${code}`);
  learn(code, `US/${code}`);
}
for (const [name, path] of Object.entries(aliases)) learn(name, path);
for (const [name, path] of Object.entries(abbreviations)) learn(name, path);

const names = [...meanings.keys()]
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replace(/[.()]/g, "\\$&"))
  .join("|");

const read: Reader["read"] = ({ place = "" }): Finding | undefined => {
  // An abbreviation counts in capitals only: "in" and "us" are words.
  const paths = meanings.get(place) ?? meanings.get(plain(place).replace(/\s+/g, " "));
  const [path] = paths ?? [];
  if (paths === undefined || path === undefined) return undefined;
  if (paths.length > 1) {
    const choice = paths.map((one) => `iso3166/${one}`).join(" or ");
    return { advice: `this may be ${choice}: say which (--where)` };
  }
  return { field: "where", value: `iso3166/${path}`, parts: { where: [`iso3166/${path}`] } };
};

export const placeReaders: readonly Reader[] = [
  {
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(?:(?:delivered|shipped|shipping|delivery|anywhere|somewhere)\\s+)?(?:in|to|within|across)\\s+(?:the\\s+)?(?<place>${names})(?![\\p{L}\\d])`,
      "giu",
    ),
    read,
  },
  {
    pattern: new RegExp(
      `(?<=^|[,;])\\s*(?:the\\s+)?(?<place>${names})(?=\\s*(?:$|[,;!?]|\\.(?!\\S)))`,
      "giu",
    ),
    read,
  },
];

export const placeAdvice =
  "if this is a place, give its path (--where), such as iso3166/US/CA or geohash/9/m/u; if it belongs to the thing, say it before the first comma";

/** A name in capitals after a preposition of place: most likely a city, of which we know no path. */
export const unknownPlaceReaders: readonly Reader[] = [
  {
    pattern:
      /(?<![\p{L}\d])(?:[Ii]n|[Nn]ear|[Aa]round|[Cc]lose to)\s+(?:downtown\s+|central\s+)?\p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+)*/gu,
    read: () => ({ advice: placeAdvice }),
  },
];
