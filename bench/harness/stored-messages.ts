/** A relay that holds many messages, of which 500 each can be asked for by what they are about, by author, by mailbox. */
import {
  type Filter,
  hour,
  type MailboxKeys,
  type Message,
  type Sealed,
  sealMessage,
  threadMailbox,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import type { Child } from "./child.ts";
import type { Context } from "./context.ts";
import { intentWriter } from "./messages.ts";
import { nodeSigner } from "./node-signer.ts";
import { pipelinedOver, publishFrame } from "./publishing.ts";
import { openMany } from "./relay-connection.ts";

/** How many messages each of the queries finds. */
export const found = 500;

/** Messages signed before they are published, so that a million need no room. */
const chunk = 10_000;

const category = "toys/strollers/twin";
const place = "iso3166/US/CA";
const author = nodeSigner(new Uint8Array(32).fill(5));
const mailbox: MailboxKeys = threadMailbox(new Uint8Array(32).fill(6), new Uint8Array(32));

export type Query = { readonly what: string; readonly filter: Filter; readonly mailbox?: MailboxKeys };

export const queries: readonly Query[] = [
  { what: "by mailbox", filter: { kinds: ["sealed"], mailboxes: [mailbox.signer.publicKey] }, mailbox },
  { what: "by author", filter: { kinds: ["intent"], authors: [author.publicKey] } },
  {
    what: "by category and place",
    filter: { kinds: ["intent"], categories: ["toys"], places: ["iso3166/US"] },
  },
];

async function sealedNote(issued: number): Promise<Sealed> {
  const to = { mailbox: mailbox.signer.publicKey, key: mailbox.key };
  const ids = { thread: new Uint8Array(32), prev: new Uint8Array(32), to: to.mailbox };
  const note = unwrap(
    writeMessage("note", { nonce: new Uint8Array(16), issued, ...ids, text: "Hello" }, author),
  );
  return sealMessage(note, to, { issued, expires: issued + 24 * hour }, (length) => new Uint8Array(length));
}

/** Another sealed message of the same size: nobody but the holder of the mailbox can tell that it opens no more. */
function variant({ bytes }: Sealed, number: number): Pick<Message, "bytes"> {
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint32(changed.length - 4, number);
  return { bytes: changed };
}

/** Publishes so many messages; those that queries find are spread evenly among the others. */
export async function fill(relay: Child, { storedMessages, progress }: Context): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const sockets = (await openMany(16, relay, stack)).map(({ socket }) => socket);
  const write = intentWriter("stored");
  const note = await sealedNote(Math.floor(Date.now() / 1000));
  const stride = Math.floor(storedMessages / found);

  function message(number: number): Pick<Message, "bytes"> {
    // What lies beyond the last full stride is for nobody.
    const slot = number < stride * found ? number % stride : stride;
    if (slot === 0) return write({ category, place });
    if (slot === 1) return write({ author });
    return slot === 2 ? variant(note, number) : write();
  }

  for (let at = 0; at < storedMessages; at += chunk) {
    progress(`storing: ${at} of ${storedMessages}`);
    const count = Math.min(chunk, storedMessages - at);
    const frames = Array.from({ length: count }, (_, i) => publishFrame(message(at + i)));
    await pipelinedOver(sockets, frames, 64);
  }
}
