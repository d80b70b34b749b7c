/** Whose connection it is: the network address, or what a proxy in front says of it. */
import { BlockList, isIP } from "node:net";

/** The address of a client, given its peer's and what `x-forwarded-for` says; none when it is a proxy itself. */
export type AddressOf = (peer: string, forwarded: string | undefined) => string | undefined;

const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * Believes the proxies at these addresses or in these networks (`10.0.0.0/8`), and nobody else: of the addresses that
 * were handed on it takes the last that is not a proxy's. Throws RangeError where an entry is neither.
 */
export function behindProxies(proxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const entry of proxies) {
    const [address = "", bits] = entry.split("/");
    const width = isIP(address) === 6 ? 128 : 32;
    const prefix = bits === undefined ? width : Number(bits);
    if (isIP(address) === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > width)
      throw new RangeError(`${entry} is no IP address and no network such as 10.0.0.0/8`);
    trusted.addSubnet(address, prefix, family(address));
  }
  return (peer, forwarded) => {
    const handedOn = (forwarded ?? "").split(",").map((part) => part.trim());
    for (let address = peer; isIP(address) !== 0; address = handedOn.pop() ?? "") {
      if (!trusted.check(address, family(address))) return address;
    }
    return undefined;
  };
}
