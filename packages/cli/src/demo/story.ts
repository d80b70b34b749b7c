/** One wish from the cast to the verified deal, told as it happens. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Buyer, Cast, Offered, Purchase } from "@intentcast/buyer-client";
import { readSentence } from "@intentcast/buyer-client/sentence";
import { type Disclosure, formatMoney, shortHex, unwrap, verifyBundle } from "@intentcast/protocol";
import { Failure } from "../failure.ts";
import type { Printer } from "../printer.ts";
import { arrivalLine, dealRecord, offeredRecord, rankLines, rankRecord } from "../show/offer.ts";
import { plain } from "../show/text.ts";
import { systemClock } from "../system.ts";

export const wishes: readonly string[] = [
  "A stroller for twins, within two hours, up to 250 USD",
  "A two-person tent, within a day, up to 180 USD",
  "3 clay pots, within three days, up to 60 USD",
];

const where = ["iso3166/US/CA", "geohash/9/m/u/d"];

const disclosure: Disclosure = {
  name: "Ada Byrne",
  telephone: "+1 619 555 0100",
  address: {
    streetAddress: "12 Harbor Street",
    addressLocality: "San Diego",
    addressRegion: "CA",
    postalCode: "92101",
    addressCountry: "US",
  },
};

/** After the last offer, so long for another one. */
const quietMs = 400;
/** For the first offer, for the order and for the receipt. */
const patienceMs = 10_000;

export type Teller = {
  readonly buyer: Buyer;
  readonly data: string;
  readonly print: Printer;
  readonly interrupted: AbortSignal;
};

/** Casts the wish, awards the best offer, and verifies the deal offline. A Failure where the market does not answer. */
export async function tellStory(
  sentence: string,
  { buyer, data, print, interrupted }: Teller,
): Promise<void> {
  const { draft } = readSentence(sentence, { now: systemClock(), currency: "USD" });
  if (draft === undefined) throw new Failure(`the sample wish says nothing: ${sentence}`);
  const cast = await buyer.cast({ ...draft, where });
  print.say(
    { event: "cast", sentence, thread: cast.thread, matched: cast.matched },
    `\n“${sentence}”\n  cast as ${shortHex(cast.intent.id)}, delivered to ${cast.matched} storefronts; sealed offers:`,
  );
  await offersOf(cast, print, interrupted);

  const ranked = cast.ranked();
  for (const one of ranked) print.say({ event: "ranked", ...rankRecord(one) }, rankLines(one));
  const [best] = ranked;
  if (best === undefined) throw new Failure(`nobody offered for “${sentence}” within ${patienceMs / 1000} s`);

  const purchase = await cast.award(best, { disclosure, payment: "card" });
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(patienceMs)]);
  const order = await purchase.ordered({ signal });
  const { number, total, currency } = order.body;
  const seller = plain(best.offer.body.seller);
  print.say(
    { event: "ordered", ...dealRecord(purchase.deal) },
    `  awarded to ${seller}, who alone learns the address; order ${plain(number)} confirmed: ${formatMoney(total, currency)}`,
  );
  const receipt = await purchase.receipt({ signal });
  print.say(
    { event: "receipt", id: receipt.id, paid: receipt.body.paid },
    `  receipt: ${formatMoney(receipt.body.paid.total, receipt.body.paid.currency)} paid`,
  );
  await prove(purchase, number, data, print);
}

/** Shows offers until none has come for a while. */
async function offersOf(cast: Cast, print: Printer, interrupted: AbortSignal): Promise<void> {
  const enough = new AbortController();
  let timer = setTimeout(() => enough.abort(), patienceMs);
  let first: Offered | undefined;
  for await (const offered of cast.offers({ signal: AbortSignal.any([interrupted, enough.signal]) })) {
    clearTimeout(timer);
    timer = setTimeout(() => enough.abort(), quietMs);
    first ??= offered;
    print.say({ event: "offer", ...offeredRecord(offered) }, arrivalLine(offered));
  }
  clearTimeout(timer);
  interrupted.throwIfAborted();
  if (first !== undefined)
    print.tell(`  the first offer was readable ${Math.round(first.afterMs)} ms after the cast; ranked:`);
}

async function prove(purchase: Purchase, number: string, data: string, print: Printer): Promise<void> {
  const folder = join(data, "deals");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${number.replace(/[^A-Za-z0-9-]/g, "_")}.cbor`);
  const bundle = purchase.bundle();
  await writeFile(file, bundle, { mode: 0o600 });
  const deal = unwrap(verifyBundle(bundle));
  print.say(
    { event: "verified", file, messages: deal.messages.length, phase: deal.phase },
    `  verified offline: ${deal.messages.length} signed messages, one chain, in ${file}`,
  );
}
