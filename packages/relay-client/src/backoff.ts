/** How long to wait before dialling a relay again: exponential, capped, with full jitter. */
import type { Random } from "@intentcast/protocol";

const firstMs = 500;
const mostMs = 60_000;

/** A number from 0 up to 1. */
const fraction = (random: Random): number => {
  const [a = 0, b = 0, c = 0] = random(3);
  return ((a << 16) | (b << 8) | c) / 2 ** 24;
};

/**
 * Milliseconds before the next attempt after `failures` in a row. Anything from 0 to the bound is as likely:
 * many clients that lost one relay together must not come back together.
 */
export function backoffMs(failures: number, random: Random): number {
  const boundMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20));
  return Math.floor(fraction(random) * boundMs);
}
