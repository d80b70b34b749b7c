import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { repeatable } from "../src/repeatable.ts";
import { commonOptions, type Settings, settingsOf, settleAll } from "../src/settings.ts";
import type { Terminal } from "../src/terminal.ts";

const terminal = (folder: string, env: Terminal["env"]): Terminal => ({
  out: () => {},
  err: () => {},
  readInput: async () => new Uint8Array(),
  env,
  folder,
  interrupted: new AbortController().signal,
});

type Given = { config?: unknown; env?: Terminal["env"]; args?: readonly string[]; verb?: string };
type Settled = Settings & { readonly own: Record<string, unknown> };

/** What a run in this folder settles on: the common settings, and the verb's own options. */
function settle(folder: string, { env = {}, args = [], verb = "sell" }: Given): Settled {
  const program = new Command("intentcast").exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of commonOptions()) program.addOption(option);
  let settled: Settled | undefined;
  program.hook("preAction", (_, command) => {
    settleAll(program, command, terminal(folder, env));
    const settings = settingsOf(program, command.name(), terminal(folder, env));
    settled = { ...settings, own: command.opts() };
  });
  for (const name of ["sell", "demo", "relay"]) {
    program
      .command(name)
      .option("--floor <share>")
      .option("--paid-at-once")
      .addOption(repeatable("--area <place>", "a place"))
      .action(() => {});
  }
  program.parse([verb, ...args], { from: "user" });
  if (settled === undefined) throw new Error("nothing was run");
  return settled;
}

/** The same, with this config.json in the data folder. */
async function settled({ config, ...given }: Given): Promise<Settled> {
  await using folder = await temporaryFolder();
  const data = join(folder.path, ".intentcast");
  await mkdir(data);
  const text = typeof config === "string" ? config : JSON.stringify(config);
  if (config !== undefined) await writeFile(join(data, "config.json"), text);
  return settle(folder.path, given);
}

describe("a setting", () => {
  it("comes from the flag, else the environment, else config.json, else the default", async () => {
    const config = {
      currency: "EUR",
      relay: ["wss://config.example"],
      sell: { floor: "0.9", area: ["US", "CA"] },
    };
    const env = {
      INTENTCAST_CURRENCY: "GBP",
      INTENTCAST_RELAY: "wss://one.example, ws://two.example",
      INTENTCAST_FLOOR: "0.8",
    };
    const args = ["--currency", "JPY", "--relay", "ws://flag.example", "--floor", "0.7"];
    expect(await settled({})).toMatchObject({
      currency: "USD",
      relays: ["ws://127.0.0.1:7447"],
      json: false,
      own: {},
    });
    expect(await settled({ config })).toMatchObject({
      currency: "EUR",
      relays: ["wss://config.example"],
      own: { floor: "0.9", area: ["US", "CA"] },
    });
    expect(await settled({ config, env })).toMatchObject({
      currency: "GBP",
      relays: ["wss://one.example", "ws://two.example"],
      own: { floor: "0.8" },
    });
    expect(await settled({ config, env, args })).toMatchObject({
      currency: "JPY",
      relays: ["ws://flag.example"],
      own: { floor: "0.7" },
    });
  });

  it("that is on or off is true or false outside the flags", async () => {
    expect((await settled({ config: { json: true, sell: { paidAtOnce: true } } })).own["paidAtOnce"]).toBe(
      true,
    );
    expect((await settled({ env: { INTENTCAST_JSON: "1" } })).json).toBe(true);
    expect((await settled({ config: { json: true }, env: { INTENTCAST_JSON: "0" } })).json).toBe(false);
  });

  it.each<[string, Given, RegExp]>([
    ["a file that is not JSON", { config: "{" }, /config\.json is not JSON/],
    ["a file that holds a list", { config: [] }, /config\.json holds no object/],
    ["a field that no flag has", { config: { relays: [] } }, /config\.json: unknown field relays/],
    [
      "a verb's field that no flag of it has",
      { config: { sell: { roof: 1 } } },
      /config\.json: unknown field roof/,
    ],
    ["a verb's settings that are a text", { config: { sell: "cheap" } }, /config\.json: unknown field sell/],
    ["a currency in words", { config: { currency: "dollars" } }, /config\.json: currency: .*ISO 4217/],
    ["a relay on http", { env: { INTENTCAST_RELAY: "http://x" } }, /INTENTCAST_RELAY: .*ws:\/\/ or wss:\/\//],
    ["a list where one value goes", { config: { currency: ["USD", "EUR"] } }, /takes one value; got 2/],
    ["an object where a text goes", { config: { currency: {} } }, /takes text; got \{\}/],
    ["a text where true or false goes", { config: { json: "yes" } }, /takes true or false; got "yes"/],
  ])("is refused in one sentence: %s", async (_, given, sentence) => {
    await expect(settled(given)).rejects.toThrow(sentence);
  });
});

describe("the data folder", () => {
  it("is the one named, else .intentcast here if there is one or should be one, else in the home folder", async () => {
    await using folder = await temporaryFolder();
    const here = join(folder.path, ".intentcast");
    const dataOf = (given: Given = {}) => settle(folder.path, given).data;
    expect(dataOf()).not.toBe(here);
    expect(dataOf({ verb: "demo" })).toBe(here);
    await mkdir(here);
    expect(dataOf()).toBe(here);
    expect(dataOf({ env: { INTENTCAST_DATA: "elsewhere" } })).toBe(join(folder.path, "elsewhere"));
    expect(dataOf({ args: ["--data", "/flag"], env: { INTENTCAST_DATA: "elsewhere" } })).toBe("/flag");
  });
});
