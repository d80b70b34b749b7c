/** A purchase in a page: the buyer SDK in a real browser, over a real relay, from a real storefront. */
import { memoryJournal } from "@intentcast/journal";
import { unwrap, verifyBundle } from "@intentcast/protocol";
import { type Relay, startRelay } from "@intentcast/relay";
import { openSeller, type Seller } from "@intentcast/seller-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "./chromium.ts";
import { type Visit, visitSite } from "./site.ts";

const items = [{ sku: "twin", name: "Twin stroller", price: 24_900, available: 5 }];
const seed = (fill: number) => new Uint8Array(32).fill(fill);

describeInBrowser("the buyer SDK in a page", () => {
  let relay: Relay;
  let seller: Seller;
  let visit: Visit;

  beforeAll(async () => {
    visit = await visitSite();
    relay = await startRelay({ port: 0 });
    seller = await openSeller({
      seed: seed(7),
      name: "Cradle & Co",
      relays: [relay.url],
      journal: memoryJournal(),
    });
    await seller.answerFromCatalogue({ currency: "USD", items }).caughtUp;
  });
  afterAll(async () => {
    await visit[Symbol.asyncDispose]();
    await seller[Symbol.asyncDispose]();
    await relay[Symbol.asyncDispose]();
  });

  test("casts a sentence, awards the offer, and still has the proven order after the page is loaded anew", async () => {
    const page = await visit.open();
    const bought = await page.evaluate(
      async ({ relay, seed }) => {
        const journal = await sdk.indexedDbJournal("buyer");
        const buyer = await sdk.openBuyer({ seed, relays: [relay], journal });
        const { draft } = sdk.readSentence("a twin stroller, up to 300 USD", {
          now: Math.floor(Date.now() / 1000),
        });
        if (draft === undefined) throw new Error("nothing is wanted");
        const cast = await buyer.cast(draft);
        for await (const { offer } of cast.offers()) {
          const purchase = await cast.award(offer, { disclosure: { name: "Ada Byrne" } });
          const { body } = await purchase.ordered();
          const bundle = purchase.bundle();
          return { number: body.number, total: body.total, bundle, isProven: sdk.verifyBundle(bundle).ok };
        }
        throw new Error("nobody offers it");
      },
      { relay: relay.url, seed: seed(9) },
    );
    expect(bought).toMatchObject({ total: 24_900, isProven: true });
    expect(unwrap(verifyBundle(bought.bundle)).order?.body.number).toBe(bought.number);

    await page.reload();
    const found = await page.evaluate(
      async ({ relay, seed }) => {
        const journal = await sdk.indexedDbJournal("buyer");
        const buyer = await sdk.openBuyer({ seed, relays: [relay], journal });
        const [cast, ...others] = buyer.casts();
        const [purchase] = cast?.purchases() ?? [];
        const order = await purchase?.ordered();
        return {
          number: order?.body.number,
          bundle: purchase?.bundle(),
          state: cast?.state,
          others: others.length,
        };
      },
      { relay: relay.url, seed: seed(9) },
    );
    expect(found).toEqual({ number: bought.number, bundle: bought.bundle, state: "awarded", others: 0 });
  });

  test("buys with a sealed journal, which opens for its passphrase alone", async () => {
    const page = await visit.open();
    const found = await page.evaluate(
      async ({ relay, seed }) => {
        const open = async (passphrase: string) =>
          sdk.sealedJournal(await sdk.indexedDbJournal("sealed buyer"), passphrase, { cost: 10 });
        const buyer = await sdk.openBuyer({ seed, relays: [relay], journal: await open("correct horse") });
        const want = [
          { category: "uncategorized", name: "twin stroller", quantity: { value: 1, unit: "C62" } },
        ];
        const cast = await buyer.cast({ want, price: { currency: "USD", max: 30_000 } });
        for await (const { offer } of cast.offers()) {
          await (await cast.award(offer)).ordered();
          break;
        }
        await buyer[Symbol.asyncDispose]();
        const wrong = await sdk.codeOf(open("battery staple"));
        const again = await sdk.openBuyer({ seed, relays: [relay], journal: await open("correct horse") });
        return { wrong, state: again.casts()[0]?.state };
      },
      { relay: relay.url, seed: seed(11) },
    );
    expect(found).toEqual({ wrong: "journal-locked", state: "awarded" });
  });

  test("awards once where two tabs of one buyer award at once", async () => {
    const tabs = [await visit.open(), await visit.open()] as const;
    const options = { relay: relay.url, seed: seed(13) };
    const ready = await tabs[0].evaluate(async ({ relay, seed }) => {
      const buyer = await sdk.openBuyer({
        seed,
        relays: [relay],
        journal: await sdk.indexedDbJournal("two tabs"),
      });
      const want = [
        { category: "uncategorized", name: "twin stroller", quantity: { value: 1, unit: "C62" } },
      ];
      const cast = await buyer.cast({ want, price: { currency: "USD", max: 30_000 } });
      for await (const { seller } of cast.offers()) return seller;
      throw new Error("nobody offers it");
    }, options);
    expect(ready).toBe(seller.did);

    const outcomes = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async ({ relay, seed }) => {
          const buyer = await sdk.openBuyer({
            seed,
            relays: [relay],
            journal: await sdk.indexedDbJournal("two tabs"),
          });
          const [cast] = buyer.casts();
          if (cast === undefined) throw new Error("the cast is lost");
          for (const offered of cast.deals()) {
            if (offered.offer !== undefined) return sdk.codeOf(cast.award(offered.offer));
          }
          throw new Error("the offer is lost");
        }, options),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "no error")).toHaveLength(1);
  });

  test("tells how long a page takes from its start to a connected buyer", async () => {
    const page = await visit.open();
    const { loadedMs, connectingMs } = await page.evaluate(
      async ({ relay, seed }) => {
        const startedMs = performance.now();
        const buyer = await sdk.openBuyer({
          seed,
          relays: [relay],
          journal: await sdk.indexedDbJournal("fresh"),
        });
        const turn = new MessageChannel();
        while (buyer.relays()[0]?.state !== "open") {
          await new Promise((resolve) => {
            turn.port1.onmessage = resolve;
            turn.port2.postMessage(0);
          });
        }
        return { loadedMs: sdk.loadedMs, connectingMs: performance.now() - startedMs };
      },
      { relay: relay.url, seed: seed(15) },
    );
    const parts = `${Math.round(loadedMs)} ms to load, ${Math.round(connectingMs)} ms to open and connect`;
    console.log(
      `a page with the buyer SDK, start to connected: ${Math.round(loadedMs + connectingMs)} ms (${parts})`,
    );
    expect(connectingMs).toBeGreaterThan(0);
  });

  test("needs nothing that the page's policy forbids", () => {
    expect(visit.faults).toEqual([]);
  });
});
