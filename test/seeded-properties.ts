/**
 * Gives every property of the suite one seed, so that a run today tries what the run of yesterday tried: a failure is
 * somebody's change and not somebody's luck. `PROPERTY_SEED=7 npm test` tries other inputs; the fuzz commands try millions.
 */
import fc from "fast-check";

const seed = Number(process.env["PROPERTY_SEED"] ?? 1);
if (!Number.isInteger(seed))
  throw new Error(`PROPERTY_SEED is an integer, not "${process.env["PROPERTY_SEED"]}"`);

fc.configureGlobal({ seed });
