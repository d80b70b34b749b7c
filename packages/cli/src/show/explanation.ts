/** Why a shop offered what it offered for an intent, or nothing: as lines for people and as a record. */
import { formatMoney, type Signed, shortHex } from "@intentcast/protocol";
import { type Considered, type Explanation, type Miss, missReasons } from "@intentcast/seller-client";
import { plain } from "./text.ts";
import { wishLine } from "./wish.ts";

/** Of the items that were not offered people are shown so many, and programs all. */
const mostShown = 10;

export const explanationRecord = (
  intent: Signed<"intent">,
  { offer, considered, misses }: Explanation,
): object => ({
  event: "explained",
  thread: intent.id,
  offered: offer !== undefined,
  considered,
  misses,
});

export function explanationLines(
  intent: Signed<"intent">,
  { offer, considered, misses }: Explanation,
): string {
  const goods = offer?.lines.reduce((sum, { price }) => sum + price, 0) ?? 0;
  const made = offer === undefined ? "no offer" : `goods for ${formatMoney(goods, offer.currency)}`;
  const place = (line: number | undefined) =>
    intent.body.want.length > 1 && line !== undefined ? `line ${line + 1}: ` : "";
  const offered = considered.filter((one) => one.offered);
  const others = considered.filter((one) => !one.offered);
  const left = others.length - mostShown;
  return [
    `${made} for ${shortHex(intent.id)} ${wishLine(intent)}:`,
    ...offered.map((one) => `  + ${place(one.line)}${itemLine(one)}`),
    ...misses.map((one) => `  - ${place(one.line)}${missLine(one)}`),
    ...others.slice(0, mostShown).map((one) => `  - ${place(one.line)}${itemLine(one)}`),
    ...(left > 0 ? [`  … and ${left} more that were not offered; --json lists them`] : []),
  ].join("\n");
}

function itemLine({ sku, name, reason, detail }: Considered): string {
  const named = detail.startsWith(`${name}: `) ? detail : `${name}: ${detail}`;
  return plain(`${named}${reason in missReasons ? ` (${reason})` : ""}  [${sku}]`);
}

const missLine = ({ reason, detail }: Miss): string => plain(`${missReasons[reason]} (${detail})`);
