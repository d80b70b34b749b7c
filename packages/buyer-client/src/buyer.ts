/** A buyer: casts intents, and keeps in the journal all that comes of them. */
import type { Journal } from "@intentcast/journal";
import {
  type Clock,
  day,
  hour,
  portableEquation,
  type Random,
  toHex,
  type UnixSeconds,
  unwrap,
  type VerifyEquation,
  writeMessage,
} from "@intentcast/protocol";
import {
  connectRelays,
  type Introduction,
  type OpenSocket,
  type RelayStatus,
  Stores,
  type Timers,
  withheldReporter,
} from "@intentcast/relay-client";
import { Book } from "./book.ts";
import { type Cast, openCast } from "./cast.ts";
import { Channels } from "./channels.ts";
import { Chores } from "./chores.ts";
import { Desk } from "./desk.ts";
import type { Draft } from "./draft.ts";
import { factKeys } from "./fact.ts";
import { keyRing } from "./key-ring.ts";
import { News } from "./news.ts";
import { firstIndexAt } from "./numbering.ts";
import type { BuyerLog } from "./ports.ts";
import { type Stopwatch, systemClock, systemRandom, systemStopwatch, systemTimers } from "./world.ts";

export type BuyerOptions = {
  /** The root seed, 32 bytes: all keys of all intents come from it. */
  readonly seed: Uint8Array;
  /** Addresses of relays, ws:// or wss://: where intents go and answers are awaited. At most 8 are told to sellers. */
  readonly relays: readonly string[];
  /** Where the buyer's state lives. Several processes may share one; the buyer does not close it. */
  readonly journal: Journal;
  readonly clock?: Clock;
  readonly stopwatch?: Stopwatch;
  readonly random?: Random;
  /** Checks signatures; by default in portable arithmetic. */
  readonly equation?: VerifyEquation;
  /** Opens connections; by default with the platform's WebSocket. */
  readonly socket?: OpenSocket;
  readonly timers?: Timers;
  readonly log?: BuyerLog;
  /**
   * Each thread has connections of its own, so that no relay can tell that two intents are one buyer's. At most so many
   * threads are connected at a time, 16 by default; of more, the quiet ones read their mailboxes in turns.
   */
  readonly mostChannels?: number;
  /**
   * For one intent the offers of so many sellers are kept, 10,000 by default. An identity costs nothing: without an end,
   * somebody with many of them could fill the journal.
   */
  readonly mostDeals?: number;
};

export interface Buyer extends AsyncDisposable {
  /**
   * Signs an intent with keys made for it alone, writes it down, and publishes it. An intent that does not say when
   * it expires lives for a day, or until an hour after the time by which something is due. Throws an IntentcastError:
   * of stage validate for a draft that is no intent; with a relay's code if every relay refuses; `no-relay`.
   */
  cast(draft: Draft): Promise<Cast>;
  /** All intents that were ever cast with this journal, in order. */
  casts(): readonly Cast[];
  /** Takes notice of what other processes have done with the journal. */
  refresh(): Promise<void>;
  /** How the relays are doing, over all connections to each of them. */
  relays(): readonly RelayStatus[];
}

const defaultMostChannels = 16;
const defaultMostDeals = 10_000;

/**
 * Opens a buyer: rebuilds its state from the journal, connects to the relays in the background, reads on in the
 * mailboxes of open intents and purchases, and sends what an earlier run wrote down and could not send.
 * Throws an IntentcastError: `journal-broken` (also for a journal of another seed), `relay-address`, `no-relay`.
 */
export async function openBuyer(options: BuyerOptions): Promise<Buyer> {
  const { seed, relays, journal, socket, log = () => undefined } = options;
  const { clock = systemClock, stopwatch = systemStopwatch, random = systemRandom } = options;
  const { equation = portableEquation, timers = systemTimers, mostChannels = defaultMostChannels } = options;
  const news = new News();
  const book = new Book(journal, () => news.announce());
  await book.refresh();
  const keys = keyRing(seed);
  book.requireOwn(keys);

  const opened = (introduction: Introduction): void => desk.met(introduction);
  const withheld = withheldReporter((report) => log("relay-withholds", report));
  const open = () =>
    connectRelays({ relays, clock, random, equation, timers, opened, withheld, ...(socket && { socket }) });
  const channels = new Channels({ open, most: Math.max(1, mostChannels), timers });
  const chores = new Chores(timers, log);
  const { mostDeals = defaultMostDeals } = options;
  const world = { clock, stopwatch, random, equation, log, mostDeals };
  const desk = new Desk({ keys, relays, book, news, channels, stores: new Stores(), chores, ...world });
  desk.resume();

  const matched = new Map<string, number>();
  const handles = new Map<string, Cast>();
  const handle = (id: string): Cast => {
    const known = handles.get(id) ?? openCast(desk, id, () => matched.get(id));
    handles.set(id, known);
    return known;
  };

  /** Writes the intent down under the next free index: of two processes, one has to take the index after. */
  async function writeIntent(draft: Draft): Promise<string> {
    for (;;) {
      const issued = clock();
      const index = Math.max(book.wallet.nextIndex, firstIndexAt(issued));
      const { signer, mailbox } = keys(index);
      const reply = { mailbox: mailbox.signer.publicKey, key: mailbox.key, relays: relays.slice(0, 8) };
      const expires = draft.expires ?? defaultExpiry(draft, issued);
      const body = { ...draft, expires, nonce: random(16), issued, reply };
      const message = unwrap(writeMessage("intent", body, signer));
      const fact = { kind: "intent", at: issued, index, message } as const;
      if ((await book.record(fact, factKeys.intent(index))) === "written") return toHex(message.id);
    }
  }

  return {
    cast: async (draft) => {
      const id = await writeIntent(draft);
      desk.inbox.listen(id);
      const published = await desk.publishIntent(id);
      matched.set(id, Math.max(0, ...(published?.accepted ?? []).map((one) => one.matched ?? 0)));
      return handle(id);
    },
    casts: () => [...book.wallet.threads.keys()].map(handle),
    refresh: async () => {
      await book.refresh();
      for (const id of book.wallet.threads.keys()) {
        if (!book.wallet.refused.has(id)) desk.inbox.listen(id);
      }
    },
    relays: () => channels.status(),
    [Symbol.asyncDispose]: () => desk.shut(),
  };
}

function defaultExpiry({ award, when }: Draft, now: UnixSeconds): UnixSeconds {
  if (award?.deadline !== undefined) return award.deadline + hour;
  return when?.until === undefined ? now + day : Math.min(now + day, when.until + hour);
}
