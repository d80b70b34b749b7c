/** Values of messages as JSON: byte strings in hex, all else as it stands. */
import { toHex } from "@intentcast/protocol";

export function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
  }
  return value;
}
