import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { records, run, runWith, start } from "./program.ts";

// Each test runs several processes, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const example = fileURLToPath(new URL("../../../examples/products.csv", import.meta.url));
const urlIn = (line: string): string => (JSON.parse(line) as { url: string }).url;

/** A relay and a shop that is open, and a way to run further verbs beside them. */
async function openMarket(...shopFlags: string[]) {
  const open = new AsyncDisposableStack();
  const folder = open.use(await temporaryFolder());
  const relay = open.use(start(folder.path, "relay", "--port", "0", "--json", "--data", "relay-data"));
  const url = urlIn(await relay.says(/"url"/));
  const atRelay = ["--relay", url, "--json"];
  const common = [...atRelay, "--data", "d"];
  const shop = open.use(
    start(folder.path, "sell", "--feed", example, "--deliver", "courier=9:2h", ...shopFlags, ...common),
  );
  await shop.says(/"event":"open"/);
  return {
    folder: folder.path,
    url,
    shop,
    say: (...args: string[]) => run(folder.path, ...args, ...common),
    sayElsewhere: (...args: string[]) => run(folder.path, ...args, ...atRelay, "--data", "elsewhere"),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

const idOf = (record: Record<string, unknown> | undefined): string => String(record?.["offer"]).slice(0, 16);

describe("the verbs of a deal", () => {
  it("carry it from a counter-offer over notes and updates to a receipt", async () => {
    await using market = await openMarket("--floor", "0.8");
    const cast = await market.say("cast", "3 clay pots, up to 60 USD", "--where", "US-CA", "--first", "1");
    const first = records(cast).find(({ event }) => event === "offer");
    expect(first).toMatchObject({ body: { total: 3750 } });

    const countered = await market.say("counter", idOf(first), "--total", "34", "--note", "For a school.");
    expect(countered.code, countered.err).toBe(0);
    const second = records(countered).find(({ event }) => event === "offer");
    expect(second).toMatchObject({ body: { total: 3400 } });

    const awarded = await market.say("award", idOf(second), "--name", "Ada Byrne");
    const [order] = records(awarded);
    expect(order).toMatchObject({ event: "ordered", total: 3400 });
    const number = String(order?.["number"]);

    await market.say("note", number, "Please ring twice.");
    await market.shop.says(/"event":"note"/);
    expect(records(await market.say("note", number, "We will.", "--as", "seller"))).toMatchObject([
      { who: "buyer", text: "Please ring twice." },
      { who: "seller", text: "We will." },
    ]);

    const sent = await market.say(
      "update",
      number,
      "in-transit",
      "--carrier",
      "Bay Couriers",
      "--number",
      "BC 77",
    );
    expect(records(sent)).toMatchObject([{ event: "updated", status: "OrderInTransit" }]);
    const receipt = await market.say("receipt", number, "--method", "card");
    expect(records(receipt)).toMatchObject([{ event: "receipt", phase: "receipted" }]);

    const orders = await market.say("orders", number);
    expect(records(orders)).toMatchObject([
      { number, phase: "receipted", status: "OrderInTransit", total: 3400 },
    ]);
    const reported = await market.say(
      "update",
      number,
      "problem",
      "--as",
      "buyer",
      "--note",
      "One is cracked.",
    );
    expect(reported.code, reported.err).toBe(0);
    await market.shop.says(/"event":"update"/);
  });

  it("decline an offer, and take an intent back", async () => {
    await using market = await openMarket();
    const cast = await market.say("cast", "a garden bench", "--where", "US-CA", "--first", "1");
    const [{ thread } = {}, offer] = records(cast);
    expect((await market.say("decline", idOf(offer), "--reason", "price")).code).toBe(0);
    await market.shop.says(/"event":"decline"/);
    expect((await market.say("award", idOf(offer))).err).toMatch(/advance\/deal-over/);
    expect(records(await market.say("withdraw", String(thread)))).toMatchObject([
      { event: "withdrawn", thread },
    ]);
    expect((await market.say("offers")).err).toBe("");
  });

  it("say what is wrong with a name, a status or a price", async () => {
    await using market = await openMarket();
    await market.say("cast", "a garden bench", "--where", "US-CA", "--first", "1");
    expect((await market.say("award", "ffffffff")).err).toMatch(/no deal here begins with ffffffff/);
    expect((await market.say("award", "xyz")).err).toMatch(/is no id/);
    expect((await market.say("update", "ffffffff", "lost")).err).toMatch(/lost is no status/);
    expect((await market.say("receipt", "ffffffff", "--as", "nobody")).err).toMatch(/there is no shop in/);
  });
});

describe("a wallet", () => {
  it("moves to another machine by its words and an exported journal", async () => {
    await using market = await openMarket("--paid-at-once");
    const cast = await market.say("cast", "a garden bench", "--where", "US-CA", "--first", "1");
    await market.say("award", idOf(records(cast).find(({ event }) => event === "offer")));
    expect(records(await market.say("orders"))).toMatchObject([{ phase: "receipted" }]);
    expect((await market.say("export", "wallet.icj")).code).toBe(0);
    expect((await market.say("export", "wallet.icj")).code).toBe(1);

    const [{ words } = {}] = records(await market.say("keygen", "--show"));
    const restore = ["keygen", "--restore", "--data", "elsewhere"];
    const restored = await runWith(market.folder, String(words), ...restore);
    expect(restored.code, restored.err).toBe(0);
    const imported = await run(market.folder, "import", "wallet.icj", "--data", "elsewhere", "--json");
    expect(imported.code, imported.err).toBe(0);
    expect((await run(market.folder, "import", "wallet.icj", "--data", "elsewhere")).err).toMatch(
      /is not empty/,
    );
    const there = await run(market.folder, "orders", "--wait", "1s", "--data", "elsewhere", "--json");
    expect(records(there)).toMatchObject([{ phase: "receipted", total: 24_900 }]);
  });

  it("is found again on another machine from its words alone", async () => {
    await using market = await openMarket("--paid-at-once");
    const cast = await market.say("cast", "a garden bench", "--where", "US-CA", "--first", "1");
    await market.say("award", idOf(records(cast).find(({ event }) => event === "offer")));
    const [bought] = records(await market.say("orders"));
    const [{ words } = {}] = records(await market.say("keygen", "--show"));

    expect((await market.sayElsewhere("recover")).err).toMatch(/there are no keys in/);
    await runWith(market.folder, String(words), "keygen", "--restore", "--data", "elsewhere");
    const recovered = await market.sayElsewhere("recover");
    expect(recovered.code, recovered.err).toBe(0);
    expect(records(recovered)).toMatchObject([{ event: "found" }, { event: "recovered", found: 1 }]);
    expect(records(await market.sayElsewhere("orders"))).toEqual([bought]);
    const again = await run(market.folder, "recover", "--relay", market.url, "--data", "elsewhere");
    expect(again.err).toContain("20 numbers looked at, 1 intents found\n");
    expect(
      (await market.sayElsewhere("orders", String(bought?.["number"]), "--bundle", "found.cbor")).code,
    ).toBe(0);
    expect((await run(market.folder, "verify", "found.cbor")).code).toBe(0);
  });

  it("refuses a file that is no export", async () => {
    await using folder = await temporaryFolder();
    await run(folder.path, "keygen", "--data", "d");
    await writeFile(join(folder.path, "x"), "not an export");
    expect((await run(folder.path, "import", "x", "--data", "d")).err).toMatch(/this is no exported journal/);
    expect((await run(folder.path, "export", "y", "--as", "seller", "--data", "d")).err).toMatch(
      /no keys of seller/,
    );
    expect(existsSync(join(folder.path, "y"))).toBe(false);
  });
});

describe("intentcast status", () => {
  it("shows relays, wallet and shops, and says when no relay can be reached", async () => {
    await using market = await openMarket();
    await market.say("cast", "a garden bench", "--where", "US-CA", "--first", "1");
    const status = await market.say("status");
    expect(status.code, status.err).toBe(0);
    expect(records(status)).toMatchObject([
      { event: "data" },
      { event: "relay", state: "open" },
      { event: "wallet", casts: 1, open: 1, purchases: 0 },
      { event: "shop", role: "seller", offers: 1, orders: 0 },
    ]);
    const alone = await run(
      market.folder,
      "status",
      "--relay",
      "ws://127.0.0.1:9",
      "--wait",
      "1s",
      "--data",
      "new",
    );
    expect(alone.code).toBe(3);
    expect(alone.out).toMatch(/relay ws:\/\/127\.0\.0\.1:9.*: not connected, cannot be reached/);
  });
});

describe("intentcast sell", () => {
  it("takes a changed feed in while it runs, and keeps what it had when the feed breaks", async () => {
    await using market = await openMarket();
    const { folder } = market;
    await writeFile(
      join(folder, "feed.json"),
      JSON.stringify([{ sku: "1", name: "Brass bell", price: "5.00" }]),
    );
    const common = [
      "--relay",
      String((await market.say("status", "--wait", "1s")).out.match(/ws:[^"]+/)?.[0]),
      "--json",
    ];
    await using shop = start(
      folder,
      ...["sell", "--feed", "feed.json", "--every", "1s", "--as", "bells", "--data", "d", ...common],
    );
    await shop.says(/"event":"open".*"items":1/);
    await writeFile(join(folder, "feed.json"), "[]");
    await writeFile(
      join(folder, "feed.json"),
      JSON.stringify([
        { sku: "1", name: "Brass bell", price: "5.00" },
        { sku: "2", name: "Paper kite", price: "7.00" },
      ]),
    );
    await shop.says(/"event":"restocked".*"items":2/);
    const cast = await market.say("cast", "a paper kite", "--first", "1");
    expect(records(cast).find(({ event }) => event === "offer")).toMatchObject({ body: { total: 700 } });
  });
});
