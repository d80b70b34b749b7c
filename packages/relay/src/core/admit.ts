/** Admission: this relay's policy at this moment. Its refusals say nothing about the message itself (spec/08 §verdicts). */
import {
  type Limits,
  type Message,
  ok,
  type Reject,
  type Result,
  reject,
  type UnixSeconds,
} from "@intentcast/protocol";

declare const mark: unique symbol;

/** A message that this relay takes. Only {@link admit} makes one. */
export type Admitted = { readonly message: Message; readonly [mark]: "admitted" };

/** When a message was issued and when it expires, whatever its envelope. */
export const timesOf = (message: Message): { issued: UnixSeconds; expires: UnixSeconds } =>
  message.kind === "sealed" ? message : message.body;

/** Codes: `message-too-large`, `expired`, `not-yet-valid`, `lifetime-too-long`. */
export function admit(
  message: Message,
  now: UnixSeconds,
  limits: Pick<Limits, "message" | "lifetime" | "skew">,
): Result<Admitted, Reject> {
  const { issued, expires } = timesOf(message);
  if (message.bytes.length > limits.message) {
    return reject("message-too-large", `${message.bytes.length} bytes, at most ${limits.message}`);
  }
  if (expires <= now) return reject("expired", `at ${expires}, now ${now}`);
  if (issued > now + limits.skew) return reject("not-yet-valid", `issued ${issued}, now ${now}`);
  if (expires - issued > limits.lifetime) {
    return reject("lifetime-too-long", `${expires - issued} seconds, at most ${limits.lifetime}`);
  }
  return ok({ message } as Admitted);
}
