/** Several relays of one network in one process, for one test. */
import { toHex } from "@intentcast/protocol";
import { seededRandom } from "@intentcast/testkit";
import { vi } from "vitest";
import { LoopbackNetwork, loopbackAddress } from "../src/adapters/loopback-gossip.ts";
import { memoryStore } from "../src/adapters/memory-store.ts";
import type { Store } from "../src/ports/store.ts";
import type { RelayConfig } from "../src/relay.ts";
import { type Serving, serve } from "./serving.ts";

export type Neighbour = Serving & { readonly store: Store };

/** Waits for something that other turns bring about. */
export const until = (condition: () => boolean | Promise<boolean>) =>
  vi.waitUntil(condition, { timeout: 25_000, interval: 5 });

/** The ids of what a store holds, in an order of their own. */
export const heldBy = async (store: Store): Promise<string[]> =>
  (await store.list(0, 100_000)).map(({ id }) => toHex(id)).sort();

/** Resolves when each of them holds so many messages, and they are the same. */
export async function agree(stores: readonly Store[], messages: number): Promise<void> {
  await until(async () => {
    const held = await Promise.all(stores.map(heldBy));
    return held.every((ids) => ids.length === messages && ids.join() === held[0]?.join());
  });
}

export type LoopbackHouse = {
  readonly network: LoopbackNetwork;
  /** A relay by that name, connected to those that it joins. */
  readonly relay: (name: string, joins: readonly string[], config?: RelayConfig) => Promise<Neighbour>;
  readonly agree: (relays: readonly Neighbour[], messages: number) => Promise<void>;
};

/** Relays whose network is this process. */
export function loopbackHouse(stack: AsyncDisposableStack, network = new LoopbackNetwork()): LoopbackHouse {
  return {
    network,
    relay: async (name, joins, config = {}) => {
      const store = config.store ?? memoryStore(seededRandom(name));
      const join = joins.map((other) => loopbackAddress(other));
      const serving = await serve(stack, {
        store,
        ...config,
        network: { gossip: network.place(name), join, seek: 0, ...config.network },
      });
      await until(() => serving.relay.network()?.joins.every(({ connected }) => connected) ?? false);
      return { ...serving, store };
    },
    agree: (relays, messages) =>
      agree(
        relays.map(({ store }) => store),
        messages,
      ),
  };
}
