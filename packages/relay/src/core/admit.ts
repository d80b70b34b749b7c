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
import type { Carriage } from "./carriage.ts";
import type { Topic } from "./topic.ts";

declare const mark: unique symbol;

/** A message that this relay takes, and the topics that it belongs to. Only {@link admit} makes one. */
export type Admitted = {
  readonly message: Message;
  readonly topics: readonly Topic[];
  readonly [mark]: "admitted";
};

/** When a message was issued and when it expires, whatever its envelope. */
export function timesOf(message: Message): { issued: UnixSeconds; expires: UnixSeconds } {
  const { issued, expires } = message.kind === "sealed" ? message : message.body;
  return { issued, expires };
}

/** Codes: `message-too-large`, `expired`, `not-yet-valid`, `lifetime-too-long`, `not-carried`. */
export function admit(
  message: Message,
  now: UnixSeconds,
  limits: Pick<Limits, "message" | "lifetime" | "skew">,
  carriage: Pick<Carriage, "topicsOf" | "carries">,
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
  const topics = carriage.topicsOf(message);
  if (!carriage.carries(topics)) return reject("not-carried", topics.join(" "));
  return ok({ message, topics } as Admitted);
}
