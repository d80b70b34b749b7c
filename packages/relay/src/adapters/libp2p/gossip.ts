/** The network between relays on libp2p and gossipsub. */

import { createHash } from "node:crypto";
import { generateKeyPairFromSeed, publicKeyFromRaw } from "@libp2p/crypto/keys";
import {
  type GossipSub,
  type GossipSubEvents,
  gossipsub,
  type Message,
  TopicValidatorResult,
} from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import type { Connection, PeerId } from "@libp2p/interface";
import { peerIdFromPublicKey, peerIdFromString } from "@libp2p/peer-id";
import { ping } from "@libp2p/ping";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import {
  allTopics,
  type Gossip,
  type GossipHandler,
  type GossipInit,
  type Peer,
  type PeerStanding,
  type Reception,
  type StartGossip,
  type Topic,
  type TopicStanding,
  type Verdict,
} from "../../ports/gossip.ts";
import type { Log } from "../../ports/log.ts";
import { StartError } from "../../ports/start-error.ts";
import { channelOver, plainBytes } from "./channel.ts";
import { createGater, ipOf } from "./gater.ts";
import { gossipOptions, nodeOptions, wireProtocol, wireTopic } from "./options.ts";

export type Libp2pConfig = {
  /** 32 secret bytes: the key that this relay's name is made of. */
  readonly seed: Uint8Array;
  readonly network: string;
  readonly listen: readonly string[];
  readonly announce: readonly string[];
  readonly key: Uint8Array | undefined;
  readonly connections: number;
  readonly connectionsPerIp: number;
  readonly log: Log;
};

/** What the router has beside its published interface; a test holds the library to it. */
type Router = GossipSub & {
  getScore(peer: string): number;
  getMeshPeers(topic: string): string[];
  reportMessageValidationResult(id: string, source: string, verdict: TopicValidatorResult): void;
};

const results: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};

/** Streams of one purpose that a peer may have open at once. */
const streamsPerPurpose = 4;

const peerOf = ({ remotePeer, remoteAddr, direction }: Connection): Peer => ({
  id: remotePeer.toString(),
  ip: ipOf(remoteAddr),
  outgoing: direction === "outbound",
});

/** Whether gossip flows both ways: after an RPC that is too large its streams end, and the connection stays. */
function flows(connections: readonly Connection[]): boolean {
  const streams = connections
    .flatMap((connection) => connection.streams)
    .filter(({ protocol }) => protocol.startsWith("/meshsub/"));
  const isOpen = (direction: "inbound" | "outbound") =>
    streams.some(
      (stream) =>
        stream.direction === direction &&
        (direction === "inbound" ? stream.remoteWriteStatus : stream.writeStatus) === "writable",
    );
  return isOpen("inbound") && isOpen("outbound");
}

/** Joins a network by libp2p. Starting throws StartError: `address-in-use`, `address-refused`. */
export const libp2pGossip =
  (config: Libp2pConfig): StartGossip =>
  async (init, handler) => {
    const node = await createNode(config, init, handler);
    const gossip = new Libp2pGossip(node, config, init, handler);
    try {
      await node.start();
    } catch (cause) {
      await node.stop();
      const code = /EADDRINUSE/.test(String(cause)) ? "address-in-use" : "address-refused";
      const { message } = cause as Error;
      throw new StartError(code, `cannot listen for other relays: ${message}`, { cause });
    }
    gossip.subscribe();
    return gossip;
  };

type Node = Awaited<ReturnType<typeof createNode>>;

/** A node that has not been started. */
async function createNode(config: Libp2pConfig, init: GossipInit, handler: GossipHandler) {
  const { seed, network, connectionsPerIp } = config;
  const wire = (topics: readonly Topic[]) => topics.map((topic) => wireTopic(network, topic));
  let connections: () => readonly Connection[] = () => [];
  const node = await createLibp2p({
    ...nodeOptions({
      ...config,
      privateKey: await generateKeyPairFromSeed("Ed25519", seed),
      gater: createGater(handler.admits, connectionsPerIp, () => connections()),
    }),
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        ...gossipOptions(wire(init.topics), wire(allTopics)),
        msgIdFn: ({ data }) => createHash("sha256").update(data).digest(),
        msgIdToStrFn: (id) => Buffer.from(id).toString("latin1"),
      }),
    },
  });
  connections = () => node.getConnections();
  return node;
}

class Libp2pGossip implements Gossip {
  readonly id: string;
  readonly #node: Node;
  readonly #router: Router;
  readonly #config: Libp2pConfig;
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #handler: GossipHandler;
  /** What becomes of a frame, from when the router asks until it is told. */
  readonly #receptions = new WeakMap<Message, Reception>();
  #stopped = false;

