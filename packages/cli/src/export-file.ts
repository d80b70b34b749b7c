/** The file that `export` writes and `import` reads: a journal's entries as CBOR of the wire profile. */
import type { Entry } from "@intentcast/journal";
import { decodeValue, describeIssue, encodeValue, field } from "@intentcast/protocol";
import * as z from "zod/mini";
import { Failure } from "./failure.ts";

/** Journals grow by a few kilobytes a deal; this holds ten thousands of deals. */
const mostBytes = 1024 * 1024 * 1024;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "bytes");
const exportFile = field.record({
  intentcastJournal: z.literal(1),
  entries: z.array(
    field.record({
      position: field.integer(1, Number.MAX_SAFE_INTEGER),
      kind: z.string(),
      key: field.optional(z.string()),
      value: bytes,
    }),
  ),
});

export const encodeExport = (entries: readonly Entry[]): Uint8Array =>
  encodeValue({ intentcastJournal: 1, entries: entries.map((entry) => ({ ...entry })) });

/** Throws a Failure for bytes that are no export of this version. */
export function decodeExport(encoded: Uint8Array): readonly Entry[] {
  const value = decodeValue(encoded, mostBytes);
  if (!value.ok) throw new Failure(`this is no exported journal: ${value.error.code}`);
  const parsed = z.safeParse(exportFile, value.value);
  if (!parsed.success) throw new Failure(`this is no exported journal: ${describeIssue(parsed.error)}`);
  return parsed.data.entries;
}
