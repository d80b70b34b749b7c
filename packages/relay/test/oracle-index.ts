/** Stands in for core/index/match-index.ts where tests are to run on the oracle (vitest.config.ts). */
export { linearIndex as matchIndex } from "../src/core/subscription-index.ts";