  constructor(node: Node, config: Libp2pConfig, { topics, purposes }: GossipInit, handler: GossipHandler) {
    this.id = node.peerId.toString();
    this.#node = node;
    this.#router = node.services.pubsub as Router;
    this.#config = config;
    this.#handler = handler;
    this.#topics = new Map(topics.map((topic) => [wireTopic(config.network, topic), topic]));
    node.addEventListener("peer:connect", ({ detail }) => this.#connected(detail));
    node.addEventListener("peer:disconnect", ({ detail }) => {
      if (!this.#stopped) handler.disconnected(detail.toString());
    });
    this.#router.addEventListener("gossipsub:message", (event) => void this.#judge(event));
    for (const topic of this.#topics.keys()) {
      this.#router.topicValidators.set(topic, (source, message) => this.#receive(source, message));
    }
    for (const purpose of purposes) this.#answer(purpose);
  }

  /** To be called once the node is started. */
  subscribe(): void {
    for (const topic of this.#topics.keys()) this.#router.subscribe(topic);
  }

  nameOf(publicKey: Uint8Array): string {
    return peerIdFromPublicKey(publicKeyFromRaw(publicKey)).toString();
  }

  addresses(): readonly string[] {
    return this.#node.getMultiaddrs().map(String);
  }

  peers(): readonly PeerStanding[] {
    return this.#node.getPeers().flatMap((peer) => {
      const connections = this.#node.getConnections(peer);
      const [first] = connections;
      if (first === undefined) return [];
      const id = peer.toString();
      const isMuted = !flows(connections);
      return [{ ...peerOf(first), score: this.#router.getScore(id), rttMs: first.rtt, isMuted }];
    });
  }

  topics(): readonly TopicStanding[] {
    return [...this.#topics].map(([wire, topic]) => ({
      topic,
      subscribers: this.#router.getSubscribers(wire).length,
      mesh: this.#router.getMeshPeers(wire).length,
    }));
  }

  publish(topic: Topic, frame: Uint8Array): void {
    this.#router.publish(wireTopic(this.#config.network, topic), frame).catch((error: unknown) => {
      this.#config.log("warn", "gossip.unsent", { topic, error: String(error) });
    });
  }

  async dial(address: string): Promise<string> {
    const { remotePeer } = await this.#node.dial(multiaddr(address));
    return remotePeer.toString();
  }

  async open(id: string, purpose: string) {
    const [connection] = this.#node.getConnections(peerIdFromString(id));
    if (connection === undefined) throw new Error(`${id} is not connected`);
    return channelOver(await connection.newStream(wireProtocol(this.#config.network, purpose)));
  }

  async hangUp(id: string): Promise<void> {
    await this.#node.hangUp(peerIdFromString(id));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#node.stop();
  }

  #connected(id: PeerId): void {
    const [connection] = this.#node.getConnections(id);
    if (connection !== undefined && !this.#stopped) this.#handler.connected(peerOf(connection));
  }

  #answer(purpose: string): void {
    const limits = { maxInboundStreams: streamsPerPurpose, maxOutboundStreams: streamsPerPurpose };
    void this.#node.handle(
      wireProtocol(this.#config.network, purpose),
      (stream, connection) => {
        if (this.#stopped) stream.abort(new Error("shutting down"));
        else this.#handler.opened(purpose, channelOver(stream), peerOf(connection));
      },
      limits,
    );
  }

  /** Asked before the frame is in the router's cache: the stream that it came on waits for the answer. */
  async #receive(source: PeerId, message: Message): Promise<TopicValidatorResult> {
    const topic = this.#topics.get(message.topic);
    const [connection] = this.#node.getConnections(source);
    if (topic === undefined || connection === undefined || this.#stopped) return TopicValidatorResult.Ignore;
    const reception = this.#handler.received(topic, plainBytes(message.data), peerOf(connection));
    this.#receptions.set(message, reception);
    await reception.taken;
    return TopicValidatorResult.Accept;
  }

  /** Called once the frame is in the cache, from where the verdict sends it on. */
  async #judge({ detail }: GossipSubEvents["gossipsub:message"]): Promise<void> {
    const { msg, msgId, propagationSource } = detail;
    const verdict = await this.#receptions.get(msg)?.verdict;
    if (verdict === undefined || this.#stopped) return;
    this.#router.reportMessageValidationResult(msgId, propagationSource.toString(), results[verdict]);
  }
}
