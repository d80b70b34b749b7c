/** Moments and spans as people read them. */

/** "2026-11-23 14:05:09Z". */
export const formatTime = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace("T", " ").replace(".000Z", "Z");

const units = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
];

/** The two largest units of a span: "2 h 5 min". */
export function formatSpan(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(seconds));
  for (const unit of units) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(`${count} ${unit.name}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

const spanForm = /^(\d+)\s*(s|min|m|h|d)$/;
const spanSeconds = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 } as const;

/** Seconds of "90s", "15min", "2h" or "3d"; undefined where the text is none of these. */
export function parseSpan(text: string): number | undefined {
  const match = spanForm.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * spanSeconds[match[2] as keyof typeof spanSeconds];
}
