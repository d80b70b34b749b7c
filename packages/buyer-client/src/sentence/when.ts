/** Reads when it must be there: `within two hours`, `by tomorrow`, `on Friday`, `by 5 pm`, `by 12 March`. */
import { day, hour, minute, type UnixSeconds } from "@intentcast/protocol";
import { numberPattern, plainNumber } from "./number.ts";
import type { Finding, Reader, Setting } from "./reader.ts";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const monthPattern = months.map((name) => `${name}|${name.slice(0, 3)}\\.?`).join("|");

const spans = new Map([
  ["min", minute],
  ["h", hour],
  ["d", day],
  ["w", 7 * day],
  ["f", 14 * day],
  ["mo", 30 * day],
]);
const spanPattern =
  "(?:(?<min>minutes?|mins?)|(?<h>hours?|hrs?|h)|(?<d>days?)|(?<w>weeks?)|(?<f>fortnights?)|(?<mo>months?))";

const start = "(?<![\\p{L}\\d])";
const end = "(?![\\p{L}\\d])";
const clockPattern =
  "(?:(?:at|by|before)\\s+)?(?<clock>\\d{1,2}(?::\\d{2})?\\s?[ap]\\.?m\\.?|\\d{1,2}:\\d{2}|noon|midnight)";
const ofDay = `(?:\\s+(?:in\\s+the\\s+)?(?<part>morning|noon|afternoon|evening|night)|\\s+${clockPattern})?`;
const by =
  "(?:(?:delivered|needed|available|ready|there|latest)\\s+)?(?<by>by|before|until|till|on|for|not\\s+later\\s+than)";

export const whenReaders: readonly Reader[] = [
  {
    pattern: new RegExp(
      `${start}(?:with)?in\\s+(?:the\\s+next\\s+|about\\s+|at\\s+most\\s+)?(?<count>half\\s+an?|an?\\s+couple\\s+of|an?|the|${numberPattern})\\s*${spanPattern}${end}`,
      "giu",
    ),
    read: (groups, { now, ...setting }) => {
      const name = [...spans.keys()].find((key) => groups[key] !== undefined) as string;
      const count = countOf(groups["count"] as string);
      if (count === undefined) return undefined;
      return until(now + Math.round(count * (spans.get(name) as number)), { now, ...setting });
    },
  },
  {
    pattern: new RegExp(
      `${start}(?:${by}\\s+)?(?<day>today|tonight|this\\s+(?:morning|afternoon|evening)|tomorrow|(?:this\\s+)?(?:${weekdays.join("|")}))${ofDay}${end}`,
      "giu",
    ),
    read: (groups, setting) => {
      const name = (groups["day"] as string).toLowerCase().replace(/\s+/g, " ");
      const weekday = weekdays.indexOf(name.replace("this ", ""));
      // A bare weekday is part of a name as likely as not; with a preposition it is a time.
      if (weekday >= 0 && groups["by"] === undefined && !name.startsWith("this ")) return undefined;
      const today = startOfDay(setting.now, setting);
      const at =
        name === "tomorrow"
          ? today + day
          : weekday >= 0
            ? today + ((weekday - weekdayOf(today, setting) + 7) % 7) * day
            : today;
      const part = /^this (morning|afternoon|evening)$/.exec(name)?.[1] ?? groups["part"];
      return untilOnDay(at, groups["by"], part, groups["clock"], setting);
    },
  },
  {
    pattern: new RegExp(
      `${start}${by}\\s+(?:the\\s+)?(?:(?<iso>\\d{4}-\\d{2}-\\d{2})|(?<dayFirst>\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?<monthAfter>${monthPattern})|(?<monthFirst>${monthPattern})\\s+(?<dayAfter>\\d{1,2})(?:st|nd|rd|th)?)(?:,?\\s+(?<year>20\\d{2}))?${ofDay}${end}`,
      "giu",
    ),
    read: (groups, setting) => {
      const date = dateOf(groups, setting);
      return date === undefined
        ? { advice: "no such date" }
        : untilOnDay(date, groups["by"], groups["part"], groups["clock"], setting);
    },
  },
  {
    pattern: new RegExp(
      `${start}(?:by|before|until|till)\\s+(?<clock>\\d{1,2}(?::\\d{2})?\\s?[ap]\\.?m\\.?|\\d{1,2}:\\d{2}|noon|midnight)${end}`,
      "giu",
    ),
    read: (groups, setting) => {
      const seconds = secondsOf(groups["clock"] as string);
      if (seconds === undefined) return { advice: "no such time of day" };
      const at = startOfDay(setting.now, setting) + seconds;
      return until(at > setting.now ? at : at + day, setting);
    },
  },
];

