/** A second reading of the wire profile (spec/02-wire-profile), slow and obvious: decode anything plain, encode, compare. */
import { equalBytes } from "@intentcast/protocol";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class NotCbor extends Error {}

/** Whether bytes are in the profile, found by another way than the gate's. */
export function isInProfile(bytes: Uint8Array, maxBytes: number): boolean {
  if (bytes.length > maxBytes) return false;
  try {
    const [item, end] = read(bytes, 0, 1);
    return end === bytes.length && equalBytes(Uint8Array.from(write(item)), bytes);
  } catch (error) {
    if (error instanceof NotCbor) return false;
    throw error;
  }
}

type Item =
  | { readonly integer: bigint }
  | { readonly truth: boolean }
  | { readonly bytes: Uint8Array }
  | { readonly text: string }
  | { readonly list: readonly Item[] }
  | { readonly map: ReadonlyMap<string, Item> };

function read(bytes: Uint8Array, at: number, depth: number): [Item, number] {
  const initial = bytes[at];
  if (initial === undefined || depth > 16) throw new NotCbor();
  if (initial === 0xf4 || initial === 0xf5) return [{ truth: initial === 0xf5 }, at + 1];
  const width = [0, 1, 2, 4, 8][Math.max(0, (initial & 31) - 23)];
  if (width === undefined || at + 1 + width > bytes.length) throw new NotCbor();
  let argument = width === 0 ? BigInt(initial & 31) : 0n;
  for (const byte of bytes.subarray(at + 1, at + 1 + width)) argument = argument * 256n + BigInt(byte);
  const start = at + 1 + width;
  const majorType = initial >> 5;
  if (majorType < 2) return [{ integer: majorType === 0 ? argument : -1n - argument }, start];
  if (argument > BigInt(bytes.length - start)) throw new NotCbor();
  const count = Number(argument);
  const content = bytes.subarray(start, start + count);
  if (majorType === 2) return [{ bytes: content }, start + count];
  if (majorType === 3) return [{ text: textOf(content) }, start + count];
  if (majorType === 4) {
    const list: Item[] = [];
    let next = start;
    for (let i = 0; i < count; i++) {
      const [item, end] = read(bytes, next, depth + 1);
      list.push(item);
      next = end;
    }
    return [{ list }, next];
  }
  if (majorType !== 5) throw new NotCbor();
  const map = new Map<string, Item>();
  let next = start;
  for (let i = 0; i < count; i++) {
    const [key, end] = read(bytes, next, depth + 1);
    if (!("text" in key) || !/^[a-z][A-Za-z0-9]*$/.test(key.text) || map.has(key.text)) throw new NotCbor();
    const [value, after] = read(bytes, end, depth + 1);
    map.set(key.text, value);
    next = after;
  }
  return [{ map }, next];
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new NotCbor();
  }
}

function write(item: Item): number[] {
  if ("truth" in item) return [item.truth ? 0xf5 : 0xf4];
  if ("integer" in item) {
    const { integer } = item;
    if (integer > 2n ** 53n - 1n || integer < -(2n ** 53n - 1n)) throw new NotCbor();
    return integer < 0n ? head(1, -1n - integer) : head(0, integer);
  }
  if ("bytes" in item) return [...head(2, BigInt(item.bytes.length)), ...item.bytes];
  if ("text" in item) {
    const encoded = Buffer.from(item.text, "utf8");
    return [...head(3, BigInt(encoded.length)), ...encoded];
  }
  if ("list" in item) return [...head(4, BigInt(item.list.length)), ...item.list.flatMap(write)];
  const pairs = [...item.map].map(([key, value]) => ({ key: write({ text: key }), value: write(value) }));
  pairs.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return [...head(5, BigInt(pairs.length)), ...pairs.flatMap(({ key, value }) => [...key, ...value])];
}

function head(majorType: number, argument: bigint): number[] {
  if (argument < 24n) return [(majorType << 5) | Number(argument)];
  const width = argument < 2n ** 8n ? 1 : argument < 2n ** 16n ? 2 : argument < 2n ** 32n ? 4 : 8;
  const bytes = Array.from({ length: width }, (_, i) =>
    Number((argument >> BigInt(8 * (width - 1 - i))) & 255n),
  );
  return [(majorType << 5) | (24 + Math.log2(width)), ...bytes];
}
