/** Where two parties meet: at which relays a message is left for somebody who has named theirs. */
import { parseAddress } from "./address.ts";

/**
 * The relays to publish a message at, given our own and those that the other side reads: the ones that both name; only
 * where none is shared, the other side's; and ours where the other side's are of no use. Each once, in its one form.
 *
 * A stranger does not make us dial into our own network: an address that is loopback, private, link-local or
 * otherwise not of the public internet is theirs to name only if one of ours is such an address too. Names are judged
 * as they are written, without asking where they lead.
 */
export function meetingRelays(own: readonly string[], theirs: readonly string[]): readonly string[] {
  const ours = wellFormed(own);
  const named = wellFormed(theirs);
  const shared = ours.filter((relay) => named.includes(relay));
  if (shared.length > 0) return shared;
  const reachable = ours.some(isInward) ? named : named.filter((relay) => !isInward(relay));
  return reachable.length > 0 ? reachable : ours;
}

const wellFormed = (relays: readonly string[]): readonly string[] => [
  ...new Set(relays.map(parseAddress).flatMap((address) => (address.ok ? [address.value] : []))),
];

/** Whether an address of a relay leads, or may well lead, to this machine or the network around it. */
function isInward(relay: string): boolean {
  const host = new URL(relay).hostname;
  if (host.startsWith("[")) return isInwardIPv6(host.slice(1, -1));
  const octets = host.split(".").map(Number);
  if (octets.length === 4 && octets.every(Number.isInteger)) return isInwardIPv4(octets);
  return isInwardName(host);
}

/** Names for the network around: special-use ones (RFC 6761, 6762, 8375, .internal), and those without a dot. */
const inwardNames = ["localhost", "local", "internal", "home.arpa", "intranet", "lan", "home", "corp"];

function isInwardName(host: string): boolean {
  const name = host.replace(/\.$/, "");
  return !name.includes(".") || inwardNames.some((end) => name.endsWith(`.${end}`));
}

/** The blocks of the IANA special-purpose registry (RFC 6890) that are not globally reachable, and multicast. */
const inwardBlocks: readonly { readonly block: readonly number[]; readonly bits: number }[] = [
  { block: [0], bits: 8 },
  { block: [10], bits: 8 },
  { block: [100, 64], bits: 10 },
  { block: [127], bits: 8 },
  { block: [169, 254], bits: 16 },
  { block: [172, 16], bits: 12 },
  { block: [192, 0, 0], bits: 24 },
  { block: [192, 0, 2], bits: 24 },
  { block: [192, 168], bits: 16 },
  { block: [198, 18], bits: 15 },
  { block: [198, 51, 100], bits: 24 },
  { block: [203, 0, 113], bits: 24 },
  { block: [224], bits: 3 },
];

const asNumber = (octets: readonly number[]): number =>
  [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (octets[i] ?? 0), 0);

const isInwardIPv4 = (octets: readonly number[]): boolean =>
  inwardBlocks.some(({ block, bits }) => {
    const size = 2 ** (32 - bits);
    return Math.floor(asNumber(octets) / size) === Math.floor(asNumber(block) / size);
  });

/**
 * Global unicast is 2000::/3 (RFC 4291 §2.4); all else is inward, and in it the documentation block and what embeds
 * an inward IPv4 address: 6to4 (RFC 3056). NAT64 (RFC 6052) and mapped addresses lie outside the block and are inward.
 */
function isInwardIPv6(host: string): boolean {
  const groups = groupsOf(host);
  const [first = 0, second = 0, third = 0] = groups;
  if (first >> 13 !== 1) return true;
  if (first === 0x2001 && (second === 0xdb8 || second === 0)) return true;
  return first === 0x2002 && isInwardIPv4([second >> 8, second & 255, third >> 8, third & 255]);
}

/** The eight groups of an address as URLs write it: lower case, the longest run of zeros left out. */
function groupsOf(host: string): readonly number[] {
  const [head = "", tail] = host.split("::");
  const parse = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [parse(head), parse(tail ?? "")];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
