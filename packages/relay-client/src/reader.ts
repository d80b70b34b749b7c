/** Reads messages, and spares itself the second reading of one that several relays deliver. */
import {
  type Message,
  type Reject,
  type Result,
  readMessage,
  toHex,
  type VerifyEquation,
} from "@intentcast/protocol";
import { sha256 } from "@noble/hashes/sha2.js";

/** Relays deliver one message within seconds of each other: a short memory is enough. */
const mostRemembered = 256;

/** A `readMessage` that remembers the last valid messages by all their bytes: ids do not cover signatures. */
export function rememberingReader(equation: VerifyEquation): (bytes: Uint8Array) => Result<Message, Reject> {
  const remembered = new Map<string, Result<Message, Reject>>();
  return (bytes) => {
    const key = toHex(sha256(bytes));
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const message = readMessage(bytes, equation);
    if (!message.ok) return message;
    if (remembered.size >= mostRemembered) {
      const [oldest = ""] = remembered.keys();
      remembered.delete(oldest);
    }
    remembered.set(key, message);
    return message;
  };
}
