/** How the kit goes about it: what it claims, when it waits, and when it gives up. */

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { type CheckOptions, checkRelay, Unreachable } from "../src/check-relay.ts";
import { byCommand } from "../src/command.ts";
import type { Finding } from "../src/finding.ts";
import { rules } from "../src/rules.ts";
import { refusing } from "./broken/broken-relay.ts";
import { type Faults, startFaulty } from "./faulty-relay.ts";

async function findingsOf(faults: Faults, ids: readonly string[], options: CheckOptions = {}) {
  await using relay = await startFaulty(faults);
  const found: Record<string, Finding> = {};
  const chosen = ids.map((id) => rules.find((rule) => rule.id === id)).filter((rule) => rule !== undefined);
  for await (const { rule, finding } of checkRelay(relay.url, { ...options, rules: chosen }))
    found[rule.id] = finding;
  return found;
}

/** Refuses so many messages at first, in all. */
const busyAtFirst = (times: number, retryAfter: number): Faults => {
  let left = times;
  return {
    link: ({ toClient }) => ({
      fromClient: (frame) => {
        if (frame[0] !== "publish" || left === 0) return [frame];
        left -= 1;
        toClient(["rejected", frame[1], "admit", "rate-limited", "", retryAfter]);
        return [];
      },
    }),
  };
};

it("waits as long as a relay asks that refuses with rate-limited, and tries the rule again", async () => {
  const waits: unknown[] = [];
  const found = await findingsOf(busyAtFirst(2, 1), ["publish/accepted"], {
    waits: ({ id }, why, seconds) => waits.push([id, why, seconds]),
  });
  expect(found).toEqual({ "publish/accepted": { outcome: "passed" } });
  expect(waits).toEqual(Array(2).fill(["publish/accepted", "rate-limited", 1]));
});

it("waits no longer than it was told to, and then claims nothing", async () => {
  const found = await findingsOf(busyAtFirst(9, 100), ["publish/accepted"], { patienceSeconds: 99 });
  expect(found["publish/accepted"]).toEqual({
    outcome: "not exercised",
    why: "the relay refuses for now: rate-limited; retry after: 100 s",
  });
});

it("claims nothing of a relay that takes no messages", async () => {
  const found = await findingsOf(
    { relay: () => ({ readOnly: true }) },
    ["publish/accepted", "frame/unknown"],
    {
      patienceSeconds: 0,
    },
  );
  expect(found["publish/accepted"]).toMatchObject({ why: expect.stringContaining("read-only") });
  expect(found["frame/unknown"]).toEqual({ outcome: "passed" });
});

it("claims nothing of what it was not told how to do, nor of a limit that is out of its reach", async () => {
  const found = await findingsOf({}, [
    "restart/durable",
    "restart/positions",
    "going-away/goodbye",
    "verdict/vectors",
    "limit/credit",
    "admit/message-too-large",
  ]);
  for (const finding of Object.values(found)) expect(finding.outcome).toBe("not exercised");
  expect(Object.keys(found)).toHaveLength(6);
});

it("does not take a relay for restarted that was left running", async () => {
  const options = { restart: async () => {}, timeoutSeconds: 1 };
  const found = await findingsOf({}, ["restart/positions"], options);
  expect(found["restart/positions"]).toMatchObject({
    outcome: "not exercised",
    why: expect.stringContaining("was not killed"),
  });
});

it("says so when the command to restart a relay fails", async () => {
  const restart = byCommand(
    "echo no such service; exit 3",
    import.meta.dirname,
    new AbortController().signal,
  );
  const found = await findingsOf({}, ["restart/positions"], { restart });
  expect(found["restart/positions"]).toMatchObject({
    outcome: "not exercised",
    why: expect.stringMatching(/ended with 3: no such service/),
  });
});

it("fails every rule on a relay that says nothing that it can read, and goes on to the next", async () => {
  const babble: Faults["link"] = ({ toClientRaw }) => ({
    fromRelay: () => {
      toClientRaw(Uint8Array.of(0));
      return [];
    },
  });
  const ids = ["connection/hello", "publish/accepted", "credit/never-more"];
  const found = await findingsOf({ link: babble }, ids);
  for (const id of ids) expect(found[id]).toMatchObject({ outcome: "failed", expected: "hello" });
});

it("other traffic on the relay changes no finding", async () => {
  await using relay = await startFaulty({});
  const failures: unknown[] = [];
  const check = async (area: string) => {
    const chosen = rules.filter(({ id }) => id.startsWith(area));
    for await (const { rule, finding } of checkRelay(relay.url, { rules: chosen }))
      if (finding.outcome !== "passed") failures.push([rule.id, finding]);
  };
  const areas = ["filter/", "filter/", "subscription/", "publish/", "position/", "credit/"];
  await Promise.all(areas.map(check));
  expect(failures).toEqual([]);
});

it("tells an address at which nobody listens, or no relay does, from a relay that is wrong", async () => {
  const nobody = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => nobody.once("listening", resolve));
  const { port } = nobody.address() as AddressInfo;
  await new Promise((resolve) => nobody.close(resolve));
  await expect(checkRelay(`ws://127.0.0.1:${port}`).next()).rejects.toThrow(Unreachable);
  await using relay = await startFaulty({});
  await expect(checkRelay(`${relay.url}/`, { rules: [] }).next()).resolves.toMatchObject({ done: true });
});

it("ends when it is interrupted", async () => {
  const interruption = new AbortController();
  const faults = refusing((frame) => {
    interruption.abort(new Error("enough"));
    return frame;
  });
  const asked = findingsOf(faults, ["verdict/decode", "verdict/verify"], { signal: interruption.signal });
  await expect(asked).rejects.toThrow();
});
