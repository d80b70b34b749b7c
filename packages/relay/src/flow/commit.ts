/** The store stage: messages that arrive together, or while a commit is under way, share the next commit. */
import { type Message, ok, type Reject, type Result, reject } from "@intentcast/protocol";
import type { Admitted } from "../core/admit.ts";
import type { Topic } from "../core/topic.ts";
import type { Log } from "../ports/log.ts";
import type { Meter } from "../ports/meter.ts";
import type { Appended, Key, Store } from "../ports/store.ts";
import type { Timers } from "../ports/timers.ts";

declare const mark: unique symbol;

/** A message that is durable here. Only a commit makes one. */
export type Stored = {
  readonly message: Message;
  readonly topics: readonly Topic[];
  readonly position: number;
  /** It was here before, and has been delivered then. */
  readonly duplicate: boolean;
  /** The profile that it took the place of. */
  readonly replaced: Key | undefined;
  readonly [mark]: "stored";
};

export type Commit = (admitted: Admitted) => Promise<Result<Stored, Reject>>;

type Waiting = { readonly admitted: Admitted; readonly settle: (result: Result<Stored, Reject>) => void };

/** Messages of one commit: its duration is what everything else waits for. */
const batchLimit = 1024;

/** Codes: `superseded`, and what the store refuses with: `store-failed`, `store-full`. Results come in order of position. */
export function groupCommit(
  store: Store,
  { turn }: Timers,
  meter: Meter,
  log: Log,
  ranOut: () => void = () => {},
): Commit {
  const waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      await turn();
      const batch = waiting.splice(0, batchLimit);
      const committed = meter.committing(batch.length);
      const appended = await store
        .append(batch.map(({ admitted }) => admitted))
        .catch((error: unknown) => reject("store-failed", String(error)));
      committed();
      if (!appended.ok) {
        log("error", "store.failed", { ...appended.error, messages: batch.length });
        if (appended.error.code === "store-full") ranOut();
      }
      batch.forEach(({ admitted, settle }, i) => {
        settle(appended.ok ? resultOf(admitted, appended.value[i] as Appended) : appended);
      });
    }
    running = false;
  }

  return (admitted) =>
    new Promise((settle) => {
      waiting.push({ admitted, settle });
      if (!running) void run();
    });
}

function resultOf({ message, topics }: Admitted, appended: Appended): Result<Stored, Reject> {
  if (appended.outcome === "superseded") return reject("superseded");
  const { position, outcome } = appended;
  const replaced = appended.outcome === "stored" ? appended.replaced : undefined;
  return ok({ message, topics, position, duplicate: outcome === "duplicate", replaced } as Stored);
}
