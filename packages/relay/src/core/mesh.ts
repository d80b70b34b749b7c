/** A relay among relays, without input or output: what happens goes in, what is to be done comes out. */
import type { UnixSeconds } from "@intentcast/protocol";
import { type Gathered, Gatherer } from "./gather.ts";
import { type Denial, type Judged, PeerBook } from "./peer-book.ts";
import type { Topic } from "./topic.ts";
import type { Verdict } from "./verdict.ts";

/** The same moment on two clocks: one that nobody sets, in milliseconds, and the world's. */
export type Moment = { readonly ms: number; readonly time: UnixSeconds };

export type MeshInput =
  /** A client's message has been stored: others are to have it. */
  | { readonly type: "stored"; readonly topics: readonly Topic[]; readonly bytes: Uint8Array }
  /** The moment of a `wake` has come. */
  | { readonly type: "woken" }
  /** The relay leaves: what waits is sent now. */
  | { readonly type: "leaving" }
  /** A frame that a peer brought was judged. */
  | { readonly type: "judged"; readonly peer: string; readonly verdict: Verdict }
  /** A peer broke the rules of a conversation in another way. */
  | { readonly type: "blamed"; readonly peer: string; readonly points: number; readonly why: string }
  | { readonly type: "scored"; readonly peer: string; readonly score: number };

export type MeshEffect =
  | ({ readonly type: "publish" } & Gathered)
  /** Hand in `woken` then, on the clock of milliseconds; it takes the place of an earlier one. */
  | { readonly type: "wake"; readonly atMs: number }
  /** Hang up on the peer, and write down all denials. */
  | { readonly type: "deny"; readonly denial: Denial };

export class Mesh {
  readonly #gatherer = new Gatherer();
  readonly #book: PeerBook;
  #wakeMs = Number.POSITIVE_INFINITY;

  constructor(denials: readonly Denial[] = []) {
    this.#book = new PeerBook(denials);
  }

  handle(input: MeshInput, now: Moment): MeshEffect[] {
    switch (input.type) {
      case "stored":
        return this.#publish(input.topics.flatMap((topic) => this.#gatherer.add(topic, input.bytes, now.ms)));
      case "woken":
        this.#wakeMs = Number.POSITIVE_INFINITY;
        return this.#publish(this.#gatherer.due(now.ms));
      case "leaving":
        return this.#publish(this.#gatherer.due(Number.POSITIVE_INFINITY));
      case "judged":
        return denying(this.#book.judged(input.peer, input.verdict, now.time));
      case "blamed":
        return denying(this.#book.blame(input.peer, input.points, input.why, now.time));
      case "scored":
        return denying(this.#book.scored(input.peer, input.score, now.time));
    }
  }

  isDenied(peer: string, now: UnixSeconds): boolean {
    return this.#book.isDenied(peer, now);
  }

  judgedOf(peer: string): Judged {
    return this.#book.judgedOf(peer);
  }

  denials(now: UnixSeconds): readonly Denial[] {
    return this.#book.denials(now);
  }

  #publish(gathered: readonly Gathered[]): MeshEffect[] {
    const frames = gathered.map((one): MeshEffect => ({ type: "publish", ...one }));
    const { dueMs } = this.#gatherer;
    if (dueMs === undefined || dueMs >= this.#wakeMs) return frames;
    this.#wakeMs = dueMs;
    return [...frames, { type: "wake", atMs: dueMs }];
  }
}

const denying = (denial: Denial | undefined): MeshEffect[] =>
  denial === undefined ? [] : [{ type: "deny", denial }];
