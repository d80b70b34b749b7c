/** What the operator sees of a relay's part in its network (the specification says nothing about it). */
import type { UnixSeconds } from "@intentcast/protocol";
import type { Judged } from "../core/peer-book.ts";
import type { Topic } from "../core/topic.ts";
import type { Verdict } from "../core/verdict.ts";
import type { PeerStanding, TopicStanding } from "./gossip.ts";

/** What came and went by gossip. */
export type GossipCounts = {
  readonly framesIn: Readonly<Record<Verdict, number>>;
  readonly messagesIn: number;
  readonly framesOut: number;
  readonly messagesOut: number;
};

/**
 * How a sync with a peer ended. `whole`: all topics in common were compared, and what was lacking was asked for. `partial`:
 * there was more than one sync takes. `broken`: the line broke, or nothing came for too long. `breach`: the peer broke its rules.
 */
export type SyncOutcome = "whole" | "partial" | "broken" | "breach";

/** How it stands with one peer. */
export type PeerSync = {
  /** When the last sync ended, and how; undefined where there was none. */
  readonly last: { readonly at: UnixSeconds; readonly outcome: SyncOutcome } | undefined;
  /** The topic of the sync that is under way. */
  readonly topic: Topic | undefined;
  /** Messages that were new here, and messages that the peer was sent. */
  readonly fetched: number;
  readonly served: number;
};

export type SyncStatus = {
  /** Whether it is known what the store holds; until then nobody is answered. */
  readonly ready: boolean;
  readonly underWay: number;
  /** Unexpired messages held. */
  readonly items: readonly { readonly topic: Topic; readonly count: number }[];
  readonly counts: {
    readonly conversations: number;
    readonly broken: number;
    readonly fetched: number;
    readonly served: number;
  };
};

export type NetworkStatus = {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly joins: readonly { readonly address: string; readonly connected: boolean }[];
  readonly peers: readonly (PeerStanding & { readonly frames: Judged; readonly sync: PeerSync })[];
  readonly topics: readonly TopicStanding[];
  /** Relays that this one has been told of and could dial. */
  readonly known: number;
  /** Peers that are not spoken to, for what they brought. */
  readonly denied: number;
  /** Peers that were hung up on because no gossip flowed. */
  readonly healed: number;
  /** By how many milliseconds turns came late when last looked. */
  readonly lagMs: number;
  /** Frames that are being judged, and those that wait for it. */
  readonly intake: { readonly underWay: number; readonly waiting: number };
  readonly counts: GossipCounts;
  readonly sync: SyncStatus;
};
