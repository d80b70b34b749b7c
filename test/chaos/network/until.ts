/** Waiting for what must come about between processes, by looking again and again. */
import { demand } from "../scenario.ts";

/** How long a network may take, once nothing is in its way any more. */
const patienceMs = 90_000;

/** Resolves when nothing is missing; throws, and says what still is, when that takes too long. */
export async function until(
  what: string,
  missing: () => Promise<string | undefined>,
  withinMs = patienceMs,
): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    const still = await missing();
    if (still === undefined) return;
    demand(performance.now() < end, `${what}: ${still}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
