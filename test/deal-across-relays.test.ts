/** Relays joined in a network: a buyer who knows one only and a shop that knows another deal, and neither dials the other's. */
import { openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { verifyBundle } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { type OpenSocket, openWebSocket } from "@intentcast/relay-client";
import { openSeller } from "@intentcast/seller-client";
import { expect, test } from "vitest";

const listen = ["/ip4/127.0.0.1/tcp/0"];
const wish = {
  want: [{ category: "uncategorized", name: "twin stroller", quantity: { value: 1, unit: "C62" } }],
};

/** A socket that leads to one relay only, and remembers where else it was to lead. */
function onlyTo(relay: Relay): { socket: OpenSocket; elsewhere: Set<string> } {
  const elsewhere = new Set<string>();
  const socket: OpenSocket = (address, events) => {
    if (address === relay.url) return openWebSocket(address, events);
    elsewhere.add(address);
    queueMicrotask(() => events.closed("out of reach"));
    return { send: () => undefined, close: () => undefined };
  };
  return { socket, elsewhere };
}

test("an intent, its offer, the award and the order go by the network of relays", async () => {
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await startRelay({ port: 0, network: { listen } }));
  const join = [...(first.network()?.addresses ?? [])];
  const middle = stack.use(await startRelay({ port: 0, network: { listen, join } }));
  const last = stack.use(
    await startRelay({ port: 0, network: { listen, join: [...(middle.network()?.addresses ?? [])] } }),
  );
  for (const relay of [middle, last]) {
    await expect
      .poll(() => relay.network()?.joins.every(({ connected }) => connected), { timeout: 20_000 })
      .toBe(true);
  }

  const far = onlyTo(last);
  const seed = (fill: number) => new Uint8Array(32).fill(fill);
  const seller = stack.use(
    await openSeller({
      seed: seed(1),
      name: "Cradle & Co",
      relays: [last.url],
      journal: memoryJournal(),
      socket: far.socket,
    }),
  );
  seller.answerFromCatalogue({
    currency: "USD",
    items: [{ sku: "twin", name: "Twin stroller", price: 18_900 }],
  });
  const near = onlyTo(first);
  const buyer = stack.use(
    await openBuyer({ seed: seed(2), relays: [first.url], journal: memoryJournal(), socket: near.socket }),
  );
  const cast = await buyer.cast(wish);
  const { value: offered } = await cast.offers().next();
  if (offered === undefined) throw new Error("no offer came");
  const purchase = await cast.award(offered);
  await purchase.ordered();
  const verified = verifyBundle(purchase.bundle());
  expect(verified.ok).toBe(true);
  // Each would have liked to send to the other's relay as well, and could not.
  expect([...near.elsewhere]).toEqual([last.url]);
  expect([...far.elsewhere]).toEqual([first.url]);
});
