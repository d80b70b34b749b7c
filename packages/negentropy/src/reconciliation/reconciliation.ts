/**
 * A reconciliation between two equals, without I/O: frames in, effects out. Whoever receives a list of ids knows both
 * differences of that range and tells the other, so that in the end each side knows what the other lacks.
 */
import { portableSha256, type Sha256 } from "../fingerprint.ts";
import type { ItemSet, Snapshot } from "../item-set.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import { leastFrameLimit, mostCompared, Reply, type TurnOptions } from "../reply.ts";
import { openingMessage } from "../turn.ts";
import { version } from "../wire/form.ts";
import { checkVersion } from "../wire/version.ts";
import { Backlog } from "./backlog.ts";
import { decodeFrame, encodeFindings, encodeStop, type Findings } from "./frame.ts";

/** What the owner of a reconciliation has to do, in order. */
export type Effect =
  /** Send a frame to the other side. */
  | { readonly type: "send"; readonly frame: Uint8Array }
  /** The other side lacks these. It may have said so itself: nothing proves that they exist here. */
  | { readonly type: "have"; readonly ids: readonly Uint8Array[] }
  /** The other side says that it has these, which this one lacks. */
  | { readonly type: "need"; readonly ids: readonly Uint8Array[] }
  /** The turn is not over: call {@link Reconciliation.proceed} when others have had their time. See `workAtOnce`. */
  | { readonly type: "more" }
  /** All has been compared, and both sides know it. Nothing follows. */
  | { readonly type: "done" }
  /** The reconciliation is over before all was compared; what was found until now stands. Nothing follows. */
  | ({ readonly type: "failed" } & Refusal);

export type ReconcileOptions = {
  /** Whether this side speaks first. Exactly one of the two does. */
  readonly isInitiator: boolean;
  /** SHA-256; a portable one unless given. */
  readonly sha256?: Sha256;
  /** The most bytes of a frame in either direction, from 4096; 1 MiB unless given. */
  readonly frameLimit?: number;
  /** The most frames that are taken from the other side; 256 unless given. */
  readonly mostFrames?: number;
  /**
   * After how much work, in units of about a microsecond, a call returns and says `more`; never unless given. A frame of
   * 1 MiB may hold 50,000 fingerprints to compare: where others wait for the same thread, give some thousands.
   */
  readonly workAtOnce?: number;
  /** Asked for each frame that comes, with its length: whether the other side may go on. It fails if not. */
  readonly mayReceive?: (bytes: number) => boolean;
};

/** How far a reconciliation has got. */
export type Progress = {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Ids found until now that the other side lacks. */
  readonly have: number;
  /** Ids found until now that this side lacks. */
  readonly need: number;
  readonly isOver: boolean;
};

export interface Reconciliation {
  readonly progress: Progress;
  /** The initiator's first effects; the responder has none. Called once, before anything else. */
  start(): readonly Effect[];
  /** One whole frame from the other side. Never throws, whatever the bytes. */
  receive(frame: Uint8Array): readonly Effect[];
  /** Goes on after `more`. */
  proceed(): readonly Effect[];
  /** Ends it early, because of a deadline, say, and tells the other side. Without effects when it is over already. */
  stop(): readonly Effect[];
}

const mebibyte = 2 ** 20;

/**
 * Begins to reconcile a set as it is now; what is added or removed meanwhile is left to the next time.
 *
 * @example
 * const reconciliation = reconcile(set, { isInitiator: true });
 * for (const effect of reconciliation.start()) act(effect);
 * stream.onFrame((frame) => reconciliation.receive(frame).forEach(act));
 */
export function reconcile(set: ItemSet | Snapshot, options: ReconcileOptions): Reconciliation {
  return new TwoSidedReconciliation("snapshot" in set ? set.snapshot() : set, options);
}

