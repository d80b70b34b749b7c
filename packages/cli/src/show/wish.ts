/** An intent in one line. */
import { formatMoney, mostOf, type Signed } from "@intentcast/protocol";
import { plain } from "./text.ts";
import { formatTime } from "./time.ts";

/** What an intent wants, in one line. */
export function wishLine({ body }: Signed<"intent">): string {
  const lines = body.want.map(({ name, category, quantity }) => {
    const pieces = quantity.unit === "C62" && quantity.scale === undefined ? `${quantity.value} × ` : "";
    return `${pieces}${plain(name ?? category)}`;
  });
  const most = body.price && `, up to ${formatMoney(mostOf(body.price), body.price.currency)}`;
  const until = body.when?.until === undefined ? "" : `, by ${formatTime(body.when.until)}`;
  return `${lines.join(" + ")}${most ?? ""}${until}`;
}
