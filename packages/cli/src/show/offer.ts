/** Offers and deals in lines for people, and as records for programs. */
import type { Offered, Ranked } from "@intentcast/buyer-client";
import { type Deal, didKey, formatMoney, type Signed, shortHex } from "@intentcast/protocol";
import { plain } from "./text.ts";
import { formatTime } from "./time.ts";

type Offer = Signed<"offer">;

/** "189.00 USD  Cradle & Co: Twin stroller, sage". */
export function offerLine({ body }: Offer): string {
  const goods = body.lines.map(({ name, quantity }) => {
    const pieces = quantity.unit === "C62" && quantity.value > 1 ? `${quantity.value} × ` : "";
    return `${pieces}${plain(name)}`;
  });
  return `${formatMoney(body.total, body.currency).padStart(12)}  ${plain(body.seller)}: ${goods.join(" + ")}`;
}

/** How long an offer took: "in 23 ms". */
export const arrivalLine = ({ offer, afterMs }: Offered): string =>
  `  ${`${Math.round(afterMs)} ms`.padStart(8)}  ${shortHex(offer.id)}  ${offerLine(offer)}`;

export const offeredRecord = ({ offer, seller, receivedAt, afterMs }: Offered): object => ({
  offer: offer.id,
  seller,
  receivedAt,
  afterMs: Math.round(afterMs),
  body: offer.body,
});

/** A place in the ranking, and beneath it why. */
export const rankLines = ({ place, offer, score, reasons }: Ranked): string =>
  [
    `${String(place).padStart(3)}. ${shortHex(offer.id)}  ${offerLine(offer)}  (${score} of 1000)`,
    ...reasons.map(({ text, weight }) => `      ${plain(text)}  [weight ${weight}]`),
  ].join("\n");

export const rankRecord = ({ place, offer, score, reasons }: Ranked): object => ({
  place,
  offer: offer.id,
  seller: didKey(offer.author),
  score,
  reasons,
  body: offer.body,
});

/** "C-1001  ordered  189.00 USD  Cradle & Co". */
export function dealLine({ order, offer, award, phase, status }: Deal): string {
  const number = plain(order?.body.number ?? "(unconfirmed)");
  const total = offer && formatMoney(offer.body.total, offer.body.currency);
  const state = status === undefined ? phase : `${phase}, ${status}`;
  const at = award === undefined ? "" : formatTime(award.body.issued);
  return `${number.padEnd(14)}  ${at}  ${String(total).padStart(12)}  ${plain(offer?.body.seller ?? "")}  (${state})`;
}

export const dealRecord = ({ intent, offer, award, order, receipt, phase, status }: Deal): object => ({
  thread: intent.id,
  number: order?.body.number,
  phase,
  ...(status && { status }),
  ...(offer && { seller: didKey(offer.author), total: offer.body.total, currency: offer.body.currency }),
  ...(award && { award: award.id }),
  ...(order && { order: order.id }),
  ...(receipt && { receipt: receipt.id }),
});
