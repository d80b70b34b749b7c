/** A shop that answers by itself, beside the relay. */
import { join } from "node:path";
import { memoryJournal } from "@intentcast/journal";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { openSeller } from "@intentcast/seller-client";
import { nodeEquation } from "../../packages/relay/src/adapters/node-crypto.ts";
import { configOf, serveParent } from "./parent.ts";

export type StorefrontConfig = {
  readonly relay: string;
  /** Folder of the journal; without it the journal is in memory. */
  readonly folder?: string;
  readonly isNative: boolean;
  readonly category: string;
};

const { relay, folder, isNative, category } = configOf<StorefrontConfig>();
const journal = folder === undefined ? memoryJournal() : sqliteJournal(join(folder, "seller.sqlite"));
const seller = await openSeller({
  seed: new Uint8Array(32).fill(8),
  name: "Cradle & Co",
  relays: [relay],
  journal,
  ...(isNative && { equation: nodeEquation }),
});
const items = [{ sku: "TS-2", name: "Twin stroller", category, price: 18_900 }];
await seller.answerFromCatalogue({ currency: "USD", items }).caughtUp;
serveParent(0, async () => {
  await seller[Symbol.asyncDispose]();
  await journal[Symbol.asyncDispose]();
});
