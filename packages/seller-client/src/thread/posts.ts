/** What a seller has said in sealed messages: which relays' stores have it, and what none has taken yet. */
import { type Private, toHex, type UnixSeconds } from "@intentcast/protocol";
import type { Holder } from "@intentcast/relay-client";
import type { Post } from "./entry.ts";

export type Posted = {
  /** The key of its thread. */
  readonly thread: string;
  readonly message: Private;
  readonly post: Post;
  /** Whether any relay has stored it. */
  readonly isSent: boolean;
  /** The stores that have taken it. */
  readonly holders: readonly Holder[];
};

const firstSweepAt = 1024;

export class Posts {
  /** By the id of the envelope in hex. */
  readonly #posts = new Map<string, Posted>();
  #sweepAt = firstSweepAt;

  /** All whose envelopes have not expired, and perhaps some that have. */
  all(): readonly Posted[] {
    return [...this.#posts.values()];
  }

  add(posted: Pick<Posted, "thread" | "message" | "post">, now: UnixSeconds): void {
    if (this.#posts.size >= this.#sweepAt) this.#sweep(now);
    this.#posts.set(toHex(posted.post.sealed.id), { ...posted, isSent: false, holders: [] });
  }

  stored(id: Uint8Array, holder: Holder | undefined): void {
    const posted = this.#posts.get(toHex(id));
    if (posted === undefined) return;
    const holders = holder === undefined ? posted.holders : [...posted.holders, holder];
    this.#posts.set(toHex(id), { ...posted, isSent: true, holders });
  }

  /** Sweeping at double the size that the last sweep left costs every post a constant share. */
  #sweep(now: UnixSeconds): void {
    for (const [id, { post }] of this.#posts) if (post.sealed.expires <= now) this.#posts.delete(id);
    this.#sweepAt = Math.max(firstSweepAt, 2 * this.#posts.size);
  }
}
