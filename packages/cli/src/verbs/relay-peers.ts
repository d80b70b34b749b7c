/** The flags by which a relay takes part in a network of relays. */
import { readFileSync } from "node:fs";
import type { RelayConfig } from "@intentcast/relay";
import { type Command, InvalidArgumentError } from "commander";
import { Failure } from "../failure.ts";
import { repeatable } from "../repeatable.ts";

export type PeerFlags = {
  join?: string[];
  peerListen?: string[];
  peerAnnounce?: string[];
  network?: string;
  networkKey?: string;
  allowPeer?: string[];
  seekPeers?: number;
  carry?: string[];
};

export const addPeerFlags = (command: Command): Command =>
  command
    .addOption(
      repeatable("--join <multiaddr>", "a relay to be connected to, such as /dns4/relay.example/tcp/7448", {
        parse: parseMultiaddr,
      }),
    )
    .addOption(
      repeatable(
        "--peer-listen <multiaddr>",
        "where other relays may connect, such as /ip4/0.0.0.0/tcp/7448",
        {
          parse: parseMultiaddr,
        },
      ),
    )
    .addOption(
      repeatable("--peer-announce <multiaddr>", "where others reach this relay, if not where it listens", {
        parse: parseMultiaddr,
      }),
    )
    .option(
      "--network <name>",
      "relays of one network speak to each other only; public unless given",
      parseName,
    )
    .option("--network-key <file>", "a pre-shared key, without which no relay can connect")
    .addOption(repeatable("--allow-peer <id>", "speak to these relays only"))
    .option(
      "--seek-peers <n>",
      "connect to relays that others tell of while there are fewer peers than this, 8 unless given; 0 for none",
      parseCount,
    )
    .addOption(repeatable("--carry <market>", "carry this market, such as shopify/bt, and not all of them"));

/** Whether a text is a multiaddr, libp2p finds out; this finds what somebody took for one. */
function parseMultiaddr(text: string): string {
  if (/^(\/[\w.:-]+)+$/.test(text)) return text;
  throw new InvalidArgumentError("a multiaddr is such as /ip4/192.0.2.1/tcp/7448.");
}

function parseCount(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a number of peers is a whole number, such as 8.");
}

function parseName(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return text;
  throw new InvalidArgumentError("a network's name has up to 63 small letters, digits and hyphens.");
}

function readKey(file: string): Uint8Array {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (cause) {
    throw new Failure(`the network's key cannot be read: ${(cause as Error).message}`, undefined, { cause });
  }
  if (/^\/key\/swarm\/psk\/1\.0\.0\/\r?\n\/base16\/\r?\n[0-9a-f]{64}\s*$/.test(key.toString("latin1")))
    return key;
  throw new Failure(
    `${file} is no pre-shared key: three lines, /key/swarm/psk/1.0.0/, /base16/, and 64 digits in hex`,
  );
}

/** A relay that neither joins nor listens is in no network. */
export function peersOf(flags: PeerFlags): Partial<RelayConfig> {
  const { join, peerListen, peerAnnounce, network, networkKey, allowPeer, seekPeers, carry } = flags;
  const config: Partial<RelayConfig> = carry === undefined ? {} : { carry };
  if (join === undefined && peerListen === undefined) return config;
  return {
    ...config,
    network: {
      join: join ?? [],
      listen: peerListen ?? [],
      ...(peerAnnounce && { announce: peerAnnounce }),
      ...(network !== undefined && { name: network }),
      ...(networkKey !== undefined && { key: readKey(networkKey) }),
      ...(allowPeer && { allow: allowPeer }),
      ...(seekPeers !== undefined && { seek: seekPeers }),
    },
  };
}
