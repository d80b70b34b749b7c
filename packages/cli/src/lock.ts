/** Files locked with a passphrase, in the armoured format of age (age-encryption.org/v1): `age -d` opens them too. */
import { armor, Decrypter, Encrypter } from "age-encryption";

/** Of scrypt: N = 2^17 with r = 8 takes 128 MiB, and about half a second, from whoever tries a passphrase. */
const workFactor = 17;

const firstLine = "-----BEGIN AGE ENCRYPTED FILE-----";

/** Unicode's form NFC, so that a passphrase does not depend on the keyboard (RFC 8265 §4.2). */
const composed = (passphrase: string): string => passphrase.normalize("NFC");

export async function lock(content: Uint8Array | string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(composed(passphrase));
  encrypter.setScryptWorkFactor(workFactor);
  return armor.encode(await encrypter.encrypt(content));
}

export const isLocked = (content: Uint8Array): boolean =>
  Buffer.from(content.subarray(0, firstLine.length)).toString("latin1") === firstLine;

/** What is locked, out of its armour; undefined where a part of it is missing. */
export function lockedIn(content: Uint8Array): Uint8Array | undefined {
  try {
    return armor.decode(Buffer.from(content).toString("latin1"));
  } catch {
    return undefined;
  }
}

/** Undefined when the passphrase is another one, or what is locked was changed. */
export async function unlock(locked: Uint8Array, passphrase: string): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(composed(passphrase));
  try {
    return await decrypter.decrypt(locked);
  } catch {
    return undefined;
  }
}
