/** What the page of the browser tests holds: the SDK as an app's bundle would, in one global for the tests to reach. */
import { openBuyer } from "@intentcast/buyer-client";
import { readSentence } from "@intentcast/buyer-client/sentence";
import type { Journal } from "@intentcast/journal";
import { indexedDbJournal } from "@intentcast/journal/indexed-db";
import { sealedJournal } from "@intentcast/journal/sealed";
import { IntentcastError, verifyBundle } from "@intentcast/protocol";

const page = {
  openBuyer,
  readSentence,
  indexedDbJournal,
  sealedJournal,
  verifyBundle,
  /** The code of the refusal that `work` ends in. */
  codeOf: (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "no error",
      (error: unknown) => (error instanceof IntentcastError ? error.code : String(error)),
    ),
  /** Open journals, for tests that hold one over several calls. */
  journals: new Map<string, Journal>(),
  /** Milliseconds from the page's being asked for until this script had run. */
  loadedMs: performance.now(),
};

declare global {
  var sdk: typeof page;
}
globalThis.sdk = page;
