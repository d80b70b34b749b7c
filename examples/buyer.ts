/** Casts one intent and takes the first offer: node examples/buyer.ts [relay] */
import { openBuyer } from "@intentcast/buyer-client";
import { readSentence } from "@intentcast/buyer-client/sentence";
import { memoryJournal } from "@intentcast/journal";

const [relay = "ws://127.0.0.1:7447"] = process.argv.slice(2);
const seed = crypto.getRandomValues(new Uint8Array(32));
await using buyer = await openBuyer({ seed, relays: [relay], journal: memoryJournal() });
const { draft } = readSentence("3 clay pots, up to 60 USD", { now: Math.floor(Date.now() / 1000) });
if (draft === undefined) throw new Error("nothing is wanted");
const cast = await buyer.cast({ ...draft, where: ["iso3166/US/CA"] });
for await (const { offer } of cast.offers()) {
  const { body } = await (await cast.award(offer, { disclosure: { name: "Ada Byrne" } })).ordered();
  console.log(`order ${body.number} of ${offer.body.seller}: ${body.total / 100} ${body.currency}`);
  break;
}
