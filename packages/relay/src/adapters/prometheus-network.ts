/** What Prometheus reads of a relay's part in its network: looked up when somebody asks. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { NetworkStatus } from "../ports/network-status.ts";

/** Values of one metric, each with its label where it has one. */
type Values = number | Readonly<Record<string, number>>;

type Figure = {
  readonly name: string;
  readonly help: string;
  /** Only ever grows, while the relay runs. */
  readonly counts?: true;
  readonly label?: string;
  readonly read: (status: NetworkStatus) => Values;
};

const lowest = (scores: readonly number[]): number => Math.min(0, ...scores);

/** The topics are fixed, and peers are not named: an attacker that comes under many names fills no database. */
const figures: readonly Figure[] = [
  {
    name: "peers",
    help: "Relays connected, by who dialled",
    label: "direction",
    read: ({ peers }) => {
      const out = peers.filter(({ outgoing }) => outgoing).length;
      return { out, in: peers.length - out };
    },
  },
  {
    name: "joins_missing",
    help: "Relays that are to be joined and are not connected",
    read: ({ joins }) => joins.filter(({ connected }) => !connected).length,
  },
  {
    name: "known_relays",
    help: "Relays that others have told of and that could be dialled",
    read: ({ known }) => known,
  },
  {
    name: "peers_muted",
    help: "Relays connected with which no gossip flows",
    read: ({ peers }) => peers.filter(({ isMuted }) => isMuted).length,
  },
  {
    name: "peers_healed_total",
    help: "Relays hung up on because they were muted",
    counts: true,
    read: ({ healed }) => healed,
  },
  {
    name: "peers_denied",
    help: "Relays that are not spoken to, for what they brought",
    read: ({ denied }) => denied,
  },
  {
    name: "peer_score_lowest",
    help: "The lowest of the peers' scores, or 0",
    read: ({ peers }) => lowest(peers.map(({ score }) => score)),
  },
  {
    name: "gossip_frames_in_total",
    help: "Gossip frames that peers brought, by verdict",
    counts: true,
    label: "verdict",
    read: ({ counts }) => counts.framesIn,
  },
  {
    name: "gossip_messages_in_total",
    help: "Messages in the gossip frames that peers brought",
    counts: true,
    read: ({ counts }) => counts.messagesIn,
  },
  {
    name: "gossip_frames_out_total",
    help: "Gossip frames of this relay's making",
    counts: true,
    read: ({ counts }) => counts.framesOut,
  },
  {
    name: "gossip_messages_out_total",
    help: "Messages in the gossip frames of this relay's making",
    counts: true,
    read: ({ counts }) => counts.messagesOut,
  },
  {
    name: "gossip_waiting",
    help: "Gossip frames that wait for room to be judged",
    read: ({ intake }) => intake.waiting,
  },
  {
    name: "topic_peers",
    help: "Relays that want a topic's frames",
    label: "topic",
    read: ({ topics }) => Object.fromEntries(topics.map(({ topic, subscribers }) => [topic, subscribers])),
  },
  {
    name: "topic_mesh",
    help: "Relays to which a topic's frames are passed on directly",
    label: "topic",
    read: ({ topics }) => Object.fromEntries(topics.map(({ topic, mesh }) => [topic, mesh])),
  },
  {
    name: "sync_items",
    help: "Unexpired messages held, by topic",
    label: "topic",
    read: ({ sync }) => Object.fromEntries(sync.items.map(({ topic, count }) => [topic, count])),
  },
  { name: "sync_under_way", help: "Syncs with peers under way", read: ({ sync }) => sync.underWay },
  {
    name: "sync_conversations_total",
    help: "Syncs with peers that have ended",
    counts: true,
    read: ({ sync }) => sync.counts.conversations,
  },
  {
    name: "sync_broken_total",
    help: "Syncs with peers that broke off",
    counts: true,
    read: ({ sync }) => sync.counts.broken,
  },
  {
    name: "sync_fetched_total",
    help: "Messages that were new here and came by a sync",
    counts: true,
    read: ({ sync }) => sync.counts.fetched,
  },
  {
    name: "sync_served_total",
    help: "Messages that peers were sent by a sync",
    counts: true,
    read: ({ sync }) => sync.counts.served,
  },
];

/** Adds the network's figures, each `intentcast_relay_` and its name; none while there is no network. */
export function observeNetwork(registry: Registry, look: () => NetworkStatus | undefined): void {
  for (const { name, help, counts, label, read } of figures) {
    const shape = {
      name: `intentcast_relay_${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
    };
    const entries = (): readonly (readonly [Record<string, string>, number])[] => {
      const status = look();
      if (status === undefined) return [];
      const values = read(status);
      if (typeof values === "number") return [[{}, values]];
      return Object.entries(values).map(([value, count]) => [{ [label ?? "name"]: value }, count]);
    };
    if (counts) {
      new Counter({
        ...shape,
        collect() {
          this.reset();
          for (const [labels, value] of entries()) this.inc(labels, value);
        },
      });
    } else {
      new Gauge({
        ...shape,
        collect() {
          this.reset();
          for (const [labels, value] of entries()) this.set(labels, value);
        },
      });
    }
  }
}
