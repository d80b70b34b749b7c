/** Addresses of relays: one way of writing each, and whether a relay's own name agrees with it. */
import { ok, type Reject, type Result, reject } from "@intentcast/protocol";
import { printable } from "./printable.ts";

const mostLength = 200;

const defaultPorts: Record<string, string> = { "ws:": "80", "wss:": "443" };

/**
 * The one form of a relay's address in which we compare, remember and show it; `relay-address` when it is not a
 * plain ws:// or wss:// address. A name and password in it are refused: they would end up in logs and cursors.
 */
export function parseAddress(text: string): Result<string, Reject> {
  const url = URL.parse(text);
  const isPlain =
    url !== null &&
    text.length <= mostLength &&
    url.protocol in defaultPorts &&
    url.username === "" &&
    url.password === "" &&
    url.hash === "";
  if (!isPlain) return reject("relay-address", printable(JSON.stringify(text.slice(0, mostLength))));
  // The path `/` is no path; what is longer is left as it is, so that the one form of the one form is itself.
  return ok(url.pathname === "/" && url.href.endsWith("/") ? url.href.slice(0, -1) : url.href);
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * Whether a relay that was reached at `address` may call itself `name`. A mailbox's proof is made out to the
 * relay's name; a relay that could choose it freely could have us sign another relay's challenge. On this
 * machine names mean nothing, and nobody stands between.
 */
export function nameAgrees(address: string, name: string): boolean {
  const { protocol, hostname, port } = new URL(address);
  if (isLoopback(hostname)) return true;
  const defaultPort = defaultPorts[protocol];
  const given = name.toLowerCase();
  if (given === `${hostname}:${port === "" ? defaultPort : port}`) return true;
  return given === hostname && (port === "" || port === defaultPort);
}
