/** A token bucket for each of many: what somebody may do in a time, with a reserve for a burst. */
import type { UnixSeconds } from "@intentcast/protocol";

/** So many messages a second in the long run, and `burst` of them at once. */
export type Quota = { readonly perSecond: number; readonly burst: number };

/** Bytes that go with each message of a quota: those that come in small messages lose nothing by it. */
const bytesPerMessage = 16 * 1024;

/** What is left, and when that was so. Bytes may be overdrawn by one message, so that none is too large for ever. */
type Bucket = { messages: number; bytes: number; at: UnixSeconds };

/** Seconds until a bucket that went empty has filled enough for one message. */
const secondsUntil = (missing: number, perSecond: number): number =>
  Math.max(1, Math.ceil(missing / perSecond));

/** Holds at most `capacity` buckets; whoever was not seen for longest is forgotten, and has a full one again. */
export class Buckets {
  readonly #quota: Quota;
  readonly #capacity: number;
  /** In the order of last use: a Map keeps the order in which keys were added. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(quota: Quota, capacity: number) {
    this.#quota = quota;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a message out of somebody's bucket. 0 when it was there, else the seconds after which to try again. */
  take(whose: string, bytes: number, now: UnixSeconds): number {
    const bucket = this.#fill(whose, now);
    const { perSecond } = this.#quota;
    if (bucket.messages < 1) return secondsUntil(1 - bucket.messages, perSecond);
    if (bucket.bytes < 0) return secondsUntil(-bucket.bytes, perSecond * bytesPerMessage);
    bucket.messages -= 1;
    bucket.bytes -= bytes;
    return 0;
  }

  /** Puts back what was taken for a message that turned out to cost nothing. */
  giveBack(whose: string, bytes: number): void {
    const bucket = this.#buckets.get(whose);
    if (bucket === undefined) return;
    bucket.messages += 1;
    bucket.bytes += bytes;
  }

  #fill(whose: string, now: UnixSeconds): Bucket {
    const { perSecond, burst } = this.#quota;
    const known = this.#buckets.get(whose);
    const bucket = known ?? { messages: burst, bytes: burst * bytesPerMessage, at: now };
    // A clock that was set back gives nothing, and counts on from where it stands.
    const gained = Math.max(0, now - bucket.at) * perSecond;
    bucket.messages = Math.min(burst, bucket.messages + gained);
    bucket.bytes = Math.min(burst * bytesPerMessage, bucket.bytes + gained * bytesPerMessage);
    bucket.at = now;
    this.#buckets.delete(whose);
    this.#buckets.set(whose, bucket);
    if (known === undefined && this.#buckets.size > this.#capacity) this.#forgetOldest();
    return bucket;
  }

  #forgetOldest(): void {
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }
}
