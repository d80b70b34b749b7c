import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signerFromSeed, unwrap, writeMessage } from "@intentcast/protocol";
import { connectRelays } from "@intentcast/relay-client";
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

const addressIn = (line: string): string => (JSON.parse(line) as { url: string }).url;

/** That thread `number` is over: a message like another. */
function close(number: number): Uint8Array {
  const bytes = (length: number) => {
    const filled = new Uint8Array(length);
    new DataView(filled.buffer).setUint32(0, number);
    return filled;
  };
  const issued = Math.floor(Date.now() / 1000);
  const body = {
    nonce: bytes(16),
    issued,
    expires: issued + 3600,
    thread: bytes(32),
    reason: "withdrawn",
  } as const;
  return unwrap(writeMessage("close", body, signerFromSeed(new Uint8Array(32).fill(3)))).bytes;
}

it("a backup that is made in the middle of publishing is one moment of the store, and serves as a relay's", async () => {
  await using folder = await temporaryFolder();
  const args = ["relay", "--port", "0", "--json", "--quota", "off"];
  await using relay = start(folder.path, ...args, "--data", "d");
  const url = addressIn(await relay.says(/"url"/));
  await using pool = connectRelays({ relays: [url] });
  const acknowledged: number[] = [];
  let isEnough = false;
  const publishing = (async () => {
    for (let number = 1; !isEnough; number++) {
      const { accepted } = await pool.publish(close(number));
      acknowledged.push(accepted[0]?.position ?? 0);
    }
  })();
  while (acknowledged.length < 20) await new Promise((resolve) => setImmediate(resolve));
  const before = acknowledged.length;
  const backup = await run(folder.path, "relay", "backup", "b.sqlite", "--data", "d", "--json");
  const after = acknowledged.length;
  isEnough = true;
  await publishing;
  expect(backup.code, backup.err).toBe(0);
  const [{ messages, head } = {}] = records(backup);
  expect(messages).toBe(head);
  expect(Number(head)).toBeGreaterThanOrEqual(before);
  // One that was committed may not have been acknowledged yet.
  expect(Number(head)).toBeLessThanOrEqual(after + 1);
  expect(acknowledged).toEqual(acknowledged.map((_, i) => i + 1));

  await mkdir(join(folder.path, "restored", "relay"), { recursive: true });
  await rename(join(folder.path, "b.sqlite"), join(folder.path, "restored", "relay", "relay.sqlite"));
  await using restored = start(folder.path, ...args, "--data", "restored");
  const about = await fetch(addressIn(await restored.says(/"url"/)).replace("ws:", "http:"));
  expect(await about.json()).toMatchObject({ position: head });
  const checked = await run(folder.path, "relay", "check", "--data", "restored", "--json");
  expect(records(checked)).toMatchObject([{ event: "checked", messages, head, faultCount: 0 }]);
});

it("a check finds what has rotted on the disk, and exits 1", async () => {
  await using folder = await temporaryFolder();
  const relay = start(folder.path, "relay", "--port", "0", "--json", "--data", "d");
  await using pool = connectRelays({ relays: [addressIn(await relay.says(/"url"/))] });
  const message = close(1);
  await pool.publish(message);
  relay.signal("SIGTERM");
  await relay.ended;
  const path = join(folder.path, "d", "relay", "relay.sqlite");
  const file = await readFile(path);
  // The last byte of the signature.
  const at = file.indexOf(message) + message.length - 1;
  expect(at).toBeGreaterThan(message.length);
  file[at] = (file[at] as number) ^ 1;
  await writeFile(path, file);
  const checked = await run(folder.path, "relay", "check", "--data", "d", "--json");
  expect(checked.code).toBe(1);
  expect(records(checked)[0]).toMatchObject({ event: "fault", position: 1 });
  expect(String(records(checked)[0]?.["what"])).toContain("verify/signature-invalid");
});

it.each([
  ["debug", ["relay.started", "connection.opened", "relay.stopping", "relay.stopped"]],
  ["info", ["relay.started", "relay.stopping", "relay.stopped"]],
  ["warn", []],
])("with --log-level %s a relay logs what is of that level and above", async (level, events) => {
  await using folder = await temporaryFolder();
  const args = ["relay", "--port", "0", "--json", "--data", "d", "--log-level", level];
  const relay = start(folder.path, ...args);
  const pool = connectRelays({ relays: [addressIn(await relay.says(/"url"/))] });
  await pool.publish(close(1));
  await pool[Symbol.asyncDispose]();
  relay.signal("SIGTERM");
  const { err } = await relay.ended;
  const logged = err.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  // That one has gone is known a moment later, which may be after the signal.
  expect(logged.map(({ event }) => event).filter((event) => event !== "connection.closed")).toEqual(events);
});
