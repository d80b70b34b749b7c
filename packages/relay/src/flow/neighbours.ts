/** Looks after the connections to other relays: dials those that are wanted, ends those that are no good. */
import type { Random } from "@intentcast/protocol";
import { Joining, type Wanted } from "../core/joining.ts";
import type { MeshInput } from "../core/mesh.ts";
import type { Gossip, PeerStanding } from "../ports/gossip.ts";
import type { Log } from "../ports/log.ts";
import type { Timers } from "../ports/timers.ts";

const periodMs = 1000;

/** Looks in a row at which a peer must be muted before it is hung up on: its streams may be about to open. */
const mutedLooks = 3;

export type Neighbours = {
  readonly wanted: readonly Wanted[];
  /** Peers that were hung up on because they were muted. */
  readonly healed: number;
  readonly stop: () => void;
};

export type NeighboursParts = {
  readonly gossip: Pick<Gossip, "peers" | "dial" | "hangUp">;
  readonly joins: readonly string[];
  readonly tell: (input: MeshInput) => void;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
};

/** Begins at once, and then looks every second. */
export function lookAfterNeighbours(parts: NeighboursParts): Neighbours {
  const { gossip, joins, tell, timers, random, log } = parts;
  const joining = new Joining(joins, random);
  const mutedFor = new Map<string, number>();
  let healed = 0;

  async function dial(address: string): Promise<void> {
    try {
      const id = await gossip.dial(address);
      joining.reached(address, id);
      log("info", "peer.joined", { address, peer: id });
    } catch (error) {
      joining.failed(address, timers.now());
      log("warn", "peer.unreachable", { address, error: String(error) });
    }
  }

  /** Nothing but a new connection heals a muted peer. Whoever dialled the old one dials again. */
  function hear(peers: readonly PeerStanding[]): void {
    const muted = peers.filter(({ isMuted }) => isMuted).map(({ id }) => id);
    for (const id of mutedFor.keys()) if (!muted.includes(id)) mutedFor.delete(id);
    for (const id of muted) {
      const looks = (mutedFor.get(id) ?? 0) + 1;
      mutedFor.set(id, looks);
      if (looks < mutedLooks) continue;
      mutedFor.delete(id);
      healed += 1;
      log("warn", "peer.muted", { peer: id });
      void gossip.hangUp(id);
    }
  }

  function look(): void {
    const peers = gossip.peers();
    for (const { id, score } of peers) tell({ type: "scored", peer: id, score });
    hear(peers);
    const isConnected = (id: string) => peers.some((peer) => peer.id === id);
    for (const address of joining.due(isConnected, timers.now())) void dial(address);
  }

  look();
  const stop = timers.every(periodMs, look);
  return {
    get wanted() {
      return joining.wanted;
    },
    get healed() {
      return healed;
    },
    stop,
  };
}
