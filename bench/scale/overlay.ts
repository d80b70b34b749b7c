/** Who is connected to whom, and how far away they are. */
import { type Dice, share } from "../market/draw.ts";
import type { Settings } from "./settings.ts";

export type Overlay = {
  /** The peers of each relay, in order. */
  readonly peers: readonly (readonly number[])[];
  latencyMs(from: number, to: number): number;
};

/** Every relay dials others that it draws; a ring holds together what chance might leave apart. */
export function drawOverlay({ relays, dials, latency }: Settings, dice: Dice): Overlay {
  const links = Array.from({ length: relays }, () => new Map<number, number>());
  const connect = (a: number, b: number) => {
    if (a === b || links[a]?.has(b)) return;
    const ms = Math.max(latency.leastMs, latency.medianMs * Math.exp(latency.sigma * normal(dice)));
    links[a]?.set(b, ms);
    links[b]?.set(a, ms);
  };
  for (let relay = 0; relay < relays; relay++) connect(relay, (relay + 1) % relays);
  for (let relay = 0; relay < relays; relay++) {
    for (let dial = 1; dial < dials; dial++) connect(relay, dice.below(relays));
  }
  return {
    peers: links.map((link) => [...link.keys()].sort((a, b) => a - b)),
    latencyMs: (from, to) => links[from]?.get(to) as number,
  };
}

/** Of mean 0 and variance 1, by Box and Muller. */
const normal = (dice: Dice): number =>
  Math.sqrt(-2 * Math.log(1 - share(dice))) * Math.cos(2 * Math.PI * share(dice));

/** So many of a list, each equally likely, in the order drawn. */
export function someOf<T>(list: readonly T[], count: number, dice: Dice): T[] {
  const rest = [...list];
  const some: T[] = [];
  while (some.length < count && rest.length > 0) {
    const at = dice.below(rest.length);
    some.push(rest[at] as T);
    rest[at] = rest[rest.length - 1] as T;
    rest.pop();
  }
  return some;
}
