/** A relay's network as lines for people. */
import type { NetworkDocument } from "../network-document.ts";
import { plain } from "./text.ts";
import { formatTime } from "./time.ts";

type Peer = NetworkDocument["peers"][number];

/** The last characters of a name: all names begin alike. */
const short = (id: string): string => `…${plain(id).slice(-8)}`;

const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
};

function syncOf({ sync }: Peer): string {
  if (sync.topic !== undefined) return `at ${plain(sync.topic)}`;
  return sync.last === undefined ? "not yet" : `${plain(sync.last.outcome)} ${formatTime(sync.last.at)}`;
}

const peerRow = (peer: Peer): readonly string[] => [
  short(peer.id),
  peer.outgoing ? "out" : "in",
  peer.isMuted ? "muted" : peer.score.toFixed(1),
  peer.rttMs === undefined ? "-" : `${Math.round(peer.rttMs)} ms`,
  `${peer.frames.accept}/${peer.frames.ignore}/${peer.frames.reject}`,
  `${peer.sync.fetched}/${peer.sync.served}`,
  syncOf(peer),
];

const peerHead = ["peer", "", "score", "rtt", "accepted/ignored/rejected", "fetched/served", "sync"];

export function networkLines(
  {
    id,
    addresses,
    joins,
    peers,
    topics,
    known,
    denied,
    healed,
    lagMs,
    intake,
    counts,
    sync,
  }: NetworkDocument,
  options: { readonly topics: boolean },
): readonly string[] {
  const missing = joins.filter(({ connected }) => !connected).map(({ address }) => plain(address));
  const items = new Map(sync.items.map(({ topic, count }) => [topic, count]));
  const frames = counts.framesIn.accept + counts.framesIn.ignore + counts.framesIn.reject;
  return [
    `relay ${plain(id)}`,
    ...addresses.map((address) => `  reached at ${plain(address)}`),
    ...missing.map((address) => `  not connected to ${address}`),
    `peers: ${peers.length}, ${denied} denied, ${healed} healed; ${known} relays known`,
    ...(peers.length > 0 ? columns([peerHead, ...peers.map(peerRow)]) : []),
    `gossip: in ${frames} frames, ${counts.messagesIn} messages; out ${counts.framesOut} frames, ${counts.messagesOut} messages`,
    `waiting: ${intake.waiting} frames, ${intake.underWay} under way; ${Math.round(lagMs)} ms late`,
    `sync: ${sync.ready ? "" : "not ready, "}${sync.underWay} under way; ${sync.counts.conversations} held, ` +
      `${sync.counts.broken} broken; ${sync.counts.fetched} messages fetched, ${sync.counts.served} served`,
    ...(options.topics
      ? columns([
          ["topic", "messages", "peers", "mesh"],
          ...topics.map(({ topic, subscribers, mesh }) => [
            plain(topic),
            `${items.get(topic) ?? 0}`,
            `${subscribers}`,
            `${mesh}`,
          ]),
        ])
      : []),
  ];
}
