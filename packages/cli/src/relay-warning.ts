/** Says what is wrong with a relay: its clock and this machine's differ, or it withholds messages. */
import type { WithheldReport } from "@intentcast/relay-client";
import { formatSpan } from "./show/time.ts";
import type { Context } from "./verbs/verb.ts";

type Facts = Readonly<Record<string, string | number>>;

/** By the event by which buyers and sellers tell of it. */
const warnings: Readonly<Record<string, (facts: Facts) => string>> = {
  "clock-differs": ({ relay, clockAhead }) => clockLine(String(relay), Number(clockAhead)),
  "relay-withholds": ({ relay, withheld }) => withheldLine(String(relay), Number(withheld)),
};

/** Whether what was logged was about a relay; then the user has been told. */
export function tellOfRelay(logged: string, facts: Facts, { print }: Pick<Context, "print">): boolean {
  const line = Object.hasOwn(warnings, logged) ? warnings[logged]?.(facts) : undefined;
  if (line === undefined) return false;
  print.warn({ event: logged, ...facts }, line);
  return true;
}

/** The same for verbs that have relays and neither a buyer nor a seller. */
export const tellOfWithheld =
  (context: Pick<Context, "print">) =>
  (report: WithheldReport): void =>
    void tellOfRelay("relay-withholds", report, context);

function clockLine(relay: string, ahead: number): string {
  if (ahead === 0) return `the clock of ${relay} and this machine's agree again`;
  const side = ahead > 0 ? "ahead of" : "behind";
  return (
    `warning: the clock of ${relay} is ${formatSpan(Math.abs(ahead))} ${side} this machine's. One of them is wrong: what one ` +
    "takes for good is expired or not yet valid for the other. Compare with: date -u"
  );
}

function withheldLine(relay: string, withheld: number): string {
  const messages = withheld === 1 ? "a message" : `${withheld} messages`;
  return (
    `warning: ${relay} withholds: it has ${messages} that other relays have shown, and does not show ` +
    `${withheld === 1 ? "it" : "them"}. Nothing was missed, as long as other relays are read; ask its operator, or leave it out of --relay`
  );
}
