/** Dates and times in feeds, and whether now is between two of them. */
import { day, type UnixSeconds } from "@intentcast/protocol";

/** From its first second to its last: a date is a whole day. */
export type Span = { readonly from?: UnixSeconds | undefined; readonly until?: UnixSeconds | undefined };

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A date, or a time as ISO 8601 has it, with blanks and short hours let pass. Without a zone: in UTC. */
export function readMoment(text: string): Required<Span> | undefined {
  const match = form.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, date, hours, minutes, seconds, zone] = match;
  const [h, m, s] = [Number(hours ?? 0), Number(minutes ?? 0), Number(seconds ?? 0)];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(date)) / 1000;
  // Date.UTC takes the 31st of June for the 1st of July.
  const exists = new Date(midnight * 1000).getUTCDate() === Number(date) && Number(month) <= 12;
  if (!exists || h > 23 || m > 59 || s > 59) return undefined;
  const from = midnight + h * 3600 + m * 60 + s - offsetOf(zone);
  return { from, until: hours === undefined ? from + day - 1 : from };
}

function offsetOf(zone = "Z"): number {
  if (zone.toUpperCase() === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

/** Whether now lies in the span. Where nobody says what time it is, only a span without ends holds. */
export function holds({ from, until }: Span, now: UnixSeconds | undefined): boolean {
  if (from === undefined && until === undefined) return true;
  return now !== undefined && (from ?? now) <= now && now <= (until ?? now);
}

/** Whether now is known to be after the moment. */
export const isOver = ({ until }: Span, now: UnixSeconds | undefined): boolean =>
  now !== undefined && until !== undefined && until < now;
