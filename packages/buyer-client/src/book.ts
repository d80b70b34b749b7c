/** The journal and the wallet folded from it, kept in step: what is not written down has not happened. */
import type { Journal } from "@intentcast/journal";
import { equalBytes, IntentcastError, type IntentKeys, reject, unwrap } from "@intentcast/protocol";
import { type Fact, factEntry, readFact } from "./fact.ts";
import { emptyWallet, foldFacts, type Thread, type Wallet } from "./wallet.ts";

export class Book {
  readonly #journal: Journal;
  readonly #changed: () => void;
  #wallet = emptyWallet;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(journal: Journal, changed: () => void) {
    this.#journal = journal;
    this.#changed = changed;
  }

  get wallet(): Wallet {
    return this.#wallet;
  }

  /** The thread of an intent that is known to be in the wallet. */
  thread(id: string): Thread {
    return this.#wallet.threads.get(id) as Thread;
  }

  /**
   * Writes a fact down and folds it in, with whatever other processes wrote before it; durable when it resolves.
   * `taken`: another entry has the key, which is folded in now.
   */
  async record(fact: Fact, key?: string): Promise<"written" | "taken"> {
    const position = await this.#journal.append(factEntry(fact, key));
    await this.refresh();
    return position === "taken" ? "taken" : "written";
  }

  /** Throws `journal-broken` where the journal is that of another seed. */
  requireOwn(keys: (index: number) => IntentKeys): void {
    const latest = [...this.#wallet.threads.values()].at(-1);
    if (latest === undefined || equalBytes(keys(latest.index).signer.publicKey, latest.intent.author)) return;
    throw new IntentcastError(reject("journal-broken", "it belongs to another seed").error);
  }

  /** Folds in what this and other processes have written since. */
  refresh(): Promise<void> {
    const next = this.#reading.then(async () => {
      const entries = await this.#journal.read(this.#wallet.position);
      if (entries.length === 0) return;
      const facts = entries.map((entry) => ({ position: entry.position, fact: unwrap(readFact(entry)) }));
      this.#wallet = foldFacts(this.#wallet, facts);
      this.#changed();
    });
    this.#reading = next.catch(() => undefined);
    return next;
  }
}
