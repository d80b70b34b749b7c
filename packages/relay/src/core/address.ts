/** Network addresses in groups: one household or server is one client, however many addresses its IPv6 prefix holds. */

/** Leading bits that tell one client from another. */
export type PrefixBits = { readonly ipv4: number; readonly ipv6: number };

export const defaultPrefixBits: PrefixBits = { ipv4: 32, ipv6: 56 };

const ipv4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i;

/** Whether an address is this machine's own. */
export const isLoopback = (address: string): boolean =>
  address === "::1" || ipv4.exec(address)?.[1] === "127";

/** The prefix of a valid IP address: equal for addresses of one client, and for nobody else's. */
export function prefixOf(address: string, bits: PrefixBits): string {
  const octets = ipv4.exec(address)?.slice(1).map(Number);
  if (octets !== undefined) return `4/${leading(octets, 8, bits.ipv4)}`;
  return `6/${leading(groupsOf(address), 16, bits.ipv6)}`;
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2), without a zone. */
function groupsOf(address: string): number[] {
  const [text = ""] = address.split("%");
  const [head = "", tail] = text.split("::");
  const before = parseGroups(head);
  if (tail === undefined) return before;
  const after = parseGroups(tail);
  return [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

const parseGroups = (text: string): number[] =>
  text === ""
    ? []
    : text.split(":").flatMap((group) => (group.includes(".") ? dotted(group) : parseInt(group, 16)));

/** The last two groups may be written as an IPv4 address. */
function dotted(text: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** The leading bits of numbers that have `width` bits each. */
const leading = (numbers: readonly number[], width: number, bits: number): string =>
  numbers
    .map((number, i) => {
      const kept = Math.min(width, Math.max(0, bits - i * width));
      return (number >>> (width - kept)).toString(16);
    })
    .join(".");
