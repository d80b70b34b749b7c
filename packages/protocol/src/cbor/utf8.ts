/**
 * UTF-8 over ranges of a byte string, exactly: what is checked here decodes to text that encodes to the same bytes.
 * The platform's TextDecoder drops a leading U+FEFF, so that two messages could read alike; and this package
 * compiles without the platform's types.
 */

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Whether `bytes[start, end)` is well-formed (Unicode 16, table 3-7): nothing overlong, no surrogate, no end missing. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > end) return false;
    // Only the second byte's range depends on the lead: it is what shuts out overlong forms, surrogates, > U+10FFFF.
    const second = bytes[at + 1] as number;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (let i = 2; i < length; i++) if (!isContinuation(bytes[at + i])) return false;
    at += length;
  }
  return true;
}

/** Texts of so few bytes are nearly all names, codes and units, the same in message after message. */
const shortBytes = 24;

/** The last short text at each place, which its bytes choose: to compare one costs less than to make it again. */
const shortTexts = new Array<string>(2048).fill("");

/** The text of `bytes[start, end)`, of which {@link isUtf8} must hold. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > shortBytes) return decodeText(bytes, start, end);
  let place = end - start;
  for (let at = start; at < end; at++) place = (place * 31 + (bytes[at] as number)) & 0xff_ffff;
  place = (place ^ (place >> 11)) & (shortTexts.length - 1);
  const known = shortTexts[place] as string;
  if (isAscii(known, bytes, start, end)) return known;
  const text = decodeText(bytes, start, end);
  shortTexts[place] = text;
  return text;
}

/** Whether the bytes are the text's, each one a character. */
function isAscii(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[start + i] as number;
    if (byte >= 0x80 || text.charCodeAt(i) !== byte) return false;
  }
  return true;
}

/** Arguments of one String.fromCharCode call: far below every engine's limit. */
const chunkUnits = 4096;

function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let units: number[] = [];
  let at = start;
  while (at < end) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) {
      units.push(lead);
    } else if (lead < 0xe0) {
      units.push(((lead & 0x1f) << 6) | tail(bytes, at++));
    } else if (lead < 0xf0) {
      units.push(((lead & 0x0f) << 12) | (tail(bytes, at++) << 6) | tail(bytes, at++));
    } else {
      const point =
        ((lead & 0x07) << 18) | (tail(bytes, at++) << 12) | (tail(bytes, at++) << 6) | tail(bytes, at++);
      units.push(0xd800 | ((point - 0x10000) >> 10), 0xdc00 | ((point - 0x10000) & 0x3ff));
    }
    if (units.length >= chunkUnits) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

const tail = (bytes: Uint8Array, at: number): number => (bytes[at] as number) & 0x3f;

/** How many bytes a well-formed text takes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Either half of a surrogate pair accounts for two of its four bytes.
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length;
}

/** Writes a well-formed text into `bytes` from `start`, where there must be {@link utf8Length} bytes of room. */
export function writeUtf8(text: string, bytes: Uint8Array, start: number): void {
  let at = start;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    const point = text.codePointAt(i) as number;
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      bytes[at++] = 0xe0 | (point >> 12);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
      i += 1;
    }
  }
}
