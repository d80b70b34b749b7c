import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { expect, it } from "vitest";
import { records, run, start } from "./program.ts";

it("a relay is backed up and checked while it runs, and drained by a signal", async () => {
  await using folder = await temporaryFolder();
  await using relay = start(
    folder.path,
    "relay",
    "--port",
    "0",
    "--metrics-port",
    "0",
    "--json",
    "--data",
    "d",
  );
  const { url, metrics } = JSON.parse(await relay.says(/"url"/)) as { url: string; metrics: string };
  const cast = await run(folder.path, "cast", "a bell", "--wait", "1s", "--relay", url, "--data", "me");
  expect(cast.code).toBe(3);

  const backup = await run(folder.path, "relay", "backup", "b.sqlite", "--data", "d", "--json");
  expect(backup.code, backup.err).toBe(0);
  const [{ messages } = {}] = records(backup);
  expect(messages).toBeGreaterThan(0);
  for (const file of [[], ["b.sqlite"]]) {
    const checked = await run(folder.path, "relay", "check", ...file, "--data", "d", "--json");
    expect(records(checked)).toMatchObject([{ event: "checked", messages, faultCount: 0 }]);
    expect(checked.code).toBe(0);
  }
  expect(
    (await run(folder.path, "relay", "backup", join(folder.path, "b.sqlite"), "--data", "d")).err,
  ).toMatch(/exists/);
  expect((await run(folder.path, "relay", "check", "--data", "nowhere")).err).toMatch(/no relay's database/);

  expect(await (await fetch(metrics)).text()).toMatch(/intentcast_relay_store_head/);
  relay.signal("SIGUSR2");
  expect((await relay.ended).code).toBe(0);
});

/** The information document of a relay that was started with these arguments. */
async function limitsOf(folder: string, ...args: string[]): Promise<Record<string, number>> {
  await using relay = start(folder, "relay", "--port", "0", "--json", "--data", "d", ...args);
  const { url } = JSON.parse(await relay.says(/"url"/)) as { url: string };
  const about = (await (await fetch(url.replace("ws:", "http:"))).json()) as {
    limits: Record<string, number>;
  };
  return about.limits;
}

it("a relay's limits are the operator's, by flag or config.json, and what is no limit is refused", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "d"));
  const config = { relay: { limit: ["subscriptions=9", "connections=50"], quota: ["author=off"] } };
  await writeFile(join(folder.path, "d", "config.json"), JSON.stringify(config));
  expect(await limitsOf(folder.path)).toMatchObject({ subscriptions: 9, credit: 10_000 });
  const flags = ["--limit", "subscriptions=7", "--limit", "storeBytes=1000000", "--limit", "credit=20"];
  expect(await limitsOf(folder.path, ...flags, "--quota", "off")).toMatchObject({
    subscriptions: 7,
    credit: 20,
  });
  for (const wrong of [
    ["--limit", "frame=65537"],
    ["--limit", "constructor=1"],
    ["--quota", "author=20"],
    ["--proxy", "proxy.example"],
  ]) {
    const refused = await run(folder.path, "relay", "--port", "0", ...wrong);
    expect([wrong, refused.code]).toEqual([wrong, 2]);
    expect(refused.err).not.toMatch(/\n {4}at /);
  }
});

it("a relay that has been killed leaves its folder free for the next", async () => {
  await using folder = await temporaryFolder();
  const first = start(folder.path, "relay", "--port", "0", "--json", "--data", "d");
  await first.says(/"url"/);
  first.signal("SIGKILL");
  await first.ended;
  await using second = start(folder.path, "relay", "--port", "0", "--json", "--data", "d", "--read-only");
  const { url } = JSON.parse(await second.says(/"url"/)) as { url: string };
  const ready = await fetch(`${url.replace("ws:", "http:")}/readyz`);
  expect(await ready.json()).toEqual({ status: "ok", publishing: "read-only" });
});
