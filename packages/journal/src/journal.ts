/** The port through which a client keeps what it must not forget: an append-only list of entries. */

/** One entry: where it stands, what it is for, its claim to be the only one of its kind, and its content. */
export type Entry = {
  /** 1 for the first entry; every later entry has a greater position. */
  readonly position: number;
  /** What the client calls this sort of entry, such as `award`. The journal does not interpret it. */
  readonly kind: string;
  /** At most one entry of a journal has a given key. */
  readonly key?: string;
  /** The content. The journal does not interpret it. */
  readonly value: Uint8Array;
};

export type NewEntry = Omit<Entry, "position">;

/**
 * What every journal promises, whatever keeps it:
 *
 * - an entry is durable when `append` resolves: neither a crash of the process nor a loss of power undoes it;
 * - entries are never changed, removed or reordered;
 * - of all who append an entry with one key, in this process or another, exactly one is given a position;
 *   the others are told `"taken"`, and nothing of theirs is written;
 * - `read` gives what had been appended when it was called, by whichever process, in order of position;
 * - byte arrays are copied on the way in and out: changing one afterwards changes nothing in the journal;
 * - closing is idempotent; a closed journal throws on every other use.
 */
export interface Journal extends AsyncDisposable {
  /** The new entry's position, or `"taken"` when another entry has its key. */
  append(entry: NewEntry): Promise<number | "taken">;
  /** The entries behind the position `after`, by default all. */
  read(after?: number): Promise<readonly Entry[]>;
}
