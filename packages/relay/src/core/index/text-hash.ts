/** A keyed hash of texts: whoever does not know the key cannot choose texts that collide. */
import type { Random } from "@intentcast/protocol";

/** What the index asks of a hash. It finds the same whatever the hash does: texts are compared, a hash only says where. */
export type TextHash = {
  /** 32 bits for a text. The same text in another space is another text. */
  of(space: number, text: string): number;
  /**
   * Hashes every path that contains a path, itself included: every beginning that ends before a slash, and the whole.
   * How many there are; their lengths and hashes stand in `ends` and `hashes` until the next call.
   */
  ofAncestors(space: number, path: string): number;
  readonly ends: readonly number[];
  readonly hashes: readonly number[];
};

const slash = 0x2f;

/**
 * HalfSipHash-1-3 (Aumasson and Bernstein), which takes two UTF-16 code units a round. The round is written out in both
 * places: a function could give its four words back in an object only, and there is a round for each two letters of a
 * message.
 */
export class KeyedTextHash implements TextHash {
  readonly ends: number[] = [];
  readonly hashes: number[] = [];
  readonly #k0: number;
  readonly #k1: number;

  constructor(random: Random) {
    const secret = random(8);
    const key = new DataView(secret.buffer, secret.byteOffset);
    this.#k0 = key.getInt32(0);
    this.#k1 = key.getInt32(4);
  }

  of(space: number, text: string): number {
    return this.#absorb(space, text, false);
  }

  ofAncestors(space: number, path: string): number {
    this.#count = 0;
    this.#note(path.length, this.#absorb(space, path, true));
    return this.#count;
  }

  #count = 0;

  #note(end: number, hash: number): void {
    this.ends[this.#count] = end;
    this.hashes[this.#count] = hash;
    this.#count += 1;
  }

  #absorb(space: number, text: string, notesBeginnings: boolean): number {
    let v0 = this.#k0;
    let v1 = this.#k1;
    let v2 = this.#k0 ^ 0x6c796765;
    let v3 = this.#k1 ^ 0x74656462;
    const { length } = text;
    for (let i = -2; i + 1 < length; i += 2) {
      let word = space;
      if (i >= 0) {
        const one = text.charCodeAt(i);
        const two = text.charCodeAt(i + 1);
        word = one | (two << 16);
        if (notesBeginnings && one === slash) this.#note(i, finish(v0, v1, v2, v3, i << 16));
        if (notesBeginnings && two === slash) {
          this.#note(i + 1, finish(v0, v1, v2, v3, ((i + 1) << 16) | one));
        }
      }
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    if (length % 2 === 0) return finish(v0, v1, v2, v3, length << 16);
    const last = text.charCodeAt(length - 1);
    if (notesBeginnings && last === slash) {
      this.#note(length - 1, finish(v0, v1, v2, v3, (length - 1) << 16));
    }
    return finish(v0, v1, v2, v3, (length << 16) | last);
  }
}

/** The last word, which is the length and the code unit that is left over, and three rounds more. */
function finish(a: number, b: number, c: number, d: number, last: number): number {
  let [v0, v1, v2, v3] = [a, b, c, d ^ last];
  for (let round = 0; round < 4; round++) {
    if (round === 1) {
      v0 ^= last;
      v2 ^= 0xff;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return v1 ^ v3;
}
