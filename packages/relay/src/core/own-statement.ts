/** What a relay has to say of itself in its record. */
import { hour, type UnixSeconds } from "@intentcast/protocol";
import { reachesAsFar, reachOf } from "./reach.ts";
import { maxAddresses, type Statement } from "./relay-record.ts";
import { allTopics, type Topic } from "./topic.ts";

const life = 6 * hour;

/**
 * Of its addresses those that reach farthest: who is told of others could not use them, and need not know them. Undefined
 * where there is no address, and so nothing to be told.
 */
export function ownStatement(about: {
  readonly network: string;
  readonly topics: readonly Topic[];
  readonly addresses: readonly string[];
  readonly now: UnixSeconds;
}): Statement | undefined {
  const { network, topics, now } = about;
  const addresses = about.addresses
    .filter((one) => about.addresses.every((other) => reachesAsFar(reachOf(one), reachOf(other))))
    .slice(0, maxAddresses);
  if (addresses.length === 0) return undefined;
  const carries = topics.length === allTopics.length ? {} : { carries: [...topics] };
  return { network, addresses, ...carries, issued: now, expires: now + life };
}
