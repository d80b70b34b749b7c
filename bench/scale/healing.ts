/** How relays find by reconciliation, with the frames of the real one, what gossip did not bring them. */
import { createHash } from "node:crypto";
import { type Effect, ItemSet, type Reconciliation, reconcile } from "@intentcast/negentropy";
import type { GossipNetwork } from "./gossip-network.ts";
import type { Published } from "./load.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

export type Healed = {
  readonly frameBytes: number;
  readonly messages: number;
  readonly messageBytes: number;
};

/** Two relays compare what they have of some messages, and each takes in what it lacks. One set stands for all topics. */
export function heal(network: GossipNetwork, a: number, b: number, published: readonly Published[]): Healed {
  const byId = new Map(published.map((one) => [Buffer.from(one.intent.id).toString("hex"), one]));
  const sideOf = (relay: number, isInitiator: boolean): Side => {
    const set = new ItemSet();
    for (const one of published) if (network.has(relay, one)) set.add(one.intent.body.issued, one.intent.id);
    return { relay, reconciliation: reconcile(set, { isInitiator, sha256 }) };
  };
  const sides: readonly [Side, Side] = [sideOf(a, true), sideOf(b, false)];
  let frameBytes = 0;
  let messages = 0;
  let messageBytes = 0;

  function act(from: 0 | 1, effects: readonly Effect[]): void {
    const other = (1 - from) as 0 | 1;
    for (const effect of effects) {
      if (effect.type === "failed") throw new Error(`a reconciliation failed: ${effect.code}`);
      if (effect.type === "send") {
        frameBytes += effect.frame.length;
        act(other, sides[other].reconciliation.receive(effect.frame));
      }
      if (effect.type !== "need") continue;
      for (const id of effect.ids) {
        const one = byId.get(Buffer.from(id).toString("hex"));
        if (one === undefined || network.has(sides[from].relay, one)) continue;
        network.put(sides[from].relay, one);
        messages++;
        messageBytes += one.bytes;
      }
    }
  }
  act(0, sides[0].reconciliation.start());
  return { frameBytes, messages, messageBytes };
}

type Side = { readonly relay: number; readonly reconciliation: Reconciliation };