class TwoSidedReconciliation implements Reconciliation {
  readonly #items: Snapshot;
  readonly #isInitiator: boolean;
  readonly #mostFrames: number;
  readonly #workAtOnce: number;
  readonly #mayReceive: (bytes: number) => boolean;
  readonly #turnOptions: TurnOptions;
  /** Whose frames are awaited: the other side has the word, or this one. */
  #isOurTurn: boolean;
  readonly #backlog: Backlog;
  /** What this side says in its turn. */
  #reply: Reply | undefined;
  readonly #progress = {
    framesIn: 0,
    framesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    have: 0,
    need: 0,
    isOver: false,
  };

  constructor(items: Snapshot, options: ReconcileOptions) {
    const { isInitiator, sha256 = portableSha256, frameLimit = mebibyte } = options;
    if (!(frameLimit >= leastFrameLimit)) {
      throw new RangeError(`a frame limit is at least ${leastFrameLimit}`);
    }
    this.#items = items;
    this.#isInitiator = isInitiator;
    this.#isOurTurn = isInitiator;
    this.#mostFrames = options.mostFrames ?? 256;
    this.#workAtOnce = options.workAtOnce ?? Number.POSITIVE_INFINITY;
    this.#mayReceive = options.mayReceive ?? (() => true);
    this.#turnOptions = { sha256, frameLimit, idLists: "learn", mostListed: mostCompared };
    this.#backlog = new Backlog(items, mostCompared);
  }

  get progress(): Progress {
    return { ...this.#progress };
  }

  start(): readonly Effect[] {
    if (!this.#isInitiator) return [];
    this.#isOurTurn = false;
    return [this.#send(openingMessage(this.#items, this.#turnOptions))];
  }

  receive(bytes: Uint8Array): readonly Effect[] {
    const progress = this.#progress;
    if (progress.isOver) return [];
    progress.framesIn++;
    progress.bytesIn += bytes.length;
    if (bytes.length > this.#turnOptions.frameLimit) return this.#fail("frame-too-large");
    if (progress.framesIn > this.#mostFrames) return this.#fail("too-many-frames");
    if (!this.#mayReceive(bytes.length)) return this.#fail("rate-limited");
    const frame = decodeFrame(bytes);
    if (!frame.ok) return this.#fail(frame.error.code, frame.error.detail);
    if (frame.value.kind === "stop") return this.#end({ type: "failed", ...stopped(frame.value.code) });
    if (this.#isOurTurn) return this.#fail("frame-out-of-turn");
    return frame.value.kind === "message"
      ? this.#answer(frame.value.message)
      : // Seen from the other side, what is lacking and what is there change places.
        this.#found({ have: frame.value.need, need: frame.value.have });
  }

  proceed(): readonly Effect[] {
    const reply = this.#reply;
    if (reply === undefined) return [];
    const advanced = this.#backlog.advance(reply, this.#workAtOnce);
    if (!advanced.ok) return this.#fail(advanced.error.code, advanced.error.detail);
    if (advanced.value === "interrupted") return [{ type: "more" }];
    if (advanced.value === "full") reply.promiseMore();
    this.#reply = undefined;
    this.#isOurTurn = false;
    const { isEmpty, message, ...findings } = reply.finish();
    return [
      ...this.#found(findings),
      ...encodeFindings(findings, this.#turnOptions.frameLimit).map((frame) => this.#send(frame)),
      this.#send(message),
      ...(isEmpty && !this.#backlog.isMorePromised ? this.#end({ type: "done" }) : []),
    ];
  }

  stop(): readonly Effect[] {
    return this.#progress.isOver ? [] : this.#fail("stopped", "by this side");
  }

  #answer(message: Uint8Array): readonly Effect[] {
    const checked = checkVersion(message);
    if (!checked.ok && checked.error.code === "version-unsupported" && !this.#isInitiator) {
      return [this.#send(Uint8Array.of(version))];
    }
    if (!checked.ok) return this.#fail(checked.error.code, checked.error.detail);
    // The other side has nothing more to say, and this one keeps nothing of what was said before.
    if (message.length === 1 && this.#backlog.isEmpty) return this.#end({ type: "done" });
    const added = message.length === 1 ? undefined : this.#backlog.add(message);
    if (added?.ok === false) return this.#fail(added.error.code);
    this.#isOurTurn = true;
    this.#reply = new Reply(this.#items, this.#turnOptions);
    return this.proceed();
  }

  #found({ have, need }: Findings): Effect[] {
    this.#progress.have += have.length;
    this.#progress.need += need.length;
    return [
      ...(have.length > 0 ? [{ type: "have", ids: have } as const] : []),
      ...(need.length > 0 ? [{ type: "need", ids: need } as const] : []),
    ];
  }

  #send(frame: Uint8Array): Effect {
    this.#progress.framesOut++;
    this.#progress.bytesOut += frame.length;
    return { type: "send", frame };
  }

  #fail(code: RefusalCode, detail = ""): readonly Effect[] {
    return [this.#send(encodeStop(code)), ...this.#end({ type: "failed", code, detail })];
  }

  #end(effect: Effect): readonly Effect[] {
    this.#progress.isOver = true;
    this.#reply = undefined;
    return [effect];
  }
}

/** The other side's reason, which is for people. */
const stopped = (code: string): Refusal => ({ code: "stopped", detail: `by the other side: ${code}` });
