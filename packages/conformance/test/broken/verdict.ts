/** Relays that judge messages otherwise than the specification does. */
import { portableEquation, type VerifyEquation } from "@intentcast/protocol";
import { Point } from "@noble/ed25519";
import { accepting, type BrokenRelay, cofactored, misstating, renaming } from "./broken-relay.ts";

/** Takes no key that has a component of small order. */
const strict: VerifyEquation = (signature, message, key) =>
  portableEquation(signature, message, key) && Point.fromBytes(key).isTorsionFree();

const systemTime = (): number => Math.floor(Date.now() / 1000);

/** A clock that is behind the one that hello tells. */
const behind = (seconds: number): BrokenRelay["faults"] => ({
  relay: () => ({ clock: () => systemTime() - seconds }),
  link: () => ({
    fromRelay: (frame) => [frame[0] === "hello" ? ["hello", { ...frame[1], time: systemTime() }] : frame],
  }),
});

export const verdictRelays: readonly BrokenRelay[] = [
  {
    rule: "verdict/decode",
    it: "has one code for all that is not CBOR",
    told: /decode\/cbor-float for a body with a floating-point number; came rejected, .*envelope-form/,
    faults: renaming("cbor-float", ["decode", "envelope-form"]),
  },
  {
    rule: "verdict/decode",
    it: "takes maps whose keys are out of order",
    told: /decode\/cbor-key-order .*; came accepted/,
    faults: accepting("cbor-key-order", { position: 1 }),
  },
  {
    rule: "verdict/verify",
    it: "multiplies by the cofactor",
    told: /signature-invalid for a signature that holds only times the cofactor; came accepted/,
    faults: { relay: () => ({ equation: cofactored }) },
  },
  {
    rule: "verdict/verify",
    it: "refuses keys with a component of small order",
    told: /accepted for a key with a component of small order whose signature holds; came rejected/,
    faults: { relay: () => ({ equation: strict }) },
  },
  {
    rule: "verdict/verify",
    it: "verifies nothing",
    told: /signature-invalid for another key's signature; came accepted/,
    faults: { relay: () => ({ equation: () => true }) },
  },
  {
    rule: "verdict/validate",
    it: "takes sealed kinds in the open",
    told: /validate\/sealed-only for a note in the open; came accepted/,
    faults: accepting("sealed-only", { position: 1 }),
  },
  {
    rule: "verdict/validate",
    it: "does not check GTINs",
    told: /gtin-check-digit for a line with a wrong GTIN; came accepted/,
    faults: accepting("gtin-check-digit", { position: 1 }),
  },
  {
    rule: "verdict/first-stage",
    it: "validates before it verifies",
    told: /verify\/signature-invalid for .*; came rejected, ref \d+: validate\/body-shape/,
    faults: renaming("signature-invalid", ["validate", "body-shape"]),
  },
  {
    rule: "verdict/vectors",
    it: "calls kinds that it does not know malformed",
    told: /decode\/envelope-kind for the vector envelope\/kind-.*; came rejected, .*decode\/envelope-form/,
    faults: renaming("envelope-kind", ["decode", "envelope-form"]),
  },
  {
    rule: "admit/expired",
    it: "takes what has expired",
    told: /admit\/expired for a message that expires now; came accepted/,
    faults: accepting("expired", { position: 1 }),
  },
  {
    rule: "admit/expired",
    it: "takes a message in the second of its expiry",
    told: /admit\/expired for a message that expires now; came accepted/,
    faults: behind(5),
  },
  {
    rule: "admit/not-yet-valid",
    it: "takes messages of any future",
    told: /admit\/not-yet-valid for a message issued \d+ s ahead, of 300; came accepted/,
    faults: misstating({ skew: 300 }, { skew: 1_000_000 }),
  },
  {
    rule: "admit/not-yet-valid",
    it: "allows less skew than it says",
    told: /accepted for a message issued 300 s ahead; came rejected, .*not-yet-valid/,
    faults: misstating({ skew: 300 }, { skew: 100 }),
  },
  {
    rule: "admit/lifetime-too-long",
    it: "takes messages that live longer than it says",
    told: /admit\/lifetime-too-long for a life of 1001 s; came accepted/,
    faults: misstating({ lifetime: 1000 }, {}),
  },
  {
    rule: "admit/lifetime-too-long",
    it: "takes only messages that live shorter than it says",
    told: /accepted for a life of 1000 s; came rejected/,
    faults: misstating({ lifetime: 1000 }, { lifetime: 999 }),
  },
  {
    rule: "admit/message-too-large",
    it: "takes larger messages than it says",
    told: /message-too-large for a message of 2001 bytes, of 2000; came accepted/,
    faults: misstating({ message: 2000 }, {}),
  },
  {
    rule: "admit/message-too-large",
    it: "refuses sealed messages of a size that it says it takes",
    told: /accepted for a message of \d+ bytes; came rejected/,
    faults: misstating({ message: 20_000 }, { message: 16_000 }),
  },
];
