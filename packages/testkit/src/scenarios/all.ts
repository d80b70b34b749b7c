/** Every scenario under spec/vectors that this package generates, by stage. */
import type { Vector } from "../vectors.ts";
import { dealScenarios } from "./deal.ts";
import { dealOfferScenarios } from "./deal-offers.ts";
import { decodeScenarios } from "./decode.ts";
import { envelopeScenarios } from "./envelope.ts";
import { filterScenarios } from "./filter.ts";
import { keyScenarios } from "./keys.ts";
import { openScenarios } from "./open.ts";
import { sealedScenarios } from "./sealed.ts";
import { signatureScenarios } from "./signature.ts";
import { validateScenarios } from "./validate.ts";

export const scenarios: Readonly<Record<string, readonly Vector[]>> = {
  deal: [...dealScenarios, ...dealOfferScenarios],
  decode: decodeScenarios,
  envelope: envelopeScenarios,
  filter: filterScenarios,
  keys: keyScenarios,
  open: openScenarios,
  sealed: sealedScenarios,
  signature: signatureScenarios,
  validate: validateScenarios,
};
