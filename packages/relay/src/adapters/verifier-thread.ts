/** One verifying thread, seen from outside: parcels in, verdicts out, and what happens when it dies. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Claim } from "@intentcast/protocol";
import { packClaims, ready } from "./claim-parcel.ts";

/** A claim, and whom to tell whether it holds. */
export type Asked = { readonly claim: Claim; readonly find: (holds: boolean) => void };

export type Thread = {
  /** It has begun, and can be given work. */
  readonly isReady: boolean;
  /** Claims that it has not answered. */
  readonly pending: number;
  readonly give: (asked: readonly Asked[]) => void;
  readonly stop: () => Promise<void>;
};

/** Gets what the thread leaves unanswered. */
export type Died = (left: readonly Asked[], error: unknown) => void;

/** In the sources it ends in .ts, when published in .js. */
const program = new URL(`./verifying-thread${extname(import.meta.filename)}`, import.meta.url);

export function startThread(died: Died): Thread {
  const worker = new Worker(program);
  const parcels: (readonly Asked[])[] = [];
  let pending = 0;
  let isReady = false;
  let stopped = false;
  let failure: unknown;

  worker.on("message", (verdicts: Uint8Array | typeof ready) => {
    if (verdicts === ready) {
      isReady = true;
      return;
    }
    const asked = parcels.shift() ?? [];
    pending -= asked.length;
    asked.forEach(({ find }, i) => {
      find(verdicts[i] === 1);
    });
  });
  worker.on("error", (error) => {
    failure = error;
  });
  worker.on("exit", (code) => {
    if (!stopped) died(parcels.splice(0).flat(), failure ?? `exit code ${code}`);
  });

  return {
    get isReady() {
      return isReady;
    },
    get pending() {
      return pending;
    },
    give: (asked) => {
      parcels.push(asked);
      pending += asked.length;
      const parcel = packClaims(asked.map(({ claim }) => claim));
      worker.postMessage(parcel, [parcel]);
    },
    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
}
