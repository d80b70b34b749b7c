/** A buyer that wants one thing and carries the deal to its receipt, from wherever an earlier life left it. */
import { openBuyer } from "@intentcast/buyer-client";
import { toHex } from "@intentcast/protocol";
import { type ClientConfig, clientOf, configOf, hastyTimers, tell } from "./client.ts";
import { wish } from "./goods.ts";

const config = configOf<ClientConfig>();
const buyer = await openBuyer({ ...clientOf(config), timers: hastyTimers });
tell({ open: true });

const cast = buyer.casts()[0] ?? (await buyer.cast(wish));
tell({ cast: cast.thread });

/** The first offer that comes is taken. */
async function purchase() {
  const [made] = cast.purchases();
  if (made !== undefined) return made;
  for await (const offered of cast.offers()) return cast.award(offered);
  throw new Error(`no offer; the cast is ${cast.state}`);
}

const bought = await purchase();
tell({ awarded: toHex(bought.deal.award?.id ?? new Uint8Array(0)) });
const order = await bought.ordered();
tell({ ordered: toHex(order.id) });
await bought.receipt();
// What follows from the order, such as telling everyone that the intent is over, is a part of the deal.
while (cast.state !== "awarded") await new Promise((resolve) => setImmediate(resolve));
tell({ done: true, bundle: toHex(bought.bundle()), intent: toHex(cast.intent.bytes) });
process.stdin.resume().once("end", () => void buyer[Symbol.asyncDispose]().then(() => process.exit()));
