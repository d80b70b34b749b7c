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
