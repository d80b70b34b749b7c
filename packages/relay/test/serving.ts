/** A relay and its clients for one test, all ended with it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { challengeBytes, type Hello, type Message, type RelayFrame, type Signer } from "@intentcast/protocol";
import { type FixedClock, fixedClock, seededRandom } from "@intentcast/testkit";
import { nodeTimers } from "../src/adapters/node-timers.ts";
import type { Timers } from "../src/ports/timers.ts";
import { type Relay, type RelayConfig, startRelay } from "../src/relay.ts";
import { now } from "./messages.ts";
import { RawClient } from "./raw-client.ts";

/** A folder that is gone after the test. */
export async function temporaryFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "relay-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Timers whose times pass when a test says so; only turns are real. */
export function manualTimers(): Timers & { tick: () => void } {
  const actions = new Set<() => void>();
  const later = (_: number, action: () => void) => {
    actions.add(action);
    return () => void actions.delete(action);
  };
  return {
    now: () => 0,
    every: later,
    after: later,
    turn: nodeTimers.turn,
    tick: () => {
      for (const action of [...actions]) action();
    },
  };
}

/** Timers that are due when a test lets time pass; only turns are real. */
export function passingTimers(): Timers & { pass: (ms: number) => void } {
  type Timer = { dueMs: number; readonly everyMs: number; readonly action: () => void };
  const timers = new Set<Timer>();
  let nowMs = 0;
  const set = (ms: number, everyMs: number, action: () => void) => {
    const timer: Timer = { dueMs: nowMs + ms, everyMs, action };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const firstDue = (untilMs: number) =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    now: () => nowMs,
    after: (ms, action) => set(ms, Number.POSITIVE_INFINITY, action),
    every: (ms, action) => set(ms, ms, action),
    turn: nodeTimers.turn,
    pass: (ms) => {
      const untilMs = nowMs + ms;
      for (let timer = firstDue(untilMs); timer !== undefined; timer = firstDue(untilMs)) {
        nowMs = timer.dueMs;
        timer.dueMs += timer.everyMs;
        timer.action();
      }
      nowMs = untilMs;
    },
  };
}

export type Serving = { readonly relay: Relay; readonly clock: FixedClock; connect(): Promise<RawClient> };

/** Starts a relay on a free port, whose clock stands still. */
export async function serve(stack: AsyncDisposableStack, config: RelayConfig = {}): Promise<Serving> {
  const clock = fixedClock(now);
  const relay = stack.use(
    await startRelay({ port: 0, clock, random: seededRandom(Math.random()), ...config }),
  );
  return { relay, clock, connect: async () => stack.use(await RawClient.connect(relay.url)) };
}

/** Publishes and waits for the answer. */
export async function publish(client: RawClient, message: Message | Uint8Array, ref = 1) {
  client.send("publish", ref, message instanceof Uint8Array ? message : message.bytes);
  return client.answer();
}

/** A frame without what is for people or told elsewhere: details, retries, bytes. */
export function gist(frame: RelayFrame): readonly unknown[] {
  const lengths: Partial<Record<RelayFrame[0], number>> = { rejected: 4, ended: 3, message: 3 };
  return frame.slice(0, lengths[frame[0]]);
}

/** What a mailbox's holder sends to prove that it is there. */
export const proof = (hello: Pick<Hello, "name" | "challenge">, { publicKey, sign }: Signer) =>
  [publicKey, sign(challengeBytes(hello, publicKey))] as const;

/** All of the stored messages that a filter matches, and then live. */
export const fromStart = { after: 0, live: true, credit: 10_000 };
