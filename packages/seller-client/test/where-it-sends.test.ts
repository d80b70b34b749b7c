/** To which relays a seller sends what it says: an intent is a stranger's, and so are the addresses in it. */
import { type OpenSocket, openWebSocket } from "@intentcast/relay-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Catalogue, openSeller } from "../src/index.ts";
import { Market, Record, stroller } from "./market.ts";

const shop: Catalogue = { currency: "USD", items: [stroller] };
const ours = "wss://relay.example";

let market: Market;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  market = await Market.open({ name: "relay.example:443" });
  stack = new AsyncDisposableStack();
  stack.use(market);
});
afterEach(() => stack.disposeAsync());

/** A seller in the world outside, whose relay is the market's; and what it dials. */
async function shopOutside(): Promise<{ dialled: Set<string>; record: Record }> {
  const dialled = new Set<string>();
  const socket: OpenSocket = (address, events) => {
    dialled.add(address);
    if (address === ours) return openWebSocket(market.relay.url, events);
    queueMicrotask(() => events.closed("nobody is there"));
    return { send: () => undefined, close: () => undefined };
  };
  const record = new Record();
  const options = market.seller({ relays: [ours], socket, log: record.log });
  stack.use(await openSeller(options)).answerFromCatalogue(shop);
  return { dialled, record };
}

test.each([
  ["this machine", "ws://localhost:7447"],
  ["its loopback network", "ws://127.0.0.1:6379"],
  ["the network around it", "ws://10.0.0.1:7447"],
  ["its cloud's metadata", "ws://169.254.169.254"],
  ["a name of the house", "wss://printer.local"],
  ["an IPv6 address of the house", "ws://[fd00::1]:7447"],
])("an intent does not make a seller dial %s", async (_, address) => {
  const { dialled } = await shopOutside();
  const buyer = await market.cast({}, [address]);
  await buyer.get("offer");
  expect([...dialled]).toEqual([ours]);
});

test("nor a stranger's relay where both read at one", async () => {
  const { dialled } = await shopOutside();
  const buyer = await market.cast({}, ["wss://stranger.example", ours]);
  await buyer.get("offer");
  expect([...dialled]).toEqual([ours]);
});

test("where none is shared, an answer goes to the buyer's relays and to our own", async () => {
  const { dialled } = await shopOutside();
  const buyer = await market.cast({}, ["wss://theirs.example", "ws://192.168.1.1"]);
  await buyer.get("offer");
  expect([...dialled]).toEqual([ours, "wss://theirs.example"]);
});

test("an address that is none does not keep an answer from its buyer", async () => {
  const { record } = await shopOutside();
  const buyer = await market.cast({}, ["wss://user:secret@relay.example"]);
  await buyer.get("offer");
  await record.until("sent");
  expect(record.entries.filter(({ event }) => event === "not-sent")).toEqual([]);
});
