/** What lies on a relay at the end, read with the keys of both sides: how often was each thing said? */
import {
  challengeBytes,
  equalBytes,
  type Filter,
  type IntentKeys,
  intentKeys,
  type MailboxKeys,
  openSealed,
  readMessage,
  type Signed,
  threadMailbox,
  toHex,
  unwrap,
} from "@intentcast/protocol";
import { firstIndexAt } from "../../packages/buyer-client/src/numbering.ts";
import { RawClient } from "../../packages/relay/test/raw-client.ts";
import { demand } from "./scenario.ts";

const seedOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** The keys of an intent that a buyer has cast this week, as one of its first. */
function keysOf(seed: number, { author, body }: Signed<"intent">): IntentKeys {
  const first = firstIndexAt(body.issued);
  for (let index = first; index < first + 16; index++) {
    const keys = intentKeys(seedOf(seed), index);
    if (equalBytes(keys.signer.publicKey, author)) return keys;
  }
  throw new Error("the intent is not this buyer's");
}

/** Ids by kind. */
export type Said = ReadonlyMap<string, ReadonlySet<string>>;

/** What was said to both mailboxes of a thread, and in the open by its buyer. */
export async function saidOnWire(
  relay: string,
  intent: Signed<"intent">,
  seeds: { readonly buyer: number; readonly seller: number },
): Promise<Said> {
  await using client = await RawClient.connect(relay);
  const said = new Map<string, Set<string>>();
  const note = (kind: string, id: Uint8Array): void => {
    said.set(kind, (said.get(kind) ?? new Set()).add(toHex(id)));
  };
  const mailboxes: readonly MailboxKeys[] = [
    keysOf(seeds.buyer, intent).mailbox,
    threadMailbox(seedOf(seeds.seller), intent.id),
  ];
  for (const mailbox of mailboxes) {
    const { publicKey, sign } = mailbox.signer;
    client.send("authenticate", 1, publicKey, sign(challengeBytes(client.hello, publicKey)));
    const answer = await client.answer();
    demand(answer[0] === "accepted", `a mailbox opens to its key: ${answer.slice(2).join(" ")}`);
    for (const message of await stored(client, { kinds: ["sealed"], mailboxes: [publicKey] })) {
      if (message.kind !== "sealed") continue;
      const opened = await openSealed(message, mailbox);
      if (opened.ok) note(opened.value.kind, opened.value.id);
      else note(opened.error.code, message.id);
    }
  }
  const spoken = await stored(client, { kinds: ["intent", "close"], authors: [intent.author] });
  for (const message of spoken) note(message.kind, message.id);
  return said;
}

let subscriptions = 0;

async function stored(client: RawClient, filter: Filter) {
  const number = ++subscriptions;
  client.send("subscribe", number, filter, { after: 0, live: false, credit: client.hello.limits.credit });
  const messages = [];
  for (;;) {
    const frame = await client.next("message", "ended");
    if (frame[0] === "ended") return messages;
    messages.push(unwrap(readMessage(frame[3], () => true)));
  }
}

/** Resolves when an author has said in the open that an intent is over. */
export async function untilClosed(relay: string, author: Uint8Array): Promise<void> {
  await using client = await RawClient.connect(relay);
  client.send(
    "subscribe",
    ++subscriptions,
    { kinds: ["close"], authors: [author] },
    { after: 0, live: true, credit: 1 },
  );
  await client.next("message");
}
