/** Every scenario under spec/vectors that this package generates, by stage. */
import type { Vector } from "../vectors.ts";
import { decodeScenarios } from "./decode.ts";
import { keyScenarios } from "./keys.ts";

export const scenarios: Readonly<Record<string, readonly Vector[]>> = {
  decode: decodeScenarios,
  keys: keyScenarios,
};
