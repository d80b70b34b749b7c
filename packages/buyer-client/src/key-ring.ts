/** The keys of a buyer's intents, each derived once: that takes a while. */
import { type IntentKeys, intentKeys } from "@intentcast/protocol";

export function keyRing(seed: Uint8Array): (index: number) => IntentKeys {
  const rings = new Map<number, IntentKeys>();
  return (index) => {
    const known = rings.get(index) ?? intentKeys(seed, index);
    rings.set(index, known);
    return known;
  };
}
