/** What a rule is tried with: connections, keys that nobody used before, the relay's own time, and how to restart it. */
import { randomBytes } from "node:crypto";
import { type Hello, type Limits, minute, type Seconds, type UnixSeconds } from "@intentcast/protocol";
import { Caller, type RefusedForNow } from "./caller.ts";
import { NotExercised } from "./finding.ts";
import type { Patience } from "./patience.ts";

/** What the kit was told of the relay, beside its address. */
export type Circumstances = {
  readonly url: string;
  readonly patience: Patience;
  /** Kills the relay as a loss of power would, starts it again, and resolves when that is under way. */
  readonly restart?: () => Promise<void>;
  /** Asks the relay to shut down in an orderly way. */
  readonly stop?: () => Promise<void>;
  /** The folder of the vectors. */
  readonly vectors?: string;
  /** All refusals of the run that said nothing about what was asked. */
  readonly refusedForNow: RefusedForNow[];
};

/** How long messages of the kit's live, where the relay takes ones that live so long. */
const lifetime: Seconds = 10 * minute;

/** How often, and how many times, the kit tries to reach a relay that was restarted. */
const redialMs = 100;
const redials = 600;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Trial implements AsyncDisposable {
  readonly circumstances: Circumstances;
  readonly #callers: Caller[] = [];
  #clock: { readonly time: UnixSeconds; readonly atMs: number } | undefined;
  #limits: Limits | undefined;

  constructor(circumstances: Circumstances) {
    this.circumstances = circumstances;
  }

  /** A new connection, which ends with the trial. */
  async connect(): Promise<Caller> {
    const { url, patience, refusedForNow } = this.circumstances;
    const caller = await Caller.open(url, patience, (refusal) => refusedForNow.push(refusal));
    this.#callers.push(caller);
    this.#meet(caller.hello);
    return caller;
  }

  /** As many new connections. */
  async connectTimes(count: number): Promise<readonly Caller[]> {
    return Promise.all(Array.from({ length: count }, () => this.connect()));
  }

  #meet({ time, limits }: Hello): void {
    this.#clock = { time, atMs: performance.now() };
    this.#limits = limits;
  }

  /** The relay's limits. Connect before. */
  get limits(): Limits {
    return this.#limits as Limits;
  }

  /** The relay's time, or a second or two before it; never after it. Connect before. */
  now(): UnixSeconds {
    const { time, atMs } = this.#clock as { time: UnixSeconds; atMs: number };
    return time + Math.floor((performance.now() - atMs) / 1000);
  }

  /** Seconds that a message lives unless told. */
  get lifetime(): Seconds {
    return Math.min(lifetime, this.limits.lifetime);
  }

  random(length: number): Uint8Array {
    return new Uint8Array(randomBytes(length));
  }

  /** Credit for all that a rule can send, as far as the relay grants so much. */
  get plenty(): number {
    return Math.min(1000, this.limits.credit);
  }

  pause(ms: number): Promise<void> {
    return this.circumstances.patience.pause(ms);
  }

  /** Says at once that a rule is not exercised where the kit cannot restart the relay. */
  needsRestart(): void {
    if (this.circumstances.restart === undefined)
      throw new NotExercised("the kit was not told how to restart the relay");
  }

  /** Kills the relay, has it started again, and connects. */
  async restart(): Promise<Caller> {
    const before = [...this.#callers];
    await this.circumstances.restart?.().catch((error: unknown) => {
      throw new NotExercised(`the relay could not be restarted: ${messageOf(error)}`);
    });
    await Promise.all(before.map((caller) => caller.inbox.gone())).catch(() => {
      throw new NotExercised("the relay was not killed: connections from before the restart are still open");
    });
    return this.#redial();
  }

  /** The first connection that the restarted relay takes. */
  async #redial(): Promise<Caller> {
    for (let left = redials; ; left -= 1) {
      try {
        return await this.connect();
      } catch (error) {
        if (left === 0) throw error;
        await this.pause(redialMs);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller[Symbol.asyncDispose]()));
  }
}
