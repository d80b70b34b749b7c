/** Reads in what condition, and how it is to be handed over: `used`, `brand new`, `pickup`, `by courier`. */
import type { Body } from "@intentcast/protocol";
import type { Reader } from "./reader.ts";

type Condition = NonNullable<Body<"intent">["want"][number]["condition"]>[number];
type Method = NonNullable<Body<"intent">["delivery"]>[number];

const conditionReader = (condition: Condition, phrase: string): Reader => ({
  pattern: new RegExp(`(?<![\\p{L}\\d-])(?:(?:or|and)\\s+)?(?:${phrase})(?![\\p{L}\\d-])`, "gu"),
  inside: true,
  read: (_groups, _setting, parts) => ({
    field: "condition",
    value: condition,
    parts: { condition: [...new Set([...(parts.condition ?? []), condition])] },
  }),
});

const deliveryReader = (phrase: string, methods: readonly Method[]): Reader => ({
  pattern: new RegExp(`(?<![\\p{L}\\d-])(?:(?:or|and)\\s+)?(?:${phrase})(?![\\p{L}\\d-])`, "giu"),
  read: (_groups, _setting, parts) => ({
    field: "delivery",
    value: methods.join(" or "),
    parts: { delivery: [...new Set([...(parts.delivery ?? []), ...methods])] },
  }),
});

export const mannerReaders: readonly Reader[] = [
  conditionReader("refurbished", "[Rr]efurbished|[Rr]econditioned|[Rr]enewed"),
  conditionReader("used", "[Uu]sed|[Ss]econd[- ]?hand|[Pp]re-?owned|[Pp]re-?loved"),
  conditionReader("damaged", "[Dd]amaged|[Dd]efective|[Bb]roken"),
  // "New Balance" is a name: two capitals in a row are not read as an adjective.
  conditionReader("new", "[Bb]rand[- ][Nn]ew|new|New(?! \\p{Lu})"),
  deliveryReader(
    "(?:for\\s+|to\\s+)?pick[- ]?up(?!\\s+truck)|picked\\s+up|(?:for\\s+|to\\s+)collect(?:ion)?",
    ["pickup"],
  ),
  deliveryReader("(?:delivered\\s+|shipped\\s+)?by\\s+courier", ["courier"]),
  deliveryReader("(?:delivered\\s+|shipped\\s+|sent\\s+)?by\\s+(?:post|mail|parcel)", ["parcel"]),
  deliveryReader("(?:to|in)\\s+a\\s+(?:parcel\\s+)?locker", ["locker"]),
  deliveryReader("(?:as\\s+a|by|digital)\\s+download", ["download"]),
  deliveryReader("at\\s+my\\s+(?:place|home)|at\\s+home|on[- ]site", ["onsite"]),
  deliveryReader("delivered|with\\s+delivery|delivery|shipped|with\\s+shipping", ["parcel", "courier"]),
];
