/** How a relay is doing when several connections to it are open: one answer for each relay. */
import type { RelayStatus, SessionState, Silence } from "@intentcast/relay-client";

/** From the best to the worst: a relay that one connection reaches can be reached. */
const states: readonly SessionState[] = ["open", "connecting", "waiting", "closed"];

/** One status a relay: of its best connection, with the latest error of all and what they have counted together. */
export function mergeStatuses(statuses: readonly RelayStatus[]): readonly RelayStatus[] {
  const byRelay = Map.groupBy(statuses, ({ address }) => address);
  return [...byRelay.values()].map((group) => group.reduce(mergeTwo));
}

function mergeTwo(a: RelayStatus, b: RelayStatus): RelayStatus {
  const best = states.indexOf(b.state) < states.indexOf(a.state) ? b : a;
  const errors = [a.lastError, b.lastError].filter((error) => error !== undefined);
  const lastError = errors.sort((one, other) => other.at - one.at)[0];
  const counts = {
    connections: a.counts.connections + b.counts.connections,
    received: a.counts.received + b.counts.received,
    refused: a.counts.refused + b.counts.refused,
    unmatched: a.counts.unmatched + b.counts.unmatched,
    accepted: a.counts.accepted + b.counts.accepted,
    pending: a.counts.pending + b.counts.pending,
  };
  const silence = addSilences(a.silence, b.silence);
  return { ...best, counts, ...(lastError && { lastError }), ...(silence && { silence }) };
}

function addSilences(a: Silence | undefined, b: Silence | undefined): Silence | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    missed: a.missed + b.missed,
    lacked: a.lacked + b.lacked,
    withheld: a.withheld + b.withheld,
  };
}
