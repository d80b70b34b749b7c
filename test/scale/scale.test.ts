/** The simulated network, small: the same seed gives the same figures, every copy is accounted for, a cut heals. */
import { matches } from "@intentcast/protocol";
import { describe, expect, it } from "vitest";
import { diceOf } from "../../bench/market/draw.ts";
import { marketFilter } from "../../bench/market/filter.ts";
import { EventQueue } from "../../bench/scale/event-queue.ts";
import { drawIntent } from "../../bench/scale/load.ts";
import { Meshes } from "../../bench/scale/mesh.ts";
import { drawOverlay } from "../../bench/scale/overlay.ts";
import { carry, recover } from "../../bench/scale/run.ts";
import { matchedSellers, spread } from "../../bench/scale/sellers.ts";
import { defaultSettings, type Settings, thousandRealNodes } from "../../bench/scale/settings.ts";

const settingsOf = (seed: string, relays = 30): Settings => ({ ...defaultSettings, seed, relays });
const messagesOf = (seed: string, count = 40) => Array.from({ length: count }, (_, i) => drawIntent(seed, i));
const seeds = ["a", "b", "c", "d", "e"];

describe("a simulated network", () => {
  it("gives the same figures for the same seed, and others for another", () => {
    const run = (seed: string) => carry(settingsOf(seed), { messages: messagesOf("load"), perSecond: 50 });
    expect(run("a")).toEqual(run("a"));
    expect(run("a")).not.toEqual(run("b"));
  });

  it.each(seeds)("accounts for every copy, and brings each message to each relay: seed %s", (seed) => {
    const { copies, missing } = carry(settingsOf(seed), { messages: messagesOf(seed), perSecond: 50 });
    expect(missing).toBe(0);
    expect(copies.first).toBe(40 * 29);
    expect(copies.cut).toBe(0);
    expect(copies.sent).toBe(copies.first + copies.duplicate);
  });

  it("takes longer, and needs more hops, the more relays it has", () => {
    const [few, many] = [10, 120].map((relays) =>
      carry(settingsOf("a", relays), { messages: messagesOf("load"), perSecond: 50 }),
    );
    expect(many?.hops).toBeGreaterThan(few?.hops as number);
    expect(many?.p50Ms).toBeGreaterThan(few?.p50Ms as number);
  });

  it("needs about as many hops and duplicates as a thousand real nodes did", () => {
    const { settings, measured } = thousandRealNodes;
    const { hops, duplicates } = carry(
      { ...settings, seed: "a" },
      { messages: messagesOf("load", 8), perSecond: 20 },
    );
    expect(Math.abs(hops - measured.hops)).toBeLessThan(0.5);
    expect(Math.abs(duplicates - measured.duplicates)).toBeLessThan(1);
  });

  it("lets messages wait for a core that is given more than it can do, and loses none", () => {
    const slow: Settings = { ...settingsOf("a", 10), cpu: { copyUs: 2500, newUs: 14_500, sendUs: 2500 } };
    const [idle, busy] = [1, 1000].map((perSecond) =>
      carry(slow, { messages: messagesOf("load"), perSecond }),
    );
    expect(busy?.p50Ms).toBeGreaterThan(3 * (idle?.p50Ms as number));
    expect(busy?.longestWaitMs).toBeGreaterThan(500);
    expect(busy?.missing).toBe(0);
  });
});

describe("relays that were cut off for longer than gossip remembers", () => {
  it.each(seeds)("lack what passed until they reconcile, and nothing then: seed %s", (seed) => {
    const recovered = recover(settingsOf(seed), messagesOf(seed));
    expect(recovered.missingAfterGossip).toBeGreaterThan(0);
    expect(recovered.missingAfterGossip).toBeLessThan(recovered.missingAtEnd);
    expect(recovered.missingAfterRounds).toBe(0);
    expect(recovered.frameBytes).toBeGreaterThan(0);
  });

  it("go on lacking it when nobody reconciles", () => {
    const recovered = recover(settingsOf("a"), messagesOf("a"), 30, 0);
    expect(recovered.missingAfterRounds).toBe(recovered.missingAfterGossip);
    expect(recovered.missingAfterRounds).toBeGreaterThan(0);
  });

  it("need no reconciliation after a cut that was short", () => {
    expect(recover(settingsOf("a"), messagesOf("a"), 1)).toMatchObject({ missingAfterGossip: 0, rounds: 0 });
  });
});

describe("the parts of the model", () => {
  it("let things happen in order of time, and of asking at one time", () => {
    const queue = new EventQueue();
    const happened: string[] = [];
    for (const [atMs, name] of [
      [5, "c"],
      [1, "a"],
      [5, "d"],
      [3, "b"],
      [9, "late"],
    ] as const) {
      queue.at(atMs, () => happened.push(`${name} ${queue.nowMs}`));
    }
    queue.runUntil(7);
    expect(happened).toEqual(["a 1", "b 3", "c 5", "d 5"]);
    expect(queue.nowMs).toBe(7);
  });

  it.each([3, 30, 200])("hold every mesh of %d relays mutual and between its bounds", (relays) => {
    const settings = settingsOf("a", relays);
    const overlay = drawOverlay(settings, diceOf("overlay"));
    const meshes = new Meshes(overlay, 2, settings.mesh, diceOf("meshes"));
    for (const topic of [0, 1]) for (let relay = 0; relay < relays; relay++) meshes.maintain(relay, topic);
    for (let relay = 0; relay < relays; relay++) {
      const mesh = meshes.of(relay, 1);
      expect(mesh.size).toBeGreaterThanOrEqual(Math.min(settings.mesh.least, relays - 1));
      expect(mesh.size).toBeLessThanOrEqual(settings.mesh.most);
      for (const peer of mesh) expect(meshes.of(peer, 1).has(relay)).toBe(true);
    }
  });

  it("find the sellers of an intent as the protocol's matches does", () => {
    const intents = messagesOf("market", 20).map(({ intent }) => intent);
    const matched = matchedSellers("market", 2000, intents);
    for (const [i, intent] of intents.entries()) {
      const expected = [...Array(2000).keys()].filter((number) =>
        matches(marketFilter("market", number), intent),
      );
      expect([...(matched[i] as Uint32Array)]).toEqual(expected);
    }
    expect(matched.flatMap((some) => [...some]).length).toBeGreaterThan(0);
  });

  it("deliver an intent to each seller once, wherever the seller is", () => {
    const matched = [Uint32Array.of(1, 2, 3), Uint32Array.of(7)];
    for (const relays of [1, 4, 50]) expect(spread("a", relays, 10, matched).deliveries).toBe(2);
    expect(spread("a", 1, 10, matched)).toEqual({
      mostSellers: 10,
      deliveries: 2,
      mostDeliveries: 2,
      shareInVain: 0,
    });
  });
});
