/** `--limit subscriptions=64` and `--quota author=20:2000`: a relay's figures where the operator wants others. */
import { maxFrameBytes } from "@intentcast/protocol";
import type { Quota, QuotaScope, RelayConfig } from "@intentcast/relay";
import { InvalidArgumentError } from "commander";

type Place = { readonly most: number; readonly put: (value: number) => Partial<RelayConfig> };

const inHello = (name: string, most = 1_000_000): Place => ({
  most,
  put: (value) => ({ limits: { [name]: value } }),
});
const beside = (put: Place["put"]): Place => ({ most: Number.MAX_SAFE_INTEGER, put });

/** Where each limit goes; those of hello have the bounds that hello has. */
const places: Readonly<Record<string, Place>> = {
  frame: inHello("frame", maxFrameBytes),
  message: inHello("message", maxFrameBytes),
  subscriptions: inHello("subscriptions"),
  filterTerms: inHello("filterTerms"),
  credit: inHello("credit"),
  mailboxes: inHello("mailboxes"),
  lifetime: inHello("lifetime", Number.MAX_SAFE_INTEGER),
  skew: inHello("skew", Number.MAX_SAFE_INTEGER),
  connections: beside((connections) => ({ connections })),
  connectionsPerAddress: beside((connectionsPerAddress) => ({ connectionsPerAddress })),
  pendingMessages: beside((pendingMessages) => ({ load: { pendingMessages } })),
  pendingBytes: beside((pendingBytes) => ({ load: { pendingBytes } })),
  storeBytes: beside((maxBytes) => ({ space: { maxBytes } })),
  reserveBytes: beside((reserveBytes) => ({ space: { reserveBytes } })),
};

export const limitNames: readonly string[] = Object.keys(places);

function readLimit(text: string): Partial<RelayConfig> {
  const [, name = "", digits = ""] = /^(\w+)=(\d+)$/.exec(text) ?? [];
  const place = Object.hasOwn(places, name) ? places[name] : undefined;
  if (place === undefined)
    throw new InvalidArgumentError(`a limit is name=number, of ${limitNames.join(", ")}.`);
  const value = Number(digits);
  if (value >= 1 && value <= place.most) return place.put(value);
  throw new InvalidArgumentError(`${name} is a number from 1 to ${place.most}.`);
}

/** All scopes of the relay, as the compiler sees to; a list to import would load the relay for whoever asks for help. */
const scopes: Readonly<Record<QuotaScope, true>> = {
  connection: true,
  address: true,
  peer: true,
  author: true,
  mailbox: true,
};
const quotaScopes = Object.keys(scopes) as readonly QuotaScope[];

function readQuota(text: string): Partial<Record<QuotaScope, Quota | "off">> {
  if (text === "off") return Object.fromEntries(quotaScopes.map((scope) => [scope, "off"]));
  const [, scope, rate = ""] = /^(\w+)=(off|\d+:\d+)$/.exec(text) ?? [];
  const [perSecond = 0, burst = 0] = rate.split(":").map(Number);
  if (quotaScopes.some((one) => one === scope)) {
    if (rate === "off") return { [scope as QuotaScope]: "off" };
    if (perSecond >= 1 && burst >= 1) return { [scope as QuotaScope]: { perSecond, burst } };
  }
  throw new InvalidArgumentError(
    `a quota is off, or scope=persecond:burst or scope=off, of ${quotaScopes.join(", ")}.`,
  );
}

/** Refuses what is no limit when it is said, and hands it on as it is. */
export function checkLimit(text: string): string {
  readLimit(text);
  return text;
}

export function checkQuota(text: string): string {
  readQuota(text);
  return text;
}

/** The configuration that checked limits and quotas amount to; of two for one thing the later counts. */
export function figuresOf(limits: readonly string[], quotas: readonly string[]): Partial<RelayConfig> {
  const parts = limits.map(readLimit);
  return {
    ...Object.assign({}, ...parts),
    limits: Object.assign({}, ...parts.map((part) => part.limits)),
    load: Object.assign({}, ...parts.map((part) => part.load)),
    space: Object.assign({}, ...parts.map((part) => part.space)),
    quotas: Object.assign({}, ...quotas.map(readQuota)),
  };
}
