import { dealTold, readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { verifyBundle } from "../src/deal/bundle.ts";

test.each(readVectors("deal").map((vector) => [vector.case, vector] as const))(
  "deal vector %s",
  (_, vector) => {
    const deal = verifyBundle(vector.bytes);
    if (!deal.ok) {
      expect(`${deal.error.stage}/${deal.error.code}`).toBe(vector.expect);
      return;
    }
    expect(vector.expect).toBe("accepted");
    expect(dealTold(deal.value)).toEqual(vector.headers);
  },
);
