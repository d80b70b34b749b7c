/** A network of relays within one process: for tests and simulations, behind the same port as the real one. */
import { hash } from "node:crypto";
import { toHex } from "@intentcast/protocol";
import type {
  Channel,
  Gossip,
  GossipHandler,
  GossipInit,
  Peer,
  PeerStanding,
  StartGossip,
  Topic,
  TopicStanding,
} from "../ports/gossip.ts";
import { channelPair } from "./loopback-channel.ts";

/** Lets something arrive at the other end of a link: at once, late, or never. What it lets arrive keeps its order. */
export type Carry = (link: { readonly from: string; readonly to: string }, arrive: () => void) => void;

/** Frames remembered by their hash, so that each comes once. */
const rememberedFrames = 20_000;

/** What a rejected frame costs its bringer. */
const rejectScore = -100;

/** Where a node by that name is dialled. */
export const loopbackAddress = (name: string): string => `/memory/loopback/p2p/${name}`;

/** Where loopback nodes find each other by name. */
export class LoopbackNetwork {
  readonly #nodes = new Map<string, Node>();
  readonly #carry: Carry;

  constructor(carry: Carry = (_link, arrive) => queueMicrotask(arrive)) {
    this.#carry = carry;
  }

  /** A place in the network by that name, which is a key in hex where it has one; its address is {@link loopbackAddress}. */
  place(name: string): StartGossip {
    return async (init, handler) => {
      const node = new Node(name, init, handler, this.#nodes, this.#carry);
      this.#nodes.set(name, node);
      return node;
    };
  }
}

/** One side of a connection: what the other end has sent and this one has not yet taken, in order. */
type Link = {
  readonly peer: Peer;
  readonly node: Node;
  inbox: (() => Promise<void>)[];
  busy: boolean;
  score: number;
};

class Node implements Gossip {
  readonly id: string;
  readonly init: GossipInit;
  readonly handler: GossipHandler;
  readonly #nodes: Map<string, Node>;
  readonly #carry: Carry;
  readonly #links = new Map<string, Link>();
  readonly #seen = new Set<string>();

  constructor(id: string, init: GossipInit, handler: GossipHandler, nodes: Map<string, Node>, carry: Carry) {
    this.id = id;
    this.init = init;
    this.handler = handler;
    this.#nodes = nodes;
    this.#carry = carry;
  }

  addresses(): readonly string[] {
    return [loopbackAddress(this.id)];
  }

  nameOf(publicKey: Uint8Array): string {
    return toHex(publicKey);
  }

  peers(): readonly PeerStanding[] {
    return [...this.#links.values()].map(({ peer, score }) => ({
      ...peer,
      ...{ score, rttMs: 0, isMuted: false },
    }));
  }

  topics(): readonly TopicStanding[] {
    return this.init.topics.map((topic) => {
      const count = this.#wanting(topic).length;
      return { topic, subscribers: count, mesh: count };
    });
  }

  publish(topic: Topic, frame: Uint8Array): void {
    if (this.#remember(frame)) this.#spread(topic, frame);
  }

  async dial(address: string): Promise<string> {
    const name = address.slice(loopbackAddress("").length);
    const node = this.#nodes.get(name);
    if (node === undefined || node === this) throw new Error(`nobody is at ${address}`);
    if (this.#links.has(name)) return name;
    if (!this.handler.admits(name, undefined) || !node.handler.admits(this.id, undefined))
      throw new Error(`${name} and ${this.id} do not speak to each other`);
    this.#link(node, true);
    node.#link(this, false);
    return name;
  }

  async open(id: string, purpose: string): Promise<Channel> {
    const link = this.#links.get(id);
    if (link === undefined) throw new Error(`${id} is not connected`);
    if (!link.node.init.purposes.includes(purpose)) throw new Error(`${id} does not know ${purpose}`);
    const [ours, theirs] = channelPair(
      (arrive) => this.#carry({ from: this.id, to: id }, arrive),
      (arrive) => this.#carry({ from: id, to: this.id }, arrive),
    );
    this.#send(link, async () => {
      const back = link.node.#links.get(this.id);
      if (back === undefined) theirs.abort();
      else link.node.handler.opened(purpose, theirs, back.peer);
    });
    return ours;
  }

  async hangUp(id: string): Promise<void> {
    const link = this.#links.get(id);
    if (link === undefined) return;
    this.#unlink(id);
    link.node.#unlink(this.id);
  }

  async stop(): Promise<void> {
    for (const id of [...this.#links.keys()]) await this.hangUp(id);
    this.#nodes.delete(this.id);
  }

  #link(node: Node, outgoing: boolean): void {
    const peer: Peer = { id: node.id, ip: undefined, outgoing };
    this.#links.set(node.id, { peer, node, inbox: [], busy: false, score: 0 });
    this.handler.connected(peer);
  }

  #unlink(id: string): void {
    if (this.#links.delete(id)) this.handler.disconnected(id);
  }

  #wanting(topic: Topic): Link[] {
    return [...this.#links.values()].filter(({ node }) => node.init.topics.includes(topic));
  }

  /** Whether the frame is new. */
  #remember(frame: Uint8Array): boolean {
    const key = hash("sha256", frame, "base64");
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= rememberedFrames) break;
      this.#seen.delete(oldest);
    }
    return true;
  }

  #spread(topic: Topic, frame: Uint8Array, except?: string): void {
    for (const link of this.#wanting(topic)) {
      if (link.peer.id !== except) this.#send(link, () => link.node.#take(topic, frame, this.id));
    }
  }

  /** What goes over a link is dealt with at its other end in order, and each when the one before has been taken. */
  #send(link: Link, deal: () => Promise<void>): void {
    this.#carry({ from: this.id, to: link.peer.id }, () => {
      const inbound = link.node.#links.get(this.id);
      if (inbound === undefined || this.#links.get(link.peer.id) !== link) return;
      inbound.inbox.push(deal);
      void link.node.#work(inbound);
    });
  }

  async #work(link: Link): Promise<void> {
    if (link.busy) return;
    link.busy = true;
    for (let deal = link.inbox.shift(); deal !== undefined; deal = link.inbox.shift()) await deal();
    link.busy = false;
  }

  async #take(topic: Topic, frame: Uint8Array, from: string): Promise<void> {
    const link = this.#links.get(from);
    if (link === undefined || !this.init.topics.includes(topic) || !this.#remember(frame)) return;
    const { taken, verdict } = this.handler.received(topic, frame, link.peer);
    void verdict.then((said) => {
      if (said === "accept") this.#spread(topic, frame, from);
      if (said === "reject") link.score += rejectScore;
    });
    await taken;
  }
}
