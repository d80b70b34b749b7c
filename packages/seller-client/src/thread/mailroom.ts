/** Reads the mailboxes of many threads over few subscriptions, and misses nothing while threads come. */
import { IntentcastError, type MailboxKeys, type Sealed, toHex } from "@intentcast/protocol";
import type { Cursor, RelayPool, Subscription } from "@intentcast/relay-client";
import { atOnce } from "../at-once.ts";

/** A filter names at most so many mailboxes (spec/07-filters). */
const groupSize = 256;
/** Letters in hand at a time, so that one thread's slow answer does not hold up the others. */
const mostAtOnce = 16;

type Group = {
  readonly mailboxes: Map<string, MailboxKeys>;
  subscription?: Subscription;
  /** From where the next subscription reads: from before the mailboxes that it adds were told to anybody. */
  from?: readonly Cursor[];
  refreshing?: Promise<void>;
};

export class Mailroom {
  readonly #pool: RelayPool;
  readonly #take: (sealed: Sealed, mailbox: MailboxKeys) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #groups: Group[] = [];
  readonly #known = new Set<string>();
  #closed = false;

  constructor(
    pool: RelayPool,
    on: {
      readonly mail: (sealed: Sealed, mailbox: MailboxKeys) => Promise<void>;
      readonly failed: (error: unknown) => void;
    },
  ) {
    this.#pool = pool;
    this.#take = on.mail;
    this.#failed = on.failed;
  }

  /** Begins to read a mailbox. To be called before its address goes out, so that no letter lies before the start. */
  listen(mailbox: MailboxKeys): void {
    const key = toHex(mailbox.signer.publicKey);
    if (this.#closed || this.#known.has(key)) return;
    this.#known.add(key);
    let group = this.#groups.at(-1);
    if (group === undefined || group.mailboxes.size >= groupSize) {
      group = { mailboxes: new Map() };
      this.#groups.push(group);
    }
    group.mailboxes.set(key, mailbox);
    group.from ??= group.subscription?.cursors() ?? [];
    group.refreshing ??= this.#refresh(group);
  }

  /** Subscribes anew until no mailbox has come meanwhile: as often as the relays keep up with, and not oftener. */
  async #refresh(group: Group): Promise<void> {
    // Whoever listens to many mailboxes at once gets one subscription for all of them.
    await Promise.resolve();
    while (group.from !== undefined && !this.#closed) {
      const cursors = group.from;
      delete group.from;
      await group.subscription?.[Symbol.asyncDispose]();
      const mailboxes = [...group.mailboxes.values()].map(({ signer }) => signer);
      const subscription = this.#pool.subscribe({}, { mailboxes, cursors, from: "start" });
      group.subscription = subscription;
      void this.#read(group, subscription);
      await subscription.caughtUp.catch(() => undefined);
    }
    delete group.refreshing;
  }

  async #read(group: Group, subscription: Subscription): Promise<void> {
    const { start } = atOnce(mostAtOnce);
    try {
      for await (const { message } of subscription) {
        if (message.kind !== "sealed") continue;
        const mailbox = group.mailboxes.get(toHex(message.to));
        if (mailbox !== undefined) await start(() => this.#take(message, mailbox));
      }
    } catch (error) {
      this.#failed(
        error instanceof IntentcastError ? error : new Error("reading mail failed", { cause: error }),
      );
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#groups.map(({ subscription }) => subscription?.[Symbol.asyncDispose]()));
    await Promise.all(this.#groups.map(({ refreshing }) => refreshing));
  }
}
