import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it, vi } from "vitest";
import { records, run, start } from "./program.ts";

// Each test runs several processes, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const example = fileURLToPath(new URL("../../../examples/products.csv", import.meta.url));

/** The address in the first line that a relay's process prints. */
const addressIn = (line: string): string => (JSON.parse(line) as { url: string }).url;

describe("a market of separate processes", () => {
  it("goes from a feed and a sentence to an order that verifies offline, and not with a byte flipped", async () => {
    await using folder = await temporaryFolder();
    await using relay = start(folder.path, "relay", "--port", "0", "--json", "--data", "relay-data");
    const url = addressIn(await relay.says(/"url"/));
    const common = ["--relay", url, "--json"];
    await using shop = start(
      folder.path,
      ...["sell", "--feed", example, "--name", "My Shop", "--deliver", "courier=9:2h", "--paid-at-once"],
      ...["--data", "shop-data", ...common],
    );
    await shop.says(/"event":"open"/);

    const wish = "3 clay pots, within a day, up to 60 USD";
    const cast = await run(
      folder.path,
      "cast",
      wish,
      "--where",
      "US-CA",
      "--first",
      "1",
      "--data",
      "me",
      ...common,
    );
    expect(cast.code, cast.err).toBe(0);
    const offer = records(cast).find(({ event }) => event === "offer");
    expect(offer).toMatchObject({ body: { seller: "My Shop", currency: "USD", total: 3 * 950 + 900 } });

    const award = await run(
      folder.path,
      ...["award", String(offer?.["offer"]).slice(0, 12), "--name", "Ada Byrne", "--bundle", "deal.cbor"],
      ...["--data", "me", ...common],
    );
    expect(award.code, award.err).toBe(0);
    expect(records(award)).toMatchObject([{ event: "ordered", total: 3750 }]);

    const orders = await run(folder.path, "orders", "--data", "me", ...common);
    expect(records(orders)).toMatchObject([{ phase: "receipted", total: 3750 }]);

    const verified = await run(folder.path, "verify", "deal.cbor", "--json");
    expect(verified.code, verified.err).toBe(0);
    expect(records(verified)).toMatchObject([{ verified: true, total: 3750 }]);
    expect((await stat(join(folder.path, "deal.cbor"))).mode & 0o077).toBe(0);

    const bundle = await readFile(join(folder.path, "deal.cbor"));
    bundle[bundle.length - 10] = (bundle[bundle.length - 10] as number) ^ 1;
    await writeFile(join(folder.path, "flipped.cbor"), bundle);
    const refused = await run(folder.path, "verify", "flipped.cbor", "--json");
    expect(refused.code).toBe(1);
    expect(records(refused)).toMatchObject([{ error: { stage: "verify", code: "signature-invalid" } }]);
    expect(refused.err).toMatch(/verify\/signature-invalid/);
  });

  it("shows what passes in the open, and nothing of what is sealed", async () => {
    await using folder = await temporaryFolder();
    await using relay = start(folder.path, "relay", "--port", "0", "--json");
    const common = ["--relay", addressIn(await relay.says(/"url"/)), "--json"];
    const cast = await run(folder.path, "cast", "a garden bench", "--wait", "1s", "--data", "me", ...common);
    expect(cast.code).toBe(3);
    await using watcher = start(folder.path, "watch", "--stored", ...common);
    const seen = JSON.parse(await watcher.says(/garden bench/));
    expect(seen).toMatchObject({ kind: "intent", body: { want: [{ name: "garden bench" }] } });
  });

  it("stops a relay cleanly on an interrupt, and names who holds the data on a second start", async () => {
    await using folder = await temporaryFolder();
    await using first = start(folder.path, "relay", "--port", "0", "--json", "--data", "d");
    await first.says(/"url"/);
    const second = await run(folder.path, "relay", "--port", "0", "--data", "d");
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/another process|held|in use/);
    expect(second.err).not.toMatch(/\n {4}at /);
    first.signal("SIGINT");
    first.signal("SIGINT");
    expect((await first.ended).code).toBe(0);
  });
});

describe("the demo", () => {
  it("runs the market once, goes on with the same data, and leaves bundles that verify", async () => {
    await using folder = await temporaryFolder();
    const first = await run(folder.path, "demo", "--once", "--port", "0", "--json");
    expect(first.code, first.err).toBe(0);
    const events = records(first);
    const offers = events.filter(({ event }) => event === "offer");
    expect(offers.length).toBeGreaterThanOrEqual(6);
    const verified = events.filter(({ event }) => event === "verified");
    expect(verified).toHaveLength(3);
    for (const { file } of verified) {
      expect((await run(folder.path, "verify", String(file))).code).toBe(0);
    }
    expect(existsSync(join(folder.path, ".intentcast"))).toBe(true);

    const second = await run(folder.path, "demo", "--once", "--port", "0");
    expect(second.code, second.err).toBe(0);
    expect(second.err).toMatch(/continuing on this data: 3 orders so far/);
  });

  it("stays open until it is interrupted, and prints commands for a second terminal that work", async () => {
    await using folder = await temporaryFolder();
    const market = start(folder.path, "demo", "--port", "0", "--json");
    const url = addressIn(await market.says(/"event":"relay"/));
    await market.says(/"event":"verified"(.|\n)*/);
    const cast = await run(
      folder.path,
      ...[
        "cast",
        "3 clay pots, within two days, up to 60 USD",
        "--where",
        "US-CA",
        "--first",
        "1",
        "--relay",
        url,
      ],
    );
    expect(cast.code, cast.err).toBe(0);
    market.signal("SIGTERM");
    const { code, err } = await market.ended;
    expect([0, 130]).toContain(code);
    expect(err).not.toMatch(/unexpected|\n {4}at /);
  });
});
