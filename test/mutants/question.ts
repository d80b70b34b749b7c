/** What both implementations are asked: a kind of input, as `judge` of spec/reference names them, and its parts. */
export type Question = { readonly input: string; readonly parts: readonly Uint8Array[] };

export const ask = (input: string, ...parts: readonly Uint8Array[]): Question => ({ input, parts });

/** `expect` is `accepted` or a stage and a code; the other fields say what was accepted. */
export type Answer = { readonly expect: string; readonly [name: string]: unknown };

/** Eight bytes, big-endian: how numbers are asked. */
export function numberBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export const numberOf = (bytes: Uint8Array): number =>
  Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));

/** The question in one line, as `judge` reads it. */
export const lineOf = ({ input, parts }: Question): string =>
  [input, ...parts.map((part) => (part.length === 0 ? "-" : Buffer.from(part).toString("hex")))].join(" ");
