/** Shows a value of the wire profile in CBOR's diagnostic notation (RFC 8949 §8), in ASCII, keys as they are encoded. */
import { toHex } from "@intentcast/protocol";

/** `special` writes what is no value of the profile; undefined where it has nothing to say. */
export function diagnostic(value: unknown, special?: (value: object) => string | undefined): string {
  const more = typeof value === "object" && value !== null ? special?.(value) : undefined;
  if (more !== undefined) return more;
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`;
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map((item) => diagnostic(item, special)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${quoted(key)}: ${diagnostic(item, special)}`).join(", ")}}`;
}

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
