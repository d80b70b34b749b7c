/**
 * Marks as tokens of SQLite's full-text index. The tokenizer makes one case of upper and lower and parts texts at what is
 * neither letter nor digit: whatever it would not leave as it is, is written as its code point.
 */

/** 1 for each ASCII character that the tokenizer leaves as it is. */
const isPlain = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[a-z0-9/-]/.test(String.fromCharCode(code))),
);

/** A code point in base 36 has four digits at most, and stands between two low lines. */
const longestCharacter = 6;
const lowLine = 0x5f;
const space = 0x20;

/** Room for what most messages have; it is used again for each. */
const usualBytes = 8192;

/** Tokens with spaces between: written as bytes, since a text for each would be the relay's largest garbage. */
export class TokenText {
  #room = Buffer.allocUnsafe(usualBytes);
  #length = 0;

  /** Adds a token: how it begins, and the first `end` characters of a text. */
  add(beginning: string, text: string, end: number): void {
    this.#reserve(1 + longestCharacter * (beginning.length + end));
    if (this.#length > 0) this.#room[this.#length++] = space;
    this.#write(beginning, beginning.length);
    this.#write(text, end);
  }

  /** What has been added; the next begins anew. */
  take(): string {
    const text = this.#room.toString("latin1", 0, this.#length);
    this.#length = 0;
    return text;
  }

  #write(text: string, end: number): void {
    for (let i = 0; i < end; i++) {
      const code = text.charCodeAt(i);
      if (isPlain[code] === 1) {
        this.#room[this.#length++] = code;
      } else {
        const point = text.codePointAt(i) as number;
        if (point !== code) i += 1;
        this.#writeEscaped(point.toString(36));
      }
    }
  }

  #writeEscaped(digits: string): void {
    this.#room[this.#length++] = lowLine;
    this.#length += this.#room.write(digits, this.#length, "latin1");
    this.#room[this.#length++] = lowLine;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#room.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#room.copy(grown, 0, 0, this.#length);
    this.#room = grown;
  }
}
