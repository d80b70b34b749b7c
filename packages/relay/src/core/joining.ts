/** The relays that the operator wants to be connected to: when each is dialled next. */
import type { Random } from "@intentcast/protocol";

const firstDelayMs = 1000;
const longestDelayMs = 60_000;

/** An address that is to be kept connected, and the name of who answered there last. */
export type Wanted = { readonly address: string; readonly id: string | undefined };

type State = { address: string; id: string | undefined; delayMs: number; dueMs: number; dialling: boolean };

/** Each failure doubles the time until the next try, up to a minute, and chance spreads it, so that a herd does not gather. */
export class Joining {
  readonly #states: State[];
  readonly #random: Random;

  constructor(addresses: readonly string[], random: Random) {
    this.#states = [...new Set(addresses)].map((address) => ({
      address,
      id: undefined,
      delayMs: firstDelayMs,
      dueMs: Number.NEGATIVE_INFINITY,
      dialling: false,
    }));
    this.#random = random;
  }

  get wanted(): readonly Wanted[] {
    return this.#states.map(({ address, id }) => ({ address, id }));
  }

  /** Addresses to dial now, given who is connected; each is dialled until its outcome is told. */
  due(connected: (id: string) => boolean, nowMs: number): string[] {
    const due = this.#states.filter(
      ({ id, dialling, dueMs }) => !dialling && dueMs <= nowMs && !(id !== undefined && connected(id)),
    );
    for (const state of due) state.dialling = true;
    return due.map(({ address }) => address);
  }

  reached(address: string, id: string): void {
    const state = this.#find(address);
    if (state === undefined) return;
    Object.assign(state, { id, dialling: false, delayMs: firstDelayMs });
  }

  failed(address: string, nowMs: number): void {
    const state = this.#find(address);
    if (state === undefined) return;
    const [chance = 0] = this.#random(1);
    state.dialling = false;
    state.dueMs = nowMs + state.delayMs * (0.5 + chance / 255);
    state.delayMs = Math.min(longestDelayMs, 2 * state.delayMs);
  }

  #find(address: string): State | undefined {
    return this.#states.find((state) => state.address === address);
  }
}
