/** `intentcast verify`: is this deal bundle a true record of a deal? Needs no network. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Deal, didKey, formatMoney, shortHex, toHex, unwrap, verifyBundle } from "@intentcast/protocol";
import { exitCodes } from "../failure.ts";
import { plain } from "../show/text.ts";
import { formatTime } from "../show/time.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";

export const verifyVerb: Verb = (program, act) =>
  void program
    .command("verify")
    .summary("check a deal bundle offline")
    .description(
      "Checks a deal bundle without any network: every signature, the shape of every message, and that intent, offer, " +
        "award and order form one chain on the buyer's terms. Exits 1 and names the stage and code where it does not.",
    )
    .argument("<bundle>", "the file that `orders --bundle` wrote")
    .addHelpText("after", examples("verify deal.cbor", "verify deal.cbor --json"))
    .action((file: string) => act((context) => verify(file, context)));

async function verify(file: string, { print, terminal }: Context) {
  const deal = unwrap(verifyBundle(new Uint8Array(await readFile(resolve(terminal.folder, file)))));
  print.say(summary(deal), describe(deal));
  return exitCodes.done;
}

const summary = ({ intent, offer, award, order, receipt, phase, status }: Deal) => ({
  verified: true,
  thread: toHex(intent.id),
  buyer: toHex(intent.author),
  seller: offer && didKey(offer.author),
  number: order?.body.number,
  total: order?.body.total,
  currency: order?.body.currency,
  phase,
  ...(status !== undefined && { status }),
  ids: {
    intent: intent.id,
    offer: offer?.id,
    award: award?.id,
    order: order?.id,
    ...(receipt !== undefined && { receipt: receipt.id }),
  },
});

function describe(deal: Deal): string {
  const { offer, order, messages } = deal;
  const total = order && formatMoney(order.body.total, order.body.currency);
  return [
    `verified: order ${plain(order?.body.number ?? "")} of ${plain(offer?.body.seller ?? "")}, ${total}`,
    ...messages.map(
      ({ kind, id, body }) => `  ${kind.padEnd(8)} ${shortHex(id)}  ${formatTime(body.issued)}`,
    ),
    `${messages.length} signatures hold; each message answers one before it; the offer meets the buyer's terms.`,
  ].join("\n");
}
