/** Shops whose feeds lie on a web server: what stands there is offered, whatever changes there while they run. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Buyer, openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { temporaryFolder } from "@intentcast/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { start } from "./program.ts";

let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

/** As WooCommerce exports it: a product with two variations, the small one with so many pieces. */
const wooCommerce = (price: string, pieces: number): string =>
  `\uFEFF${[
    `ID,Type,SKU,Name,Published,"In stock?",Stock,"Regular price",Categories,Parent,"Attribute 1 name","Attribute 1 value(s)"`,
    `41,variation,JK-S,"Rain Jacket - Small",1,1,${pieces},${price},,JK,Size,Small`,
    `40,variable,JK,"Rain Jacket",1,1,,,"Clothing > Rain",,Size,"Small, Large"`,
    `43,variation,JK-L,"Rain Jacket - Large",1,0,0,${price},,JK,Size,Large`,
  ].join("\r\n")}\r\n`;

const googleItem = (id: string, title: string, price: string): string =>
  `<item><g:id>${id}</g:id><g:title>${title}</g:title><g:price>${price} EUR</g:price>` +
  `<g:availability>in_stock</g:availability><g:link>https://shop.example/${id}</g:link></item>`;

/** As Google Merchant Center takes it. */
const google = (...items: readonly string[]): string =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>` +
  `<title>Northlight</title><link>https://shop.example</link>${items.join("")}</channel></rss>`;

/** A web server of which a test says what each path holds; a path that holds nothing is out of order. */
async function webServer() {
  const pages: Record<string, string | undefined> = {};
  const http = createServer(({ url = "" }, response) => {
    const page = pages[url];
    response.writeHead(page === undefined ? 503 : 200).end(page);
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  open.defer(() => {
    http.close();
    http.closeAllConnections();
  });
  return {
    pages,
    at: (path: string): string => `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`,
  };
}

/** A relay as a process of its own, and a way to open shops and buyers at it. */
async function market() {
  const folder = open.use(await temporaryFolder()).path;
  const relay = open.use(start(folder, "relay", "--port", "0", "--json", "--quota", "off", "--data", "r"));
  const { url } = JSON.parse(await relay.says(/"url"/)) as { url: string };
  return {
    sell: async (role: string, address: string) => {
      const feed = ["--feed", address, "--every", "1s", "--currency", "EUR"];
      const atRelay = ["--relay", url, "--json", "--data", "d"];
      const shop = open.use(start(folder, "sell", ...feed, "--as", role, ...atRelay));
      await shop.says(/"event":"open"/);
      return shop;
    },
    buyer: async () => {
      const seed = new Uint8Array(32).fill(1);
      return open.use(await openBuyer({ seed, relays: [url], journal: memoryJournal() }));
    },
  };
}

/** Casts for one piece, and waits for so many offers: what each comes to, the least first. */
async function totalsOf(buyer: Buyer, name: string, offers: number): Promise<number[]> {
  const quantity = { value: 1, unit: "C62" };
  const cast = await buyer.cast({ want: [{ category: "uncategorized", name, quantity }] });
  const totals: number[] = [];
  for await (const { offer } of cast.offers()) if (totals.push(offer.body.total) === offers) break;
  return totals.sort((a, b) => a - b);
}

it("sell a WooCommerce export and a Google feed as they stand, also after they have changed or cannot be read", async () => {
  const { pages, at } = await webServer();
  pages["/export.csv"] = wooCommerce("89.90", 3);
  pages["/google.xml"] = google(googleItem("RJ", "Rain jacket", "79.00"));
  const { sell, buyer: openBuyerOf } = await market();
  const [woo, merchant, buyer] = await Promise.all([
    sell("woo", at("/export.csv")),
    sell("merchant", at("/google.xml")),
    openBuyerOf(),
  ]);
  const totals = (name: string, offers: number) => totalsOf(buyer, name, offers);
  expect(await totals("rain jacket", 2)).toEqual([7900, 8990]);

  pages["/export.csv"] = wooCommerce("59.90", 3);
  pages["/google.xml"] = google(
    googleItem("RJ", "Rain jacket", "69.00"),
    googleItem("TENT", "Storm tent", "249.00"),
    googleItem("LAMP", "Lamp", "a lot of"),
  );
  await Promise.all([woo.says(/"event":"restocked"/), merchant.says(/"event":"restocked".*"items":2/)]);
  await merchant.says(/"event":"feed-problem".*"row":3,"column":"price"/);
  expect(await totals("rain jacket", 2)).toEqual([5990, 6900]);
  expect(await totals("storm tent", 1)).toEqual([24_900]);

  pages["/google.xml"] = undefined;
  await merchant.says(/"event":"feed-kept".*answers 503/);
  expect(await totals("storm tent", 1)).toEqual([24_900]);
});
