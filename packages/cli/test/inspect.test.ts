import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toBase64url, toHex } from "@intentcast/protocol";
import { readVectors, temporaryFolder } from "@intentcast/testkit";
import { describe, expect, it } from "vitest";
import { records, run } from "./program.ts";

const vectors = [...readVectors("validate"), ...readVectors("sealed")];
const named = (name: string) => {
  const vector = vectors.find((one) => one.case === name);
  if (vector === undefined) throw new Error(`no vector ${name}`);
  return vector;
};

describe("intentcast inspect", () => {
  it("shows a message from a file, from hex and from base64url alike", async () => {
    await using folder = await temporaryFolder();
    const { bytes, headers } = named("close-full");
    await writeFile(join(folder.path, "m.bin"), bytes);
    for (const source of ["m.bin", toHex(bytes), toBase64url(bytes)]) {
      const inspected = await run(folder.path, "inspect", source, "--json");
      expect(inspected.code, inspected.err).toBe(0);
      expect(records(inspected)).toMatchObject([
        { kind: "close", id: headers["id"], body: { reason: "awarded" } },
      ]);
    }
  });

  it("shows a signed message of a sealed kind", async () => {
    await using folder = await temporaryFolder();
    const inspected = await run(folder.path, "inspect", toHex(named("award-full").bytes), "--json");
    expect(records(inspected)).toMatchObject([
      { kind: "award", body: { disclosure: { name: "Ada Byrne" } } },
    ]);
  });

  it("names stage and code of what is no message, and says so where there are no bytes at all", async () => {
    await using folder = await temporaryFolder();
    const refused = await run(folder.path, "inspect", toHex(named("intent-price-two").bytes));
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/validate\/price-form/);
    const nothing = await run(folder.path, "inspect", "no such thing");
    expect(nothing.code).toBe(2);
    expect(nothing.err).toMatch(/is no file, and neither hex nor base64url/);
  });
});
