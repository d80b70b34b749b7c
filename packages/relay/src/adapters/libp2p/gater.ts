/** Who may connect: as the relay says, and not too many from one address. */
import type { Connection, ConnectionGater, MultiaddrConnection, PeerId } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import type { GossipHandler } from "../../ports/gossip.ts";

/** The IP address in a multiaddr, where there is one. */
export function ipOf(address: Multiaddr): string | undefined {
  const part = address.getComponents().find(({ name }) => name === "ip4" || name === "ip6");
  return part?.value;
}

const isOwn = (ip: string): boolean => ip === "::1" || ip.startsWith("127.");

export function createGater(
  admits: GossipHandler["admits"],
  connectionsPerIp: number,
  connections: () => readonly Connection[],
): ConnectionGater {
  const denies = (peer: PeerId, { remoteAddr }: MultiaddrConnection): boolean =>
    !admits(peer.toString(), ipOf(remoteAddr));

  function isCrowded({ remoteAddr }: MultiaddrConnection): boolean {
    const ip = ipOf(remoteAddr);
    if (ip === undefined || isOwn(ip)) return false;
    return connections().filter((open) => ipOf(open.remoteAddr) === ip).length >= connectionsPerIp;
  }

  return {
    denyDialPeer: (peer) => !admits(peer.toString(), undefined),
    denyInboundConnection: isCrowded,
    denyInboundEncryptedConnection: denies,
    denyOutboundEncryptedConnection: denies,
  };
}
