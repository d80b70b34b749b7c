/** How long the kit waits for a relay: each single answer has its time, whatever it has to do in between. */
import { setTimeout as after } from "node:timers/promises";
import { Breach } from "./finding.ts";

export class Patience {
  readonly seconds: number;
  readonly #interrupted: AbortSignal;

  /** `seconds` for each thing that is awaited; `interrupted` ends every waiting. */
  constructor(seconds: number, interrupted: AbortSignal) {
    this.seconds = seconds;
    this.#interrupted = interrupted;
  }

  /** The promise's value; a Breach where it does not come in time. */
  async within<T>(promise: Promise<T>, expected: string, sofar: () => string = () => ""): Promise<T> {
    const timer = new AbortController();
    const signal = AbortSignal.any([timer.signal, this.#interrupted]);
    const late = after(this.seconds * 1000, undefined, { signal }).then(() => {
      throw new Breach(expected, `nothing within ${this.seconds} s${sofar()}`);
    });
    // It loses the race where the promise is in time.
    late.catch(() => {});
    try {
      return await Promise.race([promise, late]);
    } finally {
      timer.abort();
    }
  }

  /** Lets time pass. */
  async pause(ms: number): Promise<void> {
    await after(ms, undefined, { signal: this.#interrupted });
  }
}
