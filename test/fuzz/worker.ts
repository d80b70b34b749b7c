/** Runs one target in a thread of its own, so that what hangs or eats memory can be stopped and named. */
import { parentPort, workerData } from "node:worker_threads";
import { fuzz, type Report } from "./fuzz.ts";
import { targets } from "./targets/all.ts";

export type WorkerData = {
  readonly name: string;
  readonly seed: number;
  readonly count: number;
  readonly first: number;
  /** One integer: the number of the input in hand. */
  readonly progress: SharedArrayBuffer;
};
export type WorkerReport = Report & { readonly heapBefore: number; readonly heapAfter: number };

const { progress, ...plan } = workerData as WorkerData;
const target = targets[plan.name];
if (target === undefined) throw new Error(`no target ${plan.name}`);

/** Bytes in use after a collection. */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const current = new Int32Array(progress);
const onInput = (index: number): void => void Atomics.store(current, 0, index);
// What is made once, by the first inputs, is no growth.
await fuzz({ ...plan, target, count: Math.min(plan.count, 1000) });
const heapBefore = heap();
const report = await fuzz({ ...plan, target, onInput });
parentPort?.postMessage({ ...report, heapBefore, heapAfter: heap() } satisfies WorkerReport);
