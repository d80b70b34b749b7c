/** The network on libp2p: the contract, over real TCP. */
import { randomBytes } from "node:crypto";
import { libp2pGossip } from "../src/adapters/libp2p/gossip.ts";
import { silentLog } from "../src/ports/log.ts";
import { gossipContract } from "./gossip-contract.ts";

export const libp2pPlace = (over: Partial<Parameters<typeof libp2pGossip>[0]> = {}) =>
  libp2pGossip({
    seed: new Uint8Array(randomBytes(32)),
    network: "test",
    listen: ["/ip4/127.0.0.1/tcp/0"],
    announce: [],
    key: undefined,
    connections: 16,
    connectionsPerIp: 4,
    log: silentLog,
    ...over,
  });

gossipContract("the network on libp2p", () => () => libp2pPlace());
