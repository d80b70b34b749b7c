import fc from "fast-check";
import { expect, test } from "vitest";
import { inOrder } from "../src/core/in-order.ts";

test("what is ready in any order happens in the order in which it was announced", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...Array(50).keys()], { minLength: 50 }), (order) => {
      const line = inOrder();
      const done: number[] = [];
      const places = order.map(() => line.stand());
      for (const i of order) places[i]?.(() => done.push(i));
      expect(done).toEqual([...Array(50).keys()]);
    }),
  );
});

test("what one does in its turn cannot bring another forward", () => {
  const line = inOrder();
  const done: string[] = [];
  const [first, second, third] = [line.stand(), line.stand(), line.stand()];
  third(() => done.push("third"));
  first(() => {
    second(() => done.push("second"));
    done.push("first");
  });
  expect(done).toEqual(["first", "second", "third"]);
});

test("a line is empty when those who stood in it have had their turn, whoever came later", async () => {
  const line = inOrder();
  const first = line.stand();
  let isEmpty = false;
  const empty = line.empty().then(() => {
    isEmpty = true;
  });
  line.stand();
  await Promise.resolve();
  expect(isEmpty).toBe(false);
  first(() => {});
  await empty;
  expect(isEmpty).toBe(true);
});

test("a line as long as it may be is kept in order while it is swept", () => {
  const line = inOrder();
  const done: number[] = [];
  for (let round = 0; round < 3; round++) {
    const places = Array.from({ length: 1500 }, () => line.stand());
    places.toReversed().forEach((inTurn, i) => {
      inTurn(() => done.push(round * 1500 + 1499 - i));
    });
  }
  expect(done).toEqual([...Array(4500).keys()]);
});
