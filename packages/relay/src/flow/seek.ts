/** Connects to relays that others have told of, until this one has as many peers as it wants. */
import type { Clock } from "@intentcast/protocol";
import type { Candidate, Directory } from "../core/directory.ts";
import type { Gossip } from "../ports/gossip.ts";
import type { Log } from "../ports/log.ts";
import type { Timers } from "../ports/timers.ts";

const periodMs = 10_000;

/** Relays dialled at once. */
const mostAtOnce = 4;

export type Seeking = {
  /** Looks whether there is somebody to connect to. */
  readonly look: () => void;
  readonly stop: () => void;
};

export type SeekingParts = {
  readonly directory: Directory;
  readonly gossip: () => Pick<Gossip, "peers" | "dial"> | undefined;
  /** Whether this relay speaks to a peer at all. */
  readonly isAdmitted: (peer: string) => boolean;
  /** Peers that it wants to have. */
  readonly wanted: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
};

export function seekPeers(parts: SeekingParts): Seeking {
  const { directory, gossip, isAdmitted, wanted, clock, timers, log } = parts;
  let dialling = 0;
  let stopped = false;

  async function dial({ peer, addresses }: Candidate, network: Pick<Gossip, "dial">): Promise<void> {
    dialling += 1;
    for (const address of addresses) {
      if (stopped) break;
      try {
        await network.dial(address);
        directory.reached(peer, timers.now());
        log("info", "peer.sought", { address, peer });
        dialling -= 1;
        return look();
      } catch (error) {
        log("debug", "peer.unreached", { address, error: String(error) });
      }
    }
    directory.failed(peer, timers.now());
    dialling -= 1;
    look();
  }

  function look(): void {
    const network = gossip();
    if (stopped || network === undefined) return;
    const peers = network.peers();
    const room = Math.min(mostAtOnce, wanted - peers.length) - dialling;
    if (room <= 0) return;
    const company = {
      isConnected: (id: string) => peers.some((peer) => peer.id === id),
      isAdmitted,
      dialled: peers.flatMap(({ ip, outgoing }) => (outgoing && ip !== undefined ? [ip] : [])),
    };
    for (const candidate of directory.due(company, room, timers.now(), clock()))
      void dial(candidate, network);
  }

  const cancel = timers.every(periodMs, look);
  return {
    look,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
