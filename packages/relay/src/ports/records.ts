/** Where a relay writes down the records of relays that it has met, so that a restart need not be told of them again. */
import type { Told } from "../core/directory.ts";

export type { Told } from "../core/directory.ts";

export interface Records {
  /** Records as they were saved; whether they are still good is for the reader to see. */
  load(): readonly Told[];
  /** Takes the place of what was saved before. It does not throw: what is not written down is told again. */
  save(records: readonly Told[]): void;
}
