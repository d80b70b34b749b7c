/** Shops that sell from feeds at real addresses, as processes: changed while they run, raced for, stopped and started. */
import { once } from "node:events";
import { utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { records, run, start } from "./program.ts";

vi.setConfig({ testTimeout: 240_000 });

/** A web server whose pages can be changed, taken away, and given a time of change. */
async function servePages() {
  const pages = new Map<string, { text: string; headers?: Record<string, string> }>();
  const server = createServer((request, response) => {
    const page = pages.get(String(request.url));
    response.writeHead(page === undefined ? 503 : 200, page?.headers).end(page?.text ?? "down for a moment");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    pages,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function openMarket() {
  const open = new AsyncDisposableStack();
  const folder = open.use(await temporaryFolder());
  const web = open.use(await servePages());
  const relay = open.use(start(folder.path, "relay", "--port", "0", "--json", "--data", "relay-data"));
  const { url } = JSON.parse(await relay.says(/"url"/)) as { url: string };
  const common = ["--relay", url, "--json"];
  return {
    folder: folder.path,
    web,
    sell: (role: string, feed: string, ...flags: string[]) =>
      start(
        folder.path,
        "sell",
        "--feed",
        feed,
        "--as",
        role,
        "--every",
        "1s",
        ...flags,
        "--data",
        "d",
        ...common,
      ),
    cast: async (buyer: string, wish: string, ...flags: string[]) => {
      const cast = await run(
        folder.path,
        "cast",
        wish,
        "--first",
        "1",
        "--wait",
        "60s",
        ...flags,
        "--data",
        buyer,
        ...common,
      );
      return records(cast).find(({ event }) => event === "offer");
    },
    award: (buyer: string, offer: unknown) =>
      run(folder.path, "award", String(offer), "--name", "Ada Byrne", "--data", buyer, ...common),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

const woocommerce = (...rows: string[]): string =>
  ["ID,Type,SKU,Name,Published,In stock?,Stock,Regular price,Parent", ...rows].join("\n");

const google = (...items: { id: string; title: string; price: string; quantity: number }[]): string =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Lamps</title>${items
    .map(
      ({ id, title, price, quantity }) =>
        `<item><g:id>${id}</g:id><g:title>${title}</g:title><g:price>${price}</g:price><g:availability>in_stock</g:availability><g:quantity>${quantity}</g:quantity></item>`,
    )
    .join("")}</channel></rss>`;

describe("intentcast sell, with feeds from addresses", () => {
  it("serves a WooCommerce and a Google feed, takes what changes, and keeps what it has while an address is down", async () => {
    await using market = await openMarket();
    const { pages, address } = market.web;
    pages.set("/export.csv", {
      text: woocommerce("7,simple,POT,Clay Pot,1,1,5,9.50,", "8,simple,CUP,Cup,0,1,5,3,"),
    });
    pages.set("/google.xml", {
      text: google({ id: "L1", title: "Desk Lamp", price: "39.00 USD", quantity: 2 }),
    });
    await using pots = market.sell("pots", `${address}/export.csv`);
    await using lamps = market.sell("lamps", `${address}/google.xml`);
    await pots.says(/"event":"open".*"items":1/);
    await lamps.says(/"event":"open".*"items":1/);
    expect(await market.cast("a", "a clay pot")).toMatchObject({ body: { total: 950 } });
    expect(await market.cast("a", "a desk lamp")).toMatchObject({ body: { total: 3900 } });

    pages.delete("/google.xml");
    pages.set("/export.csv", {
      text: woocommerce("7,simple,POT,Clay Pot,1,1,5,8.00,", "9,simple,VASE,Glass Vase,1,1,1,20,"),
    });
    await pots.says(/"event":"restocked".*"items":2/);
    expect(await market.cast("a", "a clay pot")).toMatchObject({ body: { total: 800 } });
    expect(await market.cast("a", "a glass vase")).toMatchObject({ body: { total: 2000 } });
    expect(await market.cast("a", "a desk lamp")).toMatchObject({ body: { total: 3900 } });
    pages.set("/google.xml", {
      text: google({ id: "L2", title: "Floor Lamp", price: "59.00 USD", quantity: 1 }),
    });
    await lamps.says(/"event":"restocked".*"items":1/);
    expect(await market.cast("a", "a floor lamp")).toMatchObject({ body: { total: 5900 } });
    expect(await market.cast("a", "a desk lamp", "--wait", "2s")).toBeUndefined();
  });

  it("sells the last item to exactly one of ten buyers who race for it, in whichever variation that shares it", async () => {
    await using market = await openMarket();
    const { pages, address } = market.web;
    pages.set("/export.csv", {
      text: woocommerce(
        "40,variable,JK,Rain Jacket,1,1,1,,",
        "41,variation,JK-R,Rain Jacket - Red,1,1,parent,89,JK",
        "42,variation,JK-B,Rain Jacket - Blue,1,1,parent,89,JK",
      ),
    });
    await using shop = market.sell("jackets", `${address}/export.csv`);
    await shop.says(/"event":"open".*"items":2/);
    const buyers = Array.from({ length: 10 }, (_, i) => `buyer-${i}`);
    const wishes = ["a red rain jacket", "a blue rain jacket"];
    const offers: (Record<string, unknown> | undefined)[] = [];
    for (const [i, buyer] of buyers.entries()) offers.push(await market.cast(buyer, String(wishes[i % 2])));
    const skuOf = (offer: unknown) => (offer as { body: { lines: { sku: string }[] } }).body.lines[0]?.sku;
    expect(new Set(offers.map(skuOf))).toEqual(new Set(["JK-R", "JK-B"]));
    const awards = await Promise.all(buyers.map((buyer, i) => market.award(buyer, offers[i]?.["offer"])));
    const winners = awards.filter(({ code }) => code === 0);
    expect(winners.flatMap(records)).toMatchObject([{ event: "ordered", total: 8900 }]);
    const losers = awards.filter(({ code }) => code !== 0);
    expect(losers).toHaveLength(9);
    for (const loser of losers) {
      expect(loser.code, loser.err).toBe(1);
      expect(records(loser)).toMatchObject([
        { event: "declined", reason: "out-of-stock", phase: "declined" },
      ]);
    }
    expect(await market.cast("late", "a blue rain jacket", "--wait", "2s")).toBeUndefined();
  });

  it("does not take an old count for a new one when it is started again: what was sold since is not sold twice", async () => {
    await using market = await openMarket();
    const { pages, address } = market.web;
    const feed = woocommerce("7,simple,POT,Clay Pot,1,1,1,9.50,");
    const file = join(market.folder, "export.csv");
    await writeFile(file, feed);
    pages.set("/export.csv", { text: feed });
    for (const [role, source] of [
      ["from-file", file],
      ["from-address", `${address}/export.csv`],
    ] as const) {
      {
        await using shop = market.sell(role, source, "--paid-at-once");
        await shop.says(/"event":"open"/);
        const offer = await market.cast("a", "a clay pot");
        const award = await market.award("a", offer?.["offer"]);
        expect(award.code, award.err).toBe(0);
      }
      await using again = market.sell(role, source, "--paid-at-once");
      await again.says(/"event":"open"/);
      expect(await market.cast("b", "a clay pot", "--wait", "2s"), role).toBeUndefined();

      // Counted anew: by its own word, and where an address says none, by being another.
      const later = new Date(Date.now() + 60_000);
      if (source === file) await utimes(file, later, later);
      else pages.set("/export.csv", { text: `${feed}\n` });
      await again.says(/"event":"restocked"/);
      expect(await market.cast("b", "a clay pot"), role).toMatchObject({ body: { total: 950 } });
    }
  });
});
