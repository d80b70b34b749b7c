/** The scenarios of spec/vectors/address: addresses of relays, and the names that a relay may have that is reached there. */
import type { Vector } from "../vectors.ts";

const scenario = (
  name: string,
  expect: string,
  comment: string,
  address: string,
  called: string,
): Vector => ({
  case: name,
  expect,
  comment,
  headers: { name: called },
  bytes: new TextEncoder().encode(address),
});

const accept = (name: string, comment: string, address: string, called = "relay.example:443"): Vector =>
  scenario(name, "accepted", comment, address, called);
const noAddress = (name: string, comment: string, address: string): Vector =>
  scenario(`address-${name}`, "session/relay-address", comment, address, "relay.example:443");
const mistrust = (name: string, comment: string, address: string, called: string): Vector =>
  scenario(`name-${name}`, "session/relay-mistrusted", comment, address, called);

const longest = `wss://relay.example/${"a".repeat(180)}`;

export const addressScenarios: readonly Vector[] = [
  accept("tls", "wss://, at its default port", "wss://relay.example"),
  accept("tls-port", "the default port, written out", "wss://relay.example:443/"),
  accept("path", "a path is no part of the name", "wss://relay.example/market"),
  accept("query", "nor is a query", "wss://relay.example/?market=pots"),
  accept("plain", "ws://, at its default port", "ws://relay.example", "relay.example:80"),
  accept("other-port", "another port is part of the name", "wss://relay.example:7447", "relay.example:7447"),
  accept("capitals", "letter case does not count in a host", "wss://Relay.Example", "RELAY.example:443"),
  accept("no-port", "a name may leave out the default port", "wss://relay.example", "relay.example"),
  accept("ipv6", "an address of IPv6 in brackets", "ws://[2001:db8::1]:7447", "[2001:db8::1]:7447"),
  accept("longest", "200 bytes", longest),

  noAddress("empty", "nothing", ""),
  noAddress("https", "another scheme", "https://relay.example"),
  noAddress("no-scheme", "no scheme", "relay.example:443"),
  noAddress("no-host", "no host", "wss://"),
  noAddress("user", "a user, who would end up in logs", "wss://me@relay.example"),
  noAddress("password", "a user and a password", "wss://me:secret@relay.example"),
  noAddress("fragment", "a fragment, which names a place in a document", "wss://relay.example/#here"),
  noAddress("long", "201 bytes", `${longest}a`),

  mistrust(
    "other-host",
    "the name of another relay, whose challenge this may be",
    "wss://relay.example",
    "other.example:443",
  ),
  mistrust("other-port", "another port of the same host", "wss://relay.example", "relay.example:7447"),
  mistrust(
    "port-of-plain",
    "the default port of the other scheme",
    "wss://relay.example",
    "relay.example:80",
  ),
  mistrust("no-port", "no port where it is not the default", "wss://relay.example:7447", "relay.example"),
  mistrust("under", "a host under the one that was reached", "wss://relay.example", "eu.relay.example:443"),
  mistrust("over", "a host over the one that was reached", "wss://eu.relay.example", "relay.example:443"),
  mistrust("empty", "no name", "wss://relay.example", ""),
];