function countOf(text: string): number | undefined {
  if (/^half/i.test(text)) return 0.5;
  if (/couple/i.test(text)) return 2;
  if (/^(?:an?|the)$/i.test(text)) return 1;
  const plain = plainNumber(text);
  return plain === undefined ? undefined : Number(plain);
}

/** The last second of a part of the day, counted from its start. */
const partEnds: { readonly [part: string]: number } = {
  morning: 12 * hour,
  noon: 12 * hour,
  afternoon: 18 * hour,
  evening: day - 1,
  night: day - 1,
};

function untilOnDay(
  at: UnixSeconds,
  by: string | undefined,
  part: string | undefined,
  clock: string | undefined,
  setting: Setting,
): Finding {
  const seconds = clock === undefined ? undefined : secondsOf(clock);
  if (clock !== undefined && seconds === undefined) return { advice: "no such time of day" };
  const last = at + (seconds ?? partEnds[part?.toLowerCase() ?? ""] ?? day - 1);
  if (last <= setting.now) return { advice: "this is over already" };
  // "On Friday" leaves out the days before it, "by Friday" does not.
  return until(last, setting, by?.toLowerCase() === "on" && at > setting.now ? at : undefined);
}

function until(at: UnixSeconds, { now, utcOffsetSeconds }: Setting, from?: UnixSeconds): Finding {
  const text = new Date((at + utcOffsetSeconds) * 1000).toISOString().slice(0, 16).replace("T", " ");
  return at <= now
    ? { advice: "this is over already" }
    : {
        field: "when",
        value: `until ${text}${utcOffsetSeconds === 0 ? " UTC" : ""}`,
        parts: { when: { ...(from === undefined ? {} : { from }), until: at } },
      };
}

const startOfDay = (at: UnixSeconds, { utcOffsetSeconds }: Setting): UnixSeconds =>
  Math.floor((at + utcOffsetSeconds) / day) * day - utcOffsetSeconds;

/** 0 is Sunday; 1970-01-01 was a Thursday. */
const weekdayOf = (at: UnixSeconds, { utcOffsetSeconds }: Setting): number =>
  (Math.floor((at + utcOffsetSeconds) / day) + 4) % 7;

function secondsOf(clock: string): number | undefined {
  if (/noon/i.test(clock)) return 12 * hour;
  if (/midnight/i.test(clock)) return day - 1;
  const [, hours = "", minutes = "0", half] = /^(\d+)(?::(\d+))?\s*([ap])?/i.exec(clock) ?? [];
  const h = Number(hours);
  const m = Number(minutes);
  if (m > 59 || (half === undefined ? h > 23 : h < 1 || h > 12)) return undefined;
  const base = half === undefined ? h : (h % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  return base * hour + m * minute;
}

/** The start of the day named; without a year, the next such day. Undefined where the calendar has none. */
function dateOf(groups: Parameters<Reader["read"]>[0], setting: Setting): UnixSeconds | undefined {
  const [isoYear, isoMonth, isoDay] = (groups["iso"] ?? "").split("-").map(Number);
  const monthName = (groups["monthAfter"] ?? groups["monthFirst"] ?? "").toLowerCase().slice(0, 3);
  const month =
    groups["iso"] === undefined
      ? months.findIndex((name) => name.startsWith(monthName))
      : (isoMonth ?? 0) - 1;
  const date = groups["iso"] === undefined ? Number(groups["dayFirst"] ?? groups["dayAfter"]) : (isoDay ?? 0);
  const thisYear = new Date((setting.now + setting.utcOffsetSeconds) * 1000).getUTCFullYear();
  const named = groups["iso"] === undefined ? groups["year"] : isoYear;
  const inYear = (year: number) => {
    const moment = new Date(Date.UTC(year, month, date));
    const exists = moment.getUTCMonth() === month && moment.getUTCDate() === date;
    return exists ? moment.getTime() / 1000 - setting.utcOffsetSeconds : undefined;
  };
  if (named !== undefined) return inYear(Number(named));
  const soon = inYear(thisYear);
  return soon !== undefined && soon + day <= setting.now ? inYear(thisYear + 1) : soon;
}
