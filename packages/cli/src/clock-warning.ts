/** Says that a relay's clock and this machine's differ: intents and offers are refused for it, or never made. */
import { formatSpan } from "./show/time.ts";
import type { Context } from "./verbs/verb.ts";

/** The event by which buyers and sellers tell of it. */
const event = "clock-differs";

/** Whether what was logged was about clocks; then the user has been told. */
export function tellOfClock(
  logged: string,
  facts: Readonly<Record<string, string | number>>,
  { print }: Pick<Context, "print">,
): boolean {
  if (logged !== event) return false;
  print.warn({ event, ...facts }, clockLine(String(facts["relay"]), Number(facts["clockAhead"])));
  return true;
}

function clockLine(relay: string, ahead: number): string {
  if (ahead === 0) return `the clock of ${relay} and this machine's agree again`;
  const side = ahead > 0 ? "ahead of" : "behind";
  return (
    `warning: the clock of ${relay} is ${formatSpan(Math.abs(ahead))} ${side} this machine's. One of them is wrong: what one ` +
    "takes for good is expired or not yet valid for the other. Compare with: date -u"
  );
}
