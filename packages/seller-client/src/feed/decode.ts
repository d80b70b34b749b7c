/** Bytes of a feed made text: by their byte order mark, by what XML declares, as UTF-8, or else as Windows-1252. */
import type { Problem } from "./problem.ts";

/** `problem`: that some bytes of a text in UTF-8 were none. */
export type Decoded = { readonly text: string; readonly problem?: Problem };

/** Text of a file. Older spreadsheets save Windows-1252, which any bytes can be read as. */
export function decodeText(source: string | Uint8Array): Decoded {
  if (typeof source === "string") return { text: source.replace(/^\uFEFF/, "") };
  if (source[0] === 0xff && source[1] === 0xfe) return { text: new TextDecoder("utf-16le").decode(source) };
  if (source[0] === 0xfe && source[1] === 0xff) return { text: new TextDecoder("utf-16be").decode(source) };
  const declared = decoderOf(declaredEncoding(source));
  if (declared !== undefined) return { text: declared.decode(source) };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(source) };
  } catch {
    return nearlyUtf8(source) ?? { text: new TextDecoder("windows-1252").decode(source) };
  }
}

/**
 * A text in UTF-8 that was damaged, or that a row in another encoding was pasted into: one with UTF-8's mark, or with more
 * letters in UTF-8's form than bytes that fit nowhere. In other encodings hardly two bytes fit together by chance.
 */
function nearlyUtf8(source: Uint8Array): Decoded | undefined {
  const isMarked = source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf;
  const text = new TextDecoder("utf-8").decode(source);
  const beyondAscii = text.match(/\P{ASCII}/gu) ?? [];
  const strays = beyondAscii.filter((character) => character === "\uFFFD").length;
  if (!isMarked && strays >= beyondAscii.length - strays) return undefined;
  const line = text.slice(0, text.indexOf("\uFFFD")).split(/\r\n?|\n/).length;
  const reason = `in UTF-8 but for ${strays === 1 ? "one place" : `${strays} places`}, the first on line ${line}: \uFFFD stands there for what cannot be read`;
  return { text, problem: { row: 0, reason } };
}

/** What `<?xml version="1.0" encoding="…"?>` says, where a document begins with it in letters of one byte. */
function declaredEncoding(source: Uint8Array): string | undefined {
  const head = String.fromCharCode(...source.subarray(0, 200));
  if (!head.startsWith("<?xml")) return undefined;
  const value = head.slice(0, head.indexOf("?>")).split("encoding")[1]?.trimStart();
  if (value === undefined || !value.startsWith("=")) return undefined;
  const quoted = value.slice(1).trimStart();
  const quote = quoted.charAt(0);
  return quote === '"' || quote === "'" ? quoted.split(quote)[1] : undefined;
}

/** None for UTF-8, which is tried anyway, nor for UTF-16, which a declaration in letters of one byte is not in. */
function decoderOf(label: string | undefined): InstanceType<typeof TextDecoder> | undefined {
  if (label === undefined) return undefined;
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding.startsWith("utf-") ? undefined : decoder;
  } catch {
    return undefined;
  }
}
