/** What an intent allows to be asked of it at one moment (spec/06-deal §price). */
import type { Price } from "../message/intent.ts";
import type { UnixSeconds } from "../time.ts";

type Point = { readonly at: UnixSeconds; readonly price: number };

/** The line between two points, rounded towards less; BigInt, because the product may pass 2^53. */
function between(from: Point, to: Point, at: UnixSeconds): number {
  const rise = BigInt(to.price - from.price) * BigInt(at - from.at);
  const run = BigInt(to.at - from.at);
  const floor = rise / run - (rise % run < 0n ? 1n : 0n);
  return from.price + Number(floor);
}

/**
 * The greatest total, in minor units, that `price` allows at the moment `at`: its maximum, its firm price, or the point
 * of its curve. A curve is level before its first point and after its last, and straight between two.
 */
export function priceLimit(price: Price, at: UnixSeconds): number {
  const fixed = price.max ?? price.firm;
  if (fixed !== undefined) return fixed;
  const curve = price.curve ?? [];
  const next = curve.findIndex((point) => point.at > at);
  if (next === -1) return curve.at(-1)?.price ?? 0;
  const to = curve[next] as Point;
  const from = curve[next - 1];
  return from === undefined ? to.price : between(from, to, at);
}
