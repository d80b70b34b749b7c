/** A clock that is wrong by a day: processes of their own say so, and by how much. */
import { fileURLToPath } from "node:url";
import { startRelay } from "@intentcast/relay";
import { temporaryFolder } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { records, run, start } from "./program.ts";

const example = fileURLToPath(new URL("../../../examples/products.csv", import.meta.url));
const day = 86_400;

const relayAhead = (seconds: number) =>
  startRelay({ port: 0, clock: () => Math.floor(Date.now() / 1000) + seconds });

const difference = (relay: string, ahead: number) => ({
  event: "clock-differs",
  relay,
  // What passes between the relay's hello and our look at the clock.
  clockAhead: expect.closeTo(ahead, -2),
});

test("a shop says that its relay's clock is ahead, and serves on", async () => {
  await using folder = await temporaryFolder();
  await using relay = await relayAhead(day);
  const args = ["sell", "--feed", example, "--name", "My Shop", "--relay", relay.url];
  await using shop = start(folder.path, ...args, "--json");
  expect(JSON.parse(await shop.says(/clock-differs/))).toMatchObject(difference(relay.url, day));
  await shop.says(/"event":"open"/);
});

test("a shop whose own clock is ahead is told so, and why its profile is refused", async () => {
  await using folder = await temporaryFolder();
  await using relay = await relayAhead(-day);
  const shop = await run(folder.path, "sell", "--feed", example, "--name", "My Shop", "--relay", relay.url);
  expect(shop.code).toBe(1);
  expect(shop.err).toMatch(/clock of ws:\S+ is [^.]+ behind this machine's/);
  expect(shop.err).toContain("not-yet-valid");
});

test("a buyer is told too, whatever becomes of the intent", async () => {
  await using folder = await temporaryFolder();
  await using relay = await relayAhead(2 * day);
  const cast = await run(folder.path, "cast", "3 clay pots", "--relay", relay.url, "--json");
  expect(cast.code).toBe(1);
  expect(records(cast)).toMatchObject([difference(relay.url, 2 * day), { error: { code: "expired" } }]);
});

test("nobody is told where the clocks agree", async () => {
  await using folder = await temporaryFolder();
  await using relay = await relayAhead(0);
  const cast = await run(folder.path, "cast", "3 clay pots", "--relay", relay.url, "--wait", "1s");
  expect(cast.code).toBe(3);
  expect(cast.err + cast.out).not.toContain("clock");
});
