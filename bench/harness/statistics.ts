/** The middle of several runs, and the tail of many latencies. */

const ascending = (values: ArrayLike<number>): number[] => Array.from(values).sort((a, b) => a - b);

/** The value below which a share of the values lies (nearest rank), such as 0.99. */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}
