/** What a relay remembers of other relays: how what they brought was judged, and whom it will not speak to. */
import { hour, minute, type UnixSeconds } from "@intentcast/protocol";
import type { Verdict } from "./verdict.ts";

/** A peer that is not spoken to. It outlives a restart, because a peer's score does not outlive its connection. */
export type Denial = {
  readonly peer: string;
  readonly until: UnixSeconds;
  /** How often it has been denied: each time for twice as long. */
  readonly times: number;
  readonly why: string;
};

/** How often frames of a peer were judged how. */
export type Judged = Readonly<Record<Verdict, number>>;

/** Points at which a peer is denied. An honest relay earns none: what it passes on it has judged itself. */
const deniedAtPoints = 20;
const pointsHalveIn = 10 * minute;

/** What gossipsub calls graylisted (docs/guides/operator.md says how a score comes about). */
export const deniedBelowScore = -2500;

const firstDenial = hour;
const longestDenial = 24 * hour;
/** A denial that is over is remembered for so long, in case there is a next. */
const rememberedFor = 7 * 24 * hour;

/** Peers remembered at once; of those beyond, the one that was heard of least recently is forgotten. */
const capacity = 10_000;

type Entry = { points: number; at: UnixSeconds; judged: Record<Verdict, number>; denial?: Denial };

export class PeerBook {
  /** In the order in which they were last heard of. */
  readonly #entries = new Map<string, Entry>();

  constructor(denials: readonly Denial[] = []) {
    for (const denial of denials) this.#entry(denial.peer, denial.until).denial = denial;
  }

  /** Notes the verdict on a frame; a reject may lead to a denial. */
  judged(peer: string, verdict: Verdict, now: UnixSeconds): Denial | undefined {
    this.#entry(peer, now).judged[verdict] += 1;
    return verdict === "reject" ? this.blame(peer, 1, "rejected frames", now) : undefined;
  }

  /** Holds points against a peer: for a rejected frame one, for a broken conversation more. */
  blame(peer: string, points: number, why: string, now: UnixSeconds): Denial | undefined {
    const entry = this.#entry(peer, now);
    const halved = entry.points * 0.5 ** (Math.max(0, now - entry.at) / pointsHalveIn);
    entry.points = halved + points;
    entry.at = now;
    if (entry.points < deniedAtPoints) return undefined;
    entry.points = 0;
    return this.#deny(peer, why, now);
  }

  /** Notes a peer's score by gossipsub. */
  scored(peer: string, score: number, now: UnixSeconds): Denial | undefined {
    return score < deniedBelowScore ? this.#deny(peer, "score", now) : undefined;
  }

  isDenied(peer: string, now: UnixSeconds): boolean {
    return (this.#entries.get(peer)?.denial?.until ?? 0) > now;
  }

  judgedOf(peer: string): Judged {
    return this.#entries.get(peer)?.judged ?? { accept: 0, ignore: 0, reject: 0 };
  }

  /** All denials that are worth keeping. */
  denials(now: UnixSeconds): readonly Denial[] {
    return [...this.#entries.values()].flatMap(({ denial }) =>
      denial !== undefined && denial.until + rememberedFor > now ? [denial] : [],
    );
  }

  #deny(peer: string, why: string, now: UnixSeconds): Denial {
    const entry = this.#entry(peer, now);
    const times = (entry.denial?.times ?? 0) + 1;
    const seconds = Math.min(longestDenial, firstDenial * 2 ** (times - 1));
    entry.denial = { peer, until: now + seconds, times, why };
    return entry.denial;
  }

  #entry(peer: string, now: UnixSeconds): Entry {
    const entry = this.#entries.get(peer) ?? {
      points: 0,
      at: now,
      judged: { accept: 0, ignore: 0, reject: 0 },
    };
    this.#entries.delete(peer);
    this.#entries.set(peer, entry);
    if (this.#entries.size > capacity) this.#forgetOldest(now);
    return entry;
  }

  /** One that is not denied where there is one: else a flood of new peers would set a denied one free. */
  #forgetOldest(now: UnixSeconds): void {
    const peers = [...this.#entries.keys()];
    this.#entries.delete(peers.find((peer) => !this.isDenied(peer, now)) ?? (peers[0] as string));
  }
}
