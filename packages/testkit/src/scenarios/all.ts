/** Every scenario under spec/vectors by folder. */
import { formatDialogue } from "../dialogue/dialogue.ts";
import { formatVector, type Vector } from "../vectors.ts";
import { addressScenarios } from "./address.ts";
import { awardScenarios } from "./award.ts";
import { dealScenarios } from "./deal.ts";
import { dealOfferScenarios } from "./deal-offers.ts";
import { decodeScenarios } from "./decode.ts";
import { dialogues } from "./dialogues.ts";
import { envelopeScenarios } from "./envelope.ts";
import { filterScenarios } from "./filter.ts";
import { frameScenarios } from "./frame.ts";
import { gossipFrameScenarios } from "./gossip-frame.ts";
import { hpkeScenarios } from "./hpke.ts";
import { keyScenarios } from "./keys.ts";
import { negentropyScenarios } from "./negentropy.ts";
import { openScenarios } from "./open.ts";
import { peersFrameScenarios } from "./peers-frame.ts";
import { reconcileScenarios } from "./reconcile.ts";
import { relayRecordScenarios } from "./relay-record.ts";
import { sealedScenarios } from "./sealed.ts";
import { signatureScenarios } from "./signature.ts";
import { syncFrameScenarios } from "./sync-frame.ts";
import { threadScenarios } from "./thread.ts";
import { validateScenarios } from "./validate.ts";

export const scenarios: Readonly<Record<string, readonly Vector[]>> = {
  address: addressScenarios,
  award: awardScenarios,
  deal: [...dealScenarios, ...dealOfferScenarios],
  decode: decodeScenarios,
  envelope: envelopeScenarios,
  filter: filterScenarios,
  frame: frameScenarios,
  "gossip-frame": gossipFrameScenarios,
  hpke: hpkeScenarios,
  keys: keyScenarios,
  negentropy: negentropyScenarios,
  open: openScenarios,
  "peers-frame": peersFrameScenarios,
  reconcile: reconcileScenarios,
  "relay-record": relayRecordScenarios,
  sealed: sealedScenarios,
  signature: signatureScenarios,
  "sync-frame": syncFrameScenarios,
  thread: threadScenarios,
  validate: validateScenarios,
};

export { dialogues };

/** Every file, by folder and name, as it must stand under spec/vectors. Throws where two scenarios have one name. */
export const vectorFiles = (): ReadonlyMap<string, ReadonlyMap<string, string>> =>
  new Map([
    ...Object.entries(scenarios).map(([folder, all]) => [folder, named(folder, all, formatVector)] as const),
    ["dialogue", named("dialogue", dialogues, formatDialogue)],
  ]);

function named<T extends { readonly case: string }>(
  folder: string,
  all: readonly T[],
  format: (one: T) => string,
): ReadonlyMap<string, string> {
  const files = new Map(all.map((one) => [one.case, format(one)]));
  if (files.size < all.length) throw new Error(`two scenarios in ${folder} have one name`);
  return files;
}
