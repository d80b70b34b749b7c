/** What a request meets before anything is read of it: the part of admission that costs next to nothing. */
import { type Clock, ok, type Result, reject } from "@intentcast/protocol";
import type { Origin, Quotas } from "../core/quotas.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Load } from "./load.ts";
import type { Room } from "./room.ts";

export type Entrance = {
  /** Codes: `read-only`, `store-full`, `overloaded`, `rate-limited`. */
  readonly publish: (from: Origin, bytes: number) => Result<undefined, Refusal>;
  /** Code: `rate-limited`. */
  readonly authenticate: (from: Origin) => Result<undefined, Refusal>;
};

/** Bytes that an authentication is charged for. */
const proofBytes = 128;

export function createEntrance(
  quotas: Quotas,
  load: Load,
  room: Room,
  { clock, readOnly }: { readonly clock: Clock; readonly readOnly: boolean },
): Entrance {
  function opens(): Result<undefined, Refusal> {
    if (readOnly) return reject("read-only");
    if (room.isFull()) return reject("store-full");
    if (load.isOver()) return reject("overloaded");
    return ok(undefined);
  }

  return {
    publish: (from, bytes) => {
      const open = opens();
      return open.ok ? quotas.request(from, bytes, clock()) : open;
    },
    authenticate: (from) => quotas.request(from, proofBytes, clock()),
  };
}
