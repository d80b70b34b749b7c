/** Where a relay writes down whom it does not speak to, so that a restart does not set them free. */
import type { Denial } from "../core/peer-book.ts";

export type { Denial } from "../core/peer-book.ts";

export interface Denials {
  load(): readonly Denial[];
  /** Takes the place of what was saved before. It does not throw: a denial that is not written down still holds. */
  save(denials: readonly Denial[]): void;
}
