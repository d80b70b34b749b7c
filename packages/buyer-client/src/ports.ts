/** What the parts of a buyer share: its keys and state, its channels to the relays, and the world's time and chance. */
import type { Clock, IntentKeys, Random, VerifyEquation } from "@intentcast/protocol";
import type { Stores } from "@intentcast/relay-client";
import type { Book } from "./book.ts";
import type { Channels } from "./channels.ts";
import type { Chores } from "./chores.ts";
import type { News } from "./news.ts";
import type { Stopwatch } from "./world.ts";

/** What the buyer does that somebody may want to see: an event, and its particulars. No secret is among them. */
export type BuyerLog = (event: string, fields: Readonly<Record<string, string | number>>) => void;

export type Ports = {
  /** The keys of the intent with this index. */
  readonly keys: (index: number) => IntentKeys;
  /** Our own relays. */
  readonly relays: readonly string[];
  readonly book: Book;
  readonly news: News;
  readonly channels: Channels;
  readonly stores: Stores;
  readonly chores: Chores;
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  readonly random: Random;
  readonly equation: VerifyEquation;
  readonly log: BuyerLog;
  /** Sellers whose offers are kept for one intent. */
  readonly mostDeals: number;
};
