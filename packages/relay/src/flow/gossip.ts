/** Frames from and to other relays: what comes in passes the same stages as what clients send, and they decide its verdict. */
import type { Clock } from "@intentcast/protocol";
import { decodeGossipFrame } from "../core/gossip-frame.ts";
import type { Mesh, MeshEffect, MeshInput } from "../core/mesh.ts";
import { isPeer, type Origin } from "../core/quotas.ts";
import { type Verdict, verdictOn, worstOf } from "../core/verdict.ts";
import type { Gossip, Peer, Reception, Topic } from "../ports/gossip.ts";
import type { Log } from "../ports/log.ts";
import type { GossipCounts } from "../ports/network-status.ts";
import type { Timers } from "../ports/timers.ts";
import type { Stored } from "./commit.ts";
import type { Ingest } from "./ingest.ts";
import type { Intake } from "./intake.ts";

export type GossipFlow = {
  readonly counts: GossipCounts;
  /** Tells others of a message that has been stored, if a client brought it. */
  readonly announce: (stored: Stored, from: Origin) => void;
  readonly received: (topic: Topic, frame: Uint8Array, from: Peer) => Reception;
  /** Hands the mesh what happened, and does what it says. */
  readonly tell: (input: MeshInput) => void;
  /** Sends what waits, and nothing more. */
  readonly stop: () => void;
  /** Resolves when nothing is being judged. */
  readonly settled: () => Promise<void>;
};

export type GossipParts = {
  readonly mesh: Mesh;
  readonly publish: Gossip["publish"];
  /** Called when a peer is not to be spoken to any more. */
  readonly denied: (peer: string) => void;
  readonly ingest: Ingest;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
};

export function createGossip(parts: GossipParts): GossipFlow {
  const { mesh, publish, denied, ingest, intake, clock, timers, log } = parts;
  const framesIn = { accept: 0, ignore: 0, reject: 0 };
  const counts = { framesIn, messagesIn: 0, framesOut: 0, messagesOut: 0 };
  let cancelWake: () => void = () => {};
  const judging = new Set<Promise<unknown>>();
  let stopped = false;

  function tell(input: MeshInput): void {
    if (stopped) return;
    for (const effect of mesh.handle(input, { ms: timers.now(), time: clock() })) perform(effect);
  }

  function perform(effect: MeshEffect): void {
    switch (effect.type) {
      case "publish":
        counts.framesOut += 1;
        counts.messagesOut += effect.messages;
        publish(effect.topic, effect.frame);
        break;
      case "wake":
        wakeAt(effect.atMs);
        break;
      case "deny":
        log("warn", "peer.denied", effect.denial);
        denied(effect.denial.peer);
        break;
    }
  }

  /** What is due now waits for the end of this turn: a commit brings many messages in one. */
  function wakeAt(atMs: number): void {
    cancelWake();
    const delayMs = atMs - timers.now();
    if (delayMs > 0) {
      cancelWake = timers.after(delayMs, () => tell({ type: "woken" }));
      return;
    }
    let cancelled = false;
    cancelWake = () => {
      cancelled = true;
    };
    void timers.turn().then(() => {
      if (!cancelled) tell({ type: "woken" });
    });
  }

  async function judgeMessage(bytes: Uint8Array, topic: Topic, from: Peer): Promise<Verdict> {
    const ingested = await ingest(bytes, { peer: from.id });
    if (!ingested.ok) return verdictOn(ingested.error);
    // It is a message like any other, and stored; but who put it there did not look, or wanted it not to be found.
    return ingested.value.topics.includes(topic) ? "accept" : "reject";
  }

  async function judge(topic: Topic, frame: Uint8Array, from: Peer): Promise<Verdict> {
    const messages = decodeGossipFrame(frame);
    if (!messages.ok) return verdictOn(messages.error);
    counts.messagesIn += messages.value.length;
    return worstOf(await Promise.all(messages.value.map((bytes) => judgeMessage(bytes, topic, from))));
  }

  /** A failure of ours is no fault of the peer's. */
  function failed(error: unknown): Verdict {
    log("error", "gossip.failed", { error: error instanceof Error ? error.stack : String(error) });
    return "ignore";
  }

  async function conclude(topic: Topic, frame: Uint8Array, from: Peer, leave: () => void): Promise<Verdict> {
    const verdict = await judge(topic, frame, from).catch(failed);
    leave();
    framesIn[verdict] += 1;
    tell({ type: "judged", peer: from.id, verdict });
    return verdict;
  }

  return {
    counts,
    tell,
    announce: ({ topics, message }, from) => {
      if (!isPeer(from)) tell({ type: "stored", topics, bytes: message.bytes });
    },
    received: (topic, frame, from) => {
      const entered = intake.enter(from.id);
      const verdict = entered.then((leave) => conclude(topic, frame, from, leave));
      judging.add(verdict);
      void verdict.then(() => judging.delete(verdict));
      return { taken: entered.then(() => {}), verdict };
    },
    stop: () => {
      tell({ type: "leaving" });
      stopped = true;
      cancelWake();
    },
    settled: async () => {
      await Promise.all(judging);
    },
  };
}
