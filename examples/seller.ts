/** Answers intents from a product feed: node examples/seller.ts [feed] [relay] */
import { readFile } from "node:fs/promises";
import { memoryJournal } from "@intentcast/journal";
import { openSeller, readFeed } from "@intentcast/seller-client";

const [feed = "examples/products.csv", relay = "ws://127.0.0.1:7447"] = process.argv.slice(2);
const seed = crypto.getRandomValues(new Uint8Array(32));
const { items, problems } = readFeed(await readFile(feed), { currency: "USD" });
for (const { row, reason } of problems) console.error(`row ${row}: ${reason}`);
await using seller = await openSeller({ seed, name: "My Shop", relays: [relay], journal: memoryJournal() });
await using answering = seller.answerFromCatalogue({ currency: "USD", items });
await answering.caughtUp;
console.log(`${items.length} items on sale as ${seller.did}`);
await new Promise((resolve) => process.once("SIGINT", resolve));
