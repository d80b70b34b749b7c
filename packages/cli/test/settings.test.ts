import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it } from "vitest";
import { type CommonFlags, readSettings } from "../src/settings.ts";
import type { Terminal } from "../src/terminal.ts";

const terminal = (folder: string, env: Terminal["env"] = {}): Terminal => ({
  out: () => {},
  err: () => {},
  readInput: async () => new Uint8Array(),
  env,
  folder,
  interrupted: new AbortController().signal,
});

/** The settings with this config.json in the data folder, these variables and these flags. */
async function settings(config: unknown, env: Terminal["env"] = {}, flags: CommonFlags = {}) {
  await using folder = await temporaryFolder();
  const data = join(folder.path, "d");
  await mkdir(data);
  if (config !== undefined) {
    await writeFile(join(data, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  }
  return readSettings({ data: "d", ...flags }, terminal(folder.path, env));
}

describe("a setting", () => {
  it("comes from the flag, else the environment, else config.json, else the default", async () => {
    const config = { currency: "EUR", relays: ["wss://config.example"] };
    const env = { INTENTCAST_CURRENCY: "GBP", INTENTCAST_RELAYS: "wss://one.example, ws://two.example" };
    const flags = { currency: "JPY", relay: ["ws://flag.example"] };
    expect(await settings(undefined)).toMatchObject({
      currency: "USD",
      relays: ["ws://127.0.0.1:7447"],
      json: false,
    });
    expect(await settings(config)).toMatchObject({ currency: "EUR", relays: ["wss://config.example"] });
    expect(await settings(config, env)).toMatchObject({
      currency: "GBP",
      relays: ["wss://one.example", "ws://two.example"],
    });
    expect(await settings(config, env, flags)).toMatchObject({
      currency: "JPY",
      relays: ["ws://flag.example"],
    });
  });

  it("is refused in one sentence where it is none", async () => {
    await expect(settings("{")).rejects.toThrow(/config\.json is not JSON/);
    await expect(settings({ relay: [] })).rejects.toThrow(/config\.json: unknown field relay$/);
    await expect(settings({ currency: "dollars" })).rejects.toThrow(
      /config\.json: currency: an ISO 4217 code/,
    );
    await expect(settings(undefined, { INTENTCAST_RELAYS: "http://x" })).rejects.toThrow(
      /relay: a ws:\/\/ or wss:/,
    );
    await expect(settings(undefined, {}, { currency: "usd" })).rejects.toThrow(/currency: an ISO 4217 code/);
  });
});

describe("the data folder", () => {
  it("is the one named, else .intentcast here if there is one, else in the home folder", async () => {
    await using folder = await temporaryFolder();
    const here = join(folder.path, ".intentcast");
    const read = (flags: CommonFlags = {}, env = {}, dataHere = false) =>
      readSettings(flags, terminal(folder.path, env), dataHere).data;
    expect(read()).not.toBe(here);
    expect(read({}, {}, true)).toBe(here);
    await mkdir(here);
    expect(read()).toBe(here);
    expect(read({}, { INTENTCAST_DATA: "elsewhere" })).toBe(join(folder.path, "elsewhere"));
    expect(read({ data: "/flag" }, { INTENTCAST_DATA: "elsewhere" })).toBe("/flag");
  });
});
