/** What the vectors of spec/vectors/thread cover of the table of transitions (spec/06-deal §3). */
import { decodeValue, equalBytes, openDeal, readSigned, type Signed, unwrap } from "@intentcast/protocol";
import { readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";

type Transcript = readonly [Uint8Array, ...(readonly [number, Uint8Array])[]];

/** Each step of a thread, as a kind, a side and the phase in which it is said. */
function stepsOf(transcript: Uint8Array, results: readonly string[]): string[] {
  const [first, ...rest] = unwrap(decodeValue(transcript, 1_048_576)) as unknown as Transcript;
  const intent = unwrap(readSigned(first)) as Signed<"intent">;
  const phases = [openDeal(intent).phase as string];
  for (const result of results) phases.push(result.includes("/") ? (phases.at(-1) as string) : result);
  return rest.map(([, bytes], i) => {
    const { kind, author } = unwrap(readSigned(bytes));
    return `${kind} ${equalBytes(author, intent.author) ? "buyer" : "seller"} ${phases[i]}`;
  });
}

test("every kind is said by every side that may say it in every phase", () => {
  const seen = new Set(
    readVectors("thread").flatMap(({ bytes, headers }) => stepsOf(bytes, headers["steps"]?.split(" ") ?? [])),
  );
  const phases = "open offered countered awarded ordered receipted declined cancelled returned".split(" ");
  const sayings = [
    ...["offer", "order", "receipt", "update", "decline", "note"].map((kind) => `${kind} seller`),
    ...["counter", "award", "update", "decline", "note"].map((kind) => `${kind} buyer`),
  ];
  const missing = sayings
    .flatMap((saying) => phases.map((phase) => `${saying} ${phase}`))
    .filter((one) => !seen.has(one));
  expect(missing).toEqual([]);
});
