/** Which X25519 public keys can be sealed to: all but those that make every shared secret zero (RFC 7748 §6.1). */
import { fromHex } from "../bytes.ts";
import { compareCoordinate } from "./curve25519.ts";

/**
 * The u coordinates of small order, on the curve and on its twist, and the two of them that 255 bits can also write
 * unreduced (RFC 7748 §5 has bit 255 ignored).
 */
const smallOrderUs = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map(fromHex);

/** Whether HPKE can seal to 32 bytes as an X25519 public key. */
export const canSealTo = (key: Uint8Array): boolean =>
  !smallOrderUs.some((small) => compareCoordinate(key, small) === 0);
