/** How far an address reaches: what one relay tells another of may lie in the other's own house, and is then not dialled. */
import ipaddr from "ipaddr.js";

/** Addresses of this machine alone, of one site (a home, a company, a provider's own), and of the whole internet. */
export type Reach = "machine" | "site" | "world";

const order: readonly Reach[] = ["machine", "site", "world"];

/** Whether one reaches at least as far as the other. */
export const reachesAsFar = (one: Reach, other: Reach): boolean => order.indexOf(one) >= order.indexOf(other);

/** The registered ranges (RFC 6890) that are not a site's: an address in any other of them is nobody's in the world. */
const reaches: Readonly<Record<string, Reach>> = { loopback: "machine", unicast: "world" };

/** The reach of an IP address; without one a peer is on this machine. */
export function reachOfIp(ip: string | undefined): Reach {
  if (ip === undefined) return "machine";
  return ipaddr.isValid(ip) ? (reaches[ipaddr.process(ip).range()] ?? "site") : "site";
}

/** The IP address of a multiaddr, where it begins with one. */
export const ipOfAddress = (address: string): string | undefined => /^\/ip[46]\/([^/]+)/.exec(address)?.[1];

/** The reach of a multiaddr. A name is taken for the world's: where it leads is known when it is dialled. */
export function reachOf(address: string): Reach {
  const ip = ipOfAddress(address);
  if (ip !== undefined) return reachOfIp(ip);
  return /^\/(memory\/|dns[46]?\/localhost\/)/.test(address) ? "machine" : "world";
}
