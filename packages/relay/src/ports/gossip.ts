/** The network between relays, whatever carries it: frames by topic to whoever wants them, and channels to single peers. */
import type { Topic } from "../core/topic.ts";
import type { Verdict } from "../core/verdict.ts";

export { allTopics, type Topic } from "../core/topic.ts";
export type { Verdict } from "../core/verdict.ts";

/** Another relay that is connected. Its name is proved: it holds the key that the name is made of. */
export type Peer = {
  readonly id: string;
  /** The IP address that it is reached at or comes from. */
  readonly ip: string | undefined;
  /** Whether this relay opened the connection. */
  readonly outgoing: boolean;
};

/** How a peer stands at this moment. */
export type PeerStanding = Peer & {
  /** What gossip thinks of it; 0 to begin with. */
  readonly score: number;
  /** Round trip in milliseconds, where it has been measured. */
  readonly rttMs: number | undefined;
  /** Connected, and yet no gossip can flow: nothing heals that but a new connection. */
  readonly isMuted: boolean;
};

/** Who takes part in a topic, as far as this relay sees. */
export type TopicStanding = {
  readonly topic: Topic;
  /** Peers that want its frames. */
  readonly subscribers: number;
  /** Peers to which frames are passed on directly. */
  readonly mesh: number;
};

/** What becomes of a frame that a peer brought. */
export type Reception = {
  /** Resolves when there was room to begin with it. Until then nothing more is read from that peer. */
  readonly taken: Promise<void>;
  /** Resolves with what to do about it. Neither promise rejects. */
  readonly verdict: Promise<Verdict>;
};

/** A conversation with one peer, in messages of bytes. Each side may end it at any time. */
export interface Channel {
  /** Resolves when there is room for more; rejects when the channel is over. */
  send(message: Uint8Array): Promise<void>;
  /** The next message; undefined when the peer has ended the channel; rejects when it broke. */
  receive(): Promise<Uint8Array | undefined>;
  /** Ends it after what was sent. */
  close(): Promise<void>;
  /** Breaks it off. */
  abort(): void;
}

/** Bytes of one message on a channel. */
export const maxChannelMessageBytes = 1024 * 1024;

/** What happens on the network. Nothing is called after {@link Gossip.stop} has resolved. */
export interface GossipHandler {
  /** Whether this relay speaks to a peer at all; asked before each connection, in both directions. */
  admits(id: string, ip: string | undefined): boolean;
  connected(peer: Peer): void;
  disconnected(id: string): void;
  /**
   * A frame that has not come before, as a peer brought it. With `accept` it goes on, as it is, to those who want the
   * topic; with `reject` it counts against the peer, and against all that bring it again.
   */
  received(topic: Topic, frame: Uint8Array, from: Peer): Reception;
  /** A peer has opened a channel for one of the purposes that {@link GossipInit} names. */
  opened(purpose: string, channel: Channel, from: Peer): void;
}

export type GossipInit = {
  /** Topics whose frames are wanted. */
  readonly topics: readonly Topic[];
  /** What channels are for: a name and a version, such as `sync/1`. */
  readonly purposes: readonly string[];
};

/**
 * A relay's place in the network. Delivery is best effort: a frame may be lost, never changed, and comes at most once to
 * each handler while it is remembered, some minutes. Frames of topics that nobody wants go nowhere.
 */
export interface Gossip {
  /** This relay's name, made of its public key. */
  readonly id: string;
  /** The name of whoever holds this Ed25519 key. */
  nameOf(publicKey: Uint8Array): string;
  /** The addresses at which others may dial it, its name included; none where it only dials. */
  addresses(): readonly string[];
  peers(): readonly PeerStanding[];
  topics(): readonly TopicStanding[];
  /** Sends a frame, of this relay's making, to those who want the topic. It never throws. */
  publish(topic: Topic, frame: Uint8Array): void;
  /** Connects, unless it is connected; resolves to the name of who answers there. Rejects when nobody does or may. */
  dial(address: string): Promise<string>;
  /** Opens a channel to a connected peer; rejects when it does not know the purpose. */
  open(id: string, purpose: string): Promise<Channel>;
  /** Ends the connections with a peer. */
  hangUp(id: string): Promise<void>;
  /** Leaves the network. */
  stop(): Promise<void>;
}

/** Joins the network. Resolves when it listens. */
export type StartGossip = (init: GossipInit, handler: GossipHandler) => Promise<Gossip>;
