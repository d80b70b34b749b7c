/** A relay that withholds: programs of their own name it, and not the honest ones beside it. */
import { fileURLToPath } from "node:url";
import { type Buyer, openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import { toHex } from "@intentcast/protocol";
import { startRelay } from "@intentcast/relay";
import { type Running, startNode, temporaryFolder, withholdingRelay } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { printerFor } from "../src/printer.ts";
import { tellOfRelay } from "../src/relay-warning.ts";

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const startInHurry = (folder: string, ...args: string[]): Running =>
  startNode(folder, "--import", [file("./hurry.ts"), file("../src/main.ts"), ...args]);

/** Two honest relays, one that shows no intents, and a buyer who reads at all three. */
async function market(
  stack: AsyncDisposableStack,
): Promise<{ urls: string[]; buyer: Buyer; folder: string }> {
  const honest = [stack.use(await startRelay({ port: 0 })), stack.use(await startRelay({ port: 0 }))];
  const third = stack.use(await startRelay({ port: 0 }));
  const muffled = stack.use(await withholdingRelay(third.url, { hides: ({ kind }) => kind === "intent" }));
  const urls = [...honest, muffled].map(({ url }) => url);
  const seed = new Uint8Array(32).fill(2);
  const buyer = stack.use(await openBuyer({ seed, relays: urls, journal: memoryJournal() }));
  const { path } = stack.use(await temporaryFolder());
  return { urls, buyer, folder: path };
}

const wish = { want: [{ category: "uncategorized", name: "clay pot", quantity: { value: 3, unit: "C62" } }] };

test.each([
  [
    "a shop",
    ["sell", "--feed", file("../../../examples/products.csv"), "--name", "My Shop"],
    /"event":"open"/,
  ],
  ["who watches", ["watch", "--stored"], /"kind":"intent"/],
])("%s is told which relay withholds, and what", async (_, args, ready) => {
  await using stack = new AsyncDisposableStack();
  const { urls, buyer, folder } = await market(stack);
  const cast = await buyer.cast(wish);
  const flags = urls.flatMap((url) => ["--relay", url]);
  await using program = startInHurry(folder, ...args, ...flags, "--json");
  await program.says(ready);
  const told = JSON.parse(await program.says(/relay-withholds/));
  expect(told).toMatchObject({
    event: "relay-withholds",
    relay: urls[2],
    withheld: 1,
    message: toHex(cast.intent.id),
  });
  expect(told.shownBy.split(" ").toSorted()).toEqual(urls.slice(0, 2).toSorted());
  program.signal("SIGINT");
  const { out } = await program.ended;
  for (const url of urls.slice(0, 2)) expect(out).not.toMatch(new RegExp(`relay-withholds","relay":"${url}`));
});

test("people are told in a line beside the results", () => {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const print = printerFor(terminal as never, false);
  const facts = { relay: "wss://c.example", message: "00", shownBy: "wss://a.example" };
  expect(tellOfRelay("relay-withholds", { ...facts, withheld: 1 }, { print })).toBe(true);
  expect(tellOfRelay("relay-withholds", { ...facts, withheld: 4 }, { print })).toBe(true);
  expect(tellOfRelay("received", {}, { print })).toBe(false);
  expect(out).toEqual([]);
  expect(err).toEqual([
    expect.stringMatching(/^warning: wss:\/\/c\.example withholds: it has a message .* does not show it\./),
    expect.stringMatching(
      /^warning: wss:\/\/c\.example withholds: it has 4 messages .* does not show them\./,
    ),
  ]);
});
