/** What peers bring goes in as there is room: so many frames at once in all, and so many of each peer. */
import type { Load } from "./load.ts";

export type IntakeLimits = { readonly frames: number; readonly framesPerPeer: number };

/** 128 frames are some 4 MiB and 4,096 messages at most. */
export const defaultIntakeLimits: IntakeLimits = { frames: 128, framesPerPeer: 32 };

/** Clients wait first (flow/load.ts); peers wait when turns come later than that by so many times. */
const lateTimes = 2;

export type Intake = {
  /** Frames that are being judged, and those that wait for room. */
  readonly underWay: number;
  readonly waiting: number;
  /** Resolves when there is room for a frame of that peer; the function that it resolves to makes room again. */
  readonly enter: (peer: string) => Promise<() => void>;
};

type Waiting = { readonly peer: string; readonly begin: () => void };

/** Those who wait are let in by turns: in the order in which they came, but none whose peer has as many as it may. */
export function createIntake(
  load: Pick<Load, "isLagging" | "whenPrompt">,
  { frames, framesPerPeer }: IntakeLimits = defaultIntakeLimits,
): Intake {
  const underWayOf = new Map<string, number>();
  const queue: Waiting[] = [];
  let underWay = 0;

  const mayBegin = (peer: string): boolean =>
    underWay < frames && (underWayOf.get(peer) ?? 0) < framesPerPeer && !load.isLagging(lateTimes);

  function begin(peer: string): () => void {
    underWay += 1;
    underWayOf.set(peer, (underWayOf.get(peer) ?? 0) + 1);
    return () => end(peer);
  }

  function end(peer: string): void {
    underWay -= 1;
    const left = (underWayOf.get(peer) ?? 0) - 1;
    if (left > 0) underWayOf.set(peer, left);
    else underWayOf.delete(peer);
    letIn();
  }

  function letIn(): void {
    for (;;) {
      const at = queue.findIndex(({ peer }) => mayBegin(peer));
      const [next] = at === -1 ? [] : queue.splice(at, 1);
      if (next === undefined) return;
      next.begin();
    }
  }

  return {
    get underWay() {
      return underWay;
    },
    get waiting() {
      return queue.length;
    },
    enter: (peer) =>
      new Promise((resolve) => {
        queue.push({ peer, begin: () => resolve(begin(peer)) });
        letIn();
        if (load.isLagging(lateTimes)) load.whenPrompt(letIn);
      }),
  };
}
