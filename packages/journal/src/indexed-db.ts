/** A journal in a browser's IndexedDB: durable at every append, safe for several tabs. */
import { IntentcastError, type RejectCode, reject } from "@intentcast/protocol";
import type { Entry, Journal } from "./journal.ts";

const schemaVersion = 1;
const storeName = "entry";
const keyIndex = "key";

/**
 * Opens the journal of this name among those of the page's origin, and creates it where there is none.
 *
 * Rejects with an {@link IntentcastError}, as do the journal's methods: `journal-broken` when the database is
 * something else than a journal; `journal-version` when a later version wrote it; `journal-failed` when the browser allows
 * no storage, has no room, or has taken the database away. A browser that runs short of room may delete what a page has stored, unless the
 * page has asked it not to: `navigator.storage.persist()`.
 */
export async function indexedDbJournal(name: string): Promise<Journal> {
  const database = await open(name);
  let isClosed = false;
  // A tab with a later version waits for this one to let go.
  database.onversionchange = () => database.close();

  /** Runs `work` in one transaction. What it gives counts when the transaction is on disk. */
  async function transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => T): Promise<T> {
    if (isClosed) throw new Error("the journal is closed");
    try {
      const transaction = database.transaction(storeName, mode, { durability: "strict" });
      const ended = completion(transaction);
      const value = work(transaction.objectStore(storeName));
      await ended;
      return value;
    } catch (error) {
      throw failure(name, error);
    }
  }

  return {
    async append({ kind, key, value }) {
      // A view would bring the whole of its buffer along.
      const record = { kind, ...(key === undefined ? {} : { key }), value: value.slice() };
      const outcome: { position: number | "taken" } = { position: "taken" };
      await transact("readwrite", (store) => {
        const add = (): void => {
          const adding = store.add(record);
          adding.onsuccess = () => {
            outcome.position = adding.result as number;
          };
        };
        if (key === undefined) return add();
        // Looked up first, and not left to the index: a failed request would use up a position.
        const holder = store.index(keyIndex).getKey(key);
        holder.onsuccess = () => {
          if (holder.result === undefined) add();
        };
      });
      return outcome.position;
    },

    async read(after = 0) {
      const reading = await transact("readonly", (store) =>
        store.getAll(IDBKeyRange.lowerBound(after, true)),
      );
      return reading.result as Entry[];
    },

    async [Symbol.asyncDispose]() {
      isClosed = true;
      database.close();
    },
  };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, refuse) => {
    const request = indexedDB.open(name, schemaVersion);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(storeName, { keyPath: "position", autoIncrement: true });
      store.createIndex(keyIndex, "key", { unique: true });
    };
    request.onsuccess = () => {
      const { result: database } = request;
      if (isJournal(database)) return resolve(database);
      database.close();
      refuse(new IntentcastError(reject("journal-broken", `${name} is not a journal of Intentcast`).error));
    };
    request.onerror = () => refuse(failure(name, request.error));
  });
}

function isJournal(database: IDBDatabase): boolean {
  const names = [...database.objectStoreNames];
  if (names.length !== 1 || names[0] !== storeName) return false;
  const store = database.transaction(storeName).objectStore(storeName);
  return store.keyPath === "position" && store.autoIncrement && store.indexNames.contains(keyIndex);
}

/** Resolves when a transaction is on disk, and rejects with the reason when it is undone. */
function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, refuse) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => refuse(transaction.error);
  });
}

/** What the browser throws, as the one error of ours. */
function failure(name: string, error: unknown): IntentcastError {
  if (error instanceof IntentcastError) return error;
  const told = error instanceof Error ? `${error.name}: ${error.message}` : "the database was closed";
  const code: RejectCode = told.startsWith("VersionError") ? "journal-version" : "journal-failed";
  return new IntentcastError(reject(code, `${name}: ${told}`).error, { cause: error });
}
