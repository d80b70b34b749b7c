/** A shop that answers by itself and is paid on the spot: it lives until it is killed or its input ends. */
import { isTerminal, toHex } from "@intentcast/protocol";
import { openSeller } from "@intentcast/seller-client";
import { clientOf, configOf, hastyTimers, type ShopConfig, tell } from "./client.ts";
import { catalogue } from "./goods.ts";

const config = configOf<ShopConfig>();
const seller = await openSeller({ ...clientOf(config), name: "Cradle & Co", timers: hastyTimers });
const answering = seller.answerFromCatalogue(catalogue(config.pieces), { paidAtOnce: true });
tell({ open: true });
await answering.caughtUp;
tell({ caughtUp: true });

async function report(): Promise<void> {
  const deals = seller.deals().map(({ intent, offer, order, receipt, phase }) => ({
    thread: toHex(intent.id),
    offer: offer && toHex(offer.id),
    order: order && toHex(order.id),
    receipt: receipt && toHex(receipt.id),
    phase,
    isOver: isTerminal(phase),
  }));
  await seller[Symbol.asyncDispose]();
  tell({ deals });
  process.exit();
}
process.stdin.resume().once("end", () => void report());
