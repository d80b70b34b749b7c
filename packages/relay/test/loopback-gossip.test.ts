import { LoopbackNetwork } from "../src/adapters/loopback-gossip.ts";
import { gossipContract } from "./gossip-contract.ts";

gossipContract("the loopback network", () => {
  const network = new LoopbackNetwork();
  let places = 0;
  return () => network.place(`node-${++places}`);
});
