/**
 * A market in which one side is written in Python: a relay of ours as a process of its own takes what the second
 * implementation makes, our SDKs answer it, and it opens what was sealed to it.
 */
import { fileURLToPath } from "node:url";
import { type Cast, openBuyer } from "@intentcast/buyer-client";
import { memoryJournal } from "@intentcast/journal";
import {
  advance,
  fromHex,
  hour,
  type IntentKeys,
  intentKeys,
  type MailboxKeys,
  openDeal,
  type Private,
  readMessage,
  readSigned,
  type Signed,
  sellerSigner,
  threadMailbox,
  toHex,
  unwrap,
} from "@intentcast/protocol";
import { connectRelays, type RelayPool } from "@intentcast/relay-client";
import { openSeller } from "@intentcast/seller-client";
import { type Running, startNode, temporaryFolder } from "@intentcast/testkit";
import { expect, test } from "vitest";
import { describeWithPython, runReference } from "./python.ts";

const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const now = () => Math.floor(Date.now() / 1000);
const pythonsSeed = new Uint8Array(32).fill(0x50);
const oursSeed = new Uint8Array(32).fill(0x75);

async function addressOf(relay: Running): Promise<string> {
  return (JSON.parse(await relay.says(/"url"/)) as { url: string }).url;
}

/** The lines that `python3 -m intentcast` writes. */
const python = async (
  input: readonly Uint8Array[],
  ...args: readonly string[]
): Promise<readonly string[]> => {
  const lines = input.map((bytes) => `${toHex(bytes)}\n`).join("");
  const { code, out, err } = await runReference(["-m", "intentcast", ...args], lines);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out.trimEnd().split("\n");
};

/** The first sealed message that comes to a mailbox. */
async function firstMail(pool: RelayPool, { signer }: MailboxKeys): Promise<Uint8Array> {
  await using mail = pool.subscribe({}, { mailboxes: [signer] });
  for await (const { message } of mail) return message.bytes;
  throw new Error("the subscription ended");
}

async function firstOffer(cast: Cast): Promise<Signed<"offer">> {
  for await (const { offer } of cast.offers()) return offer;
  throw new Error("there came none");
}

const times = (lifetime: number): readonly string[] => [
  "--issued",
  `${now()}`,
  "--expires",
  `${now() + lifetime}`,
];

describeWithPython("a market with the second implementation in it", () => {
  test("where it buys: our relay takes its intent, our seller answers, and it opens the offer", async () => {
    await using folder = await temporaryFolder();
    await using relay = startNode(folder.path, main, ["relay", "--port", "0", "--json", "--data", "relay"]);
    const url = await addressOf(relay);
    await using seller = await openSeller({
      seed: oursSeed,
      name: "Cradle & Co",
      relays: [url],
      journal: memoryJournal(),
    });
    const items = [{ sku: "twin", name: "Twin stroller", price: 24_900 }];
    await using _ = seller.answerFromCatalogue({ currency: "USD", items });
    await using pool = connectRelays({ relays: [url] });

    const wish = ["--number", "7", "--name", "twin stroller", "--max", "25000", "--relay", url];
    const [hex = ""] = await python([pythonsSeed], "intent", ...wish, ...times(hour));
    const intent = unwrap(readMessage(fromHex(hex))) as Signed<"intent">;
    const keys: IntentKeys = intentKeys(pythonsSeed, 7);
    expect(intent.author).toEqual(keys.signer.publicKey);
    await pool.publish(intent.bytes);

    const sealed = await firstMail(pool, keys.mailbox);
    const [inside = "", what, body] = await python([pythonsSeed, sealed], "open", "--number", "7");
    const offer = unwrap(readSigned(fromHex(inside))) as Private;
    const seller32 = toHex(sellerSigner(oursSeed).publicKey);
    expect(what).toBe(`offer ${toHex(offer.id)} by ${seller32}`);
    expect(body).toContain('"seller": "Cradle & Co"');
    expect(unwrap(advance(openDeal(intent), offer, now())).offer?.body.total).toBe(24_900);
  }, 60_000);

  test("where it sells: our buyer takes its offer, and it opens the award with what is disclosed", async () => {
    await using folder = await temporaryFolder();
    await using relay = startNode(folder.path, main, ["relay", "--port", "0", "--json", "--data", "relay"]);
    const url = await addressOf(relay);
    await using buyer = await openBuyer({ seed: oursSeed, relays: [url], journal: memoryJournal() });
    const cast = await buyer.cast({
      want: [
        {
          category: "shopify/bt/15/8",
          name: "stroller",
          gtin: "4006381333931",
          quantity: { value: 15, scale: 1, unit: "C62" },
          condition: ["refurbished", "new"],
          requirements: [
            { attribute: "seats", operator: "gt", value: 2, unit: "C62", must: true },
            { attribute: "color", operator: "in", value: ["green", "blue"], must: true },
            { attribute: "brand", operator: "ne", value: "Roller", must: true },
          ],
        },
        { category: "shopify/bt/15/4", name: "rain cover", quantity: { value: 1, unit: "C62" } },
      ],
      delivery: ["courier", "pickup"],
      when: { until: now() + 4 * hour },
      price: { currency: "EUR", max: 20_000 },
      terms: [{ iri: "https://terms.example/base", sha256: new Uint8Array(32).fill(9), must: true }],
    });

    await using pool = connectRelays({ relays: [url] });
    const said = ["--total", "19900", "--seller", "Snake & Sons", "--relay", url];
    const [hex = ""] = await python([pythonsSeed, cast.intent.bytes], "offer", ...said, ...times(hour));
    await pool.publish(fromHex(hex));

    const offered = await firstOffer(cast);
    expect(offered.body).toMatchObject({ seller: "Snake & Sons", currency: "EUR", total: 19_900 });
    expect(offered.author).toEqual(sellerSigner(pythonsSeed).publicKey);
    const { deal } = await cast.award(offered, {
      disclosure: { name: "Ada Byrne" },
    });

    const award = await firstMail(pool, threadMailbox(pythonsSeed, cast.intent.id));
    const opened = await python([pythonsSeed, award], "open", "--thread", cast.thread);
    expect(opened[0]).toBe(toHex(deal.award?.bytes ?? new Uint8Array(0)));
    expect(opened[1]).toBe(
      `award ${toHex(deal.award?.id ?? new Uint8Array(0))} by ${toHex(cast.intent.author)}`,
    );
    expect(opened[2]).toContain('"disclosure": {"name": "Ada Byrne"}');
    expect(cast.refused()).toEqual([]);
  }, 60_000);
});
