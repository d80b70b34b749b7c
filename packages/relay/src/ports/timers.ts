/** Doing things later. */

export interface Timers {
  /** Milliseconds since some moment, by a clock that nobody sets. */
  now(): number;
  /** Calls again and again until the returned function is called. */
  every(periodMs: number, action: () => void): () => void;
  /** Calls once, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
  /** Resolves when input and output that were waiting have had their turn. */
  turn(): Promise<void>;
}
