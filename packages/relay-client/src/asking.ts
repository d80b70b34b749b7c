/** Which messages a reader may publish again at a relay: none that could be news to somebody it was not meant for. */
import type { Message, UnixSeconds } from "@intentcast/protocol";
import { parseAddress } from "./address.ts";

/** What expires so soon may have expired by a clock that differs: relays allow five minutes. */
const marginSeconds = 600;

/**
 * Sealed messages that we can read are mail of ours, and reach the mailbox's relays by our own wish. An intent or a profile
 * is for the relays that it names: one that has been shown by a relay of some closed circle stays in it.
 */
export function mayAsk(relay: string, message: Message, now: UnixSeconds): boolean {
  const { expires } = message.kind === "sealed" ? message : message.body;
  return expires > now + marginSeconds && isMeantFor(relay, message);
}

function isMeantFor(relay: string, message: Message): boolean {
  switch (message.kind) {
    case "sealed":
      return true;
    case "intent":
      return isAmong(message.body.reply.relays, relay);
    case "profile":
      return isAmong(message.body.relays, relay);
    case "close":
      return false;
  }
}

const isAmong = (relays: readonly string[] = [], relay: string): boolean =>
  relays.some((one) => isAddress(one, relay));

function isAddress(text: string, relay: string): boolean {
  const address = parseAddress(text);
  return address.ok && address.value === relay;
}
