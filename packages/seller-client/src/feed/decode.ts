/** Bytes of a feed made text: by their byte order mark, by what XML declares, as UTF-8, or else as Windows-1252. */

/** Text of a file. Older spreadsheets save Windows-1252, which any bytes can be read as. */
export function decodeText(source: string | Uint8Array): string {
  if (typeof source === "string") return source.replace(/^\uFEFF/, "");
  if (source[0] === 0xff && source[1] === 0xfe) return new TextDecoder("utf-16le").decode(source);
  if (source[0] === 0xfe && source[1] === 0xff) return new TextDecoder("utf-16be").decode(source);
  const declared = decoderOf(declaredEncoding(source));
  if (declared !== undefined) return declared.decode(source);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source);
  } catch {
    return new TextDecoder("windows-1252").decode(source);
  }
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
