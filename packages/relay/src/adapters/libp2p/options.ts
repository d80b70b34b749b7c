/** How libp2p and gossipsub are set up, each figure with its reason (docs/guides/operator.md says it to operators). */
import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { type GossipsubOpts, StrictNoSign } from "@libp2p/gossipsub";
import type { ConnectionGater, PrivateKey } from "@libp2p/interface";
import { preSharedKey } from "@libp2p/pnet";
import { tcp } from "@libp2p/tcp";
import { webSockets } from "@libp2p/websockets";
import type { Libp2pOptions } from "libp2p";

/** What libp2p and gossip look like for a relay of a network by this name. */
export const wireTopic = (network: string, topic: string): string => `intentcast/1/${network}/${topic}`;
export const wireProtocol = (network: string, purpose: string): string => `/intentcast/${network}/${purpose}`;

/** This machine's addresses are not counted: neither tests nor a proxy in front are an attack. */
const ownAddresses = ["127.0.0.1", "::1"];

/** Bytes that may wait for a peer. Without an end a stalled one was seen to gather 6 MB a second until its ping failed. */
const outboundBytes = 16 * 1024 * 1024;

/** Bytes of one RPC: an answer to IWANT may hold many frames. */
const inboundBytes = 4 * 1024 * 1024;

/** Scores decay once a second; 0.997 halves in four minutes. */
const topicScore = {
  topicWeight: 1,
  // P1 and P2: a peer that stays and delivers first gains a little, and cannot buy much badness with it.
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1000,
  timeInMeshCap: 600,
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.98,
  firstMessageDeliveriesCap: 20,
  // P3 and P3b are off: topics are quiet for hours, and silence is no fault.
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 0,
  meshMessageDeliveriesActivation: 1000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  // P4: rejected frames, squared. Twelve in one topic are below the graylist.
  invalidMessageDeliveriesWeight: -20,
  invalidMessageDeliveriesDecay: 0.997,
};

export const graylistScore = -2500;

export function gossipOptions(topics: readonly string[], allTopics: readonly string[]) {
  return {
    globalSignaturePolicy: StrictNoSign,
    allowedTopics: new Set(allTopics),
    // A verdict may take until the frame is stored; what is forwarded is in the cache until then.
    asyncValidation: true,
    // A peer's stream is read on only when what came before has room: these two make that pressure.
    awaitRpcHandler: true,
    awaitRpcMessageHandler: true,
    fallbackToFloodsub: false,
    floodPublish: false,
    batchPublish: true,
    // Each costs more the more peers and topics there are: 13.5 CPU-s instead of 1.3 for 50 peers of 256 topics.
    tagMeshPeers: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    // Below this size a frame costs less than telling everybody that it is here.
    idontwantMinDataSize: 32 * 1024,
    // Ten seconds for a verdict. Three are told of, so that the frames a peer may ask for at once stay below inboundBytes.
    mcacheLength: 10,
    mcacheGossip: 3,
    maxOutboundBufferSize: outboundBytes,
    maxInboundDataLength: inboundBytes,
    // Peers are found by records that are signed and say what a relay carries.
    doPX: false,
    decodeRpcLimits: {
      maxSubscriptions: 4 * allTopics.length,
      maxMessages: 512,
      maxIhaveMessageIDs: 5000,
      maxIwantMessageIDs: 512,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 4 * allTopics.length,
      maxPeerInfos: 16,
    },
    scoreParams: {
      topics: Object.fromEntries(topics.map((topic) => [topic, topicScore])),
      topicScoreCap: 50,
      appSpecificWeight: 0,
      // P6: more than five peers of one address are one party, or a household too large to matter.
      IPColocationFactorWeight: -50,
      IPColocationFactorThreshold: 5,
      IPColocationFactorWhitelist: new Set(ownAddresses),
      // P7: promises that were not kept and grafts that were not wanted. Some happen under load.
      behaviourPenaltyWeight: -10,
      behaviourPenaltyThreshold: 6,
      behaviourPenaltyDecay: 0.986,
      decayInterval: 1000,
      decayToZero: 0.01,
      retainScore: 10 * 60_000,
    },
    scoreThresholds: {
      gossipThreshold: -500,
      publishThreshold: -1000,
      graylistThreshold: graylistScore,
      acceptPXThreshold: 1000,
      opportunisticGraftThreshold: 1,
    },
  } satisfies Partial<GossipsubOpts>;
}

export type NodeInit = {
  readonly privateKey: PrivateKey;
  readonly listen: readonly string[];
  readonly announce: readonly string[];
  /** The file of a pre-shared key. */
  readonly key: Uint8Array | undefined;
  readonly connections: number;
  readonly gater: ConnectionGater;
};

export const nodeOptions = ({
  privateKey,
  listen,
  announce,
  key,
  connections,
  gater,
}: NodeInit): Libp2pOptions => ({
  start: false,
  privateKey,
  nodeInfo: { name: "intentcast-relay", userAgent: "intentcast-relay" },
  addresses: { listen: [...listen], announce: [...announce] },
  transports: [tcp({ listenOpts: { noDelay: true }, dialOpts: { noDelay: true } }), webSockets()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  ...(key && { connectionProtector: preSharedKey({ psk: key }) }),
  connectionGater: gater,
  connectionManager: {
    maxConnections: connections,
    // Connections a second from one address, and handshakes under way in all.
    inboundConnectionThreshold: 20,
    maxIncomingPendingConnections: 32,
    // Redialling is ours (flow/neighbours.ts): libp2p's gives up for good after five failures.
    reconnectRetries: 0,
  },
});
