/** `intentcast sell --explain` as a process: what came near, why it was offered or was not, and in which language. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { run, start } from "./program.ts";

vi.setConfig({ testTimeout: 120_000 });

const feed = [
  { sku: "rad-2", name: "Rotes Fahrrad", price: "300.00" },
  { sku: "rad-1", name: "Rotes Fahrrad, leicht", price: "250.00" },
  { sku: "rad-0", name: "Rotes Fahrrad, gebraucht", price: "90.00", available: 0 },
  { sku: "stuhl", name: "Garden Chairs", price: "40.00" },
];

async function openShop(...flags: string[]) {
  const open = new AsyncDisposableStack();
  const folder = open.use(await temporaryFolder());
  const relay = open.use(start(folder.path, "relay", "--port", "0", "--json", "--data", "relay-data"));
  const { url } = JSON.parse(await relay.says(/"url"/)) as { url: string };
  await writeFile(join(folder.path, "feed.json"), JSON.stringify(feed));
  const selling = ["sell", "--feed", "feed.json", "--language", "de", "--language", "en", "--explain"];
  const shop = open.use(start(folder.path, ...selling, "--data", "d", "--relay", url, ...flags));
  await shop.says(/is open as|"event":"open"/);
  const cast = (sentence: string, ...more: string[]) =>
    run(folder.path, "cast", sentence, "--first", "1", "--data", "d", "--relay", url, "--json", ...more);
  return { shop, cast, url, folder: folder.path, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

describe("intentcast sell --explain", () => {
  it("tells people of each intent what was offered, why it and not another, and what others lack", async () => {
    await using market = await openShop();
    const { code, err } = await market.cast("rote Fahrräder, up to 400 USD", "--language", "de");
    expect(code, err).toBe(0);
    await market.shop.says(/^goods for 250\.00 USD for [0-9a-f]{8} 1 × rote Fahrräder, up to 400\.00 USD:$/);
    await market.shop.says(
      /^ {2}\+ Rotes Fahrrad, leicht: 1 for 250\.00 USD: it is as good, and cheaper {2}\[rad-1\]$/,
    );
    await market.shop.says(
      /^ {2}- Rotes Fahrrad: Rotes Fahrrad, leicht instead: it is as good, and cheaper {2}\[rad-2\]$/,
    );
    await market.shop.says(/^ {2}- Rotes Fahrrad, gebraucht: 0 left, 1 wanted \(stock\) {2}\[rad-0\]$/);

    await market.cast("a blue whale", "--wait", "2s");
    await market.shop.says(/^no offer for [0-9a-f]{8} 1 × blue whale:$/);
    await market.shop.says(/^ {2}- nothing in the catalogue is like what is wanted \(blue whale\)$/);
  });

  it("tells programs the same as a record, and reads words in the language that the buyer names", async () => {
    await using market = await openShop("--json");
    const explained = async (thread: unknown) =>
      JSON.parse(await market.shop.says(new RegExp(`"event":"explained","thread":"${thread}"`)));
    const threadOf = ({ out }: { out: string }) => /"thread":"([0-9a-f]+)"/.exec(out)?.[1];

    const german = await market.cast("rote Fahrräder", "--language", "de");
    expect(await explained(threadOf(german))).toMatchObject({
      offered: true,
      considered: [
        { sku: "rad-1", offered: true, reason: "cheaper", line: 0 },
        { sku: "rad-2", offered: false, reason: "cheaper" },
        { sku: "rad-0", offered: false, reason: "stock" },
      ],
      misses: [],
    });
    const english = await market.cast("a chair for the garden", "--language", "en");
    expect(await explained(threadOf(english))).toMatchObject({
      offered: true,
      considered: [{ sku: "stuhl" }],
    });
    const otherwise = await market.cast("a chair for the garden", "--language", "de", "--wait", "2s");
    expect(await explained(threadOf(otherwise))).toMatchObject({
      offered: false,
      considered: [],
      misses: [{ reason: "not-sold", line: 0 }],
    });
    await using watch = start(
      market.folder,
      "watch",
      "--stored",
      "--kind",
      "profile",
      "--relay",
      market.url,
      "--json",
    );
    expect(JSON.parse(await watch.says(/"kind":"profile"/))).toMatchObject({
      body: { languages: ["de", "en"] },
    });
  });

  it("refuses a language that is no tag", async () => {
    await using folder = await temporaryFolder();
    for (const verb of [
      ["sell", "--feed", "x"],
      ["cast", "a chair"],
    ]) {
      const { code, err } = await run(folder.path, ...verb, "--language", "German!");
      expect(code).toBe(2);
      expect(err).toMatch(/a language is a tag of BCP 47 such as en/);
    }
  });
});
