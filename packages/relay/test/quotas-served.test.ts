/** Each quota as clients meet it, over sockets and on injected time. */
import { type Message, type Signer, signerFromSeed } from "@intentcast/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noQuotas, type QuotaScope } from "../src/core/quotas.ts";
import { buyer, close, mailbox, otherMailbox, sealed, seller } from "./messages.ts";
import { RawClient } from "./raw-client.ts";
import { gist, publish, serve } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

type Say = () => Message | Promise<Message>;

let numbers = 0;
const by =
  (signer: Signer): Say =>
  () =>
    close(++numbers, { by: signer });
const to =
  (recipient: typeof mailbox): Say =>
  () =>
    sealed(++numbers, recipient);
const byAnybody: Say = () => close(++numbers, { by: signerFromSeed(new Uint8Array(32).fill(++numbers)) });

/** Three clients: where they are, what they say, and whether the second shares the first one's quota. The third never does. */
type Case = {
  readonly addresses: readonly [string, string, string];
  readonly says: readonly [Say, Say, Say];
  readonly isShared: boolean;
};

const far = ["192.0.2.1", "198.51.100.1", "203.0.113.1"] as const;
/** The scopes of clients; other relays are charged by `peer`. */
type ClientScope = Exclude<QuotaScope, "peer">;

const cases: Readonly<Record<ClientScope, Case>> = {
  connection: {
    addresses: [far[0], far[0], far[0]],
    says: [byAnybody, byAnybody, byAnybody],
    isShared: false,
  },
  address: { addresses: [far[0], far[0], far[1]], says: [byAnybody, byAnybody, byAnybody], isShared: true },
  author: { addresses: far, says: [by(buyer), by(buyer), by(seller)], isShared: true },
  mailbox: { addresses: far, says: [to(mailbox), to(mailbox), to(otherMailbox)], isShared: true },
};

test.for(Object.entries(cases) as [ClientScope, Case][])(
  "beyond the quota of its %s a client is told when to come again, and then served; others are served meanwhile",
  async ([scope, { addresses, says, isShared }]) => {
    const quotas = { ...noQuotas, [scope]: { perSecond: 1, burst: 3 } };
    const { relay, clock } = await serve(stack, { quotas, proxies: ["127.0.0.1"] });
    const clients = await Promise.all(
      addresses.map(async (address) => {
        const headers = { "x-forwarded-for": address };
        return stack.use(await RawClient.connect(relay.url, undefined, headers));
      }),
    );
    const say = async (who: 0 | 1 | 2) => publish(clients[who] as RawClient, await says[who]());

    for (let i = 0; i < 3; i++) expect(gist(await say(0))).toMatchObject(["accepted", 1, {}]);
    const refused = await say(0);
    expect(gist(refused)).toEqual(["rejected", 1, "admit", "rate-limited"]);
    expect(refused[5]).toBe(1);
    expect((await say(1))[0]).toBe(isShared ? "rejected" : "accepted");
    expect(gist(await say(2))).toMatchObject(["accepted", 1, {}]);
    const metrics = await (await fetch(relay.metricsUrl)).text();
    expect(metrics).toContain(`intentcast_relay_rate_limited_total{quota="${scope}"} ${isShared ? 2 : 1}\n`);

    clock.advance(1);
    expect(gist(await say(0))).toMatchObject(["accepted", 1, {}]);
    expect((await say(0))[3]).toBe("rate-limited");
    clock.advance(60);
    for (let i = 0; i < 3; i++) expect(gist(await say(0))).toMatchObject(["accepted", 1, {}]);
    expect((await say(0))[3]).toBe("rate-limited");
  },
);

test("nobody uses up another's quota with forgeries, and a clock that is set back gives nothing away", async () => {
  const quotas = { ...noQuotas, author: { perSecond: 1, burst: 2 } };
  const { connect, clock } = await serve(stack, { quotas });
  const client = await connect();
  const forge = (): Uint8Array => {
    const { bytes } = close(++numbers);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    return bytes;
  };
  for (let i = 0; i < 20; i++) expect((await publish(client, forge()))[3]).toBe("signature-invalid");
  for (let i = 0; i < 2; i++) expect((await publish(client, close(++numbers)))[0]).toBe("accepted");
  clock.advance(-60);
  expect((await publish(client, close(++numbers)))[3]).toBe("rate-limited");
});
