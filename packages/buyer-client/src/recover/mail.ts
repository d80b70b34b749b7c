/** What relays hold of one number's intent, opened: what others have sent, and the copies of what we have said. */
import {
  type IntentKeys,
  type Message,
  openCopy,
  openSealed,
  type Private,
  type Signed,
  toHex,
  type VerifyEquation,
} from "@intentcast/protocol";

export type Mail = {
  readonly index: number;
  /** Whether there was anything: then no other intent may have this number. */
  readonly isUsed: boolean;
  readonly intent: Signed<"intent"> | undefined;
  readonly close: Signed<"close"> | undefined;
  /** By sellers and by us, each once. */
  readonly messages: readonly Private[];
};

export async function openMail(
  index: number,
  keys: IntentKeys,
  found: readonly Message[],
  equation: VerifyEquation,
): Promise<Mail> {
  const opened: Signed[] = [];
  for (const message of found) {
    if (message.kind !== "sealed") {
      opened.push(message);
      continue;
    }
    const received = await openSealed(message, keys.mailbox, equation);
    const result = received.ok ? received : await openCopy(message, keys, equation);
    if (result.ok) opened.push(result.value);
  }
  const messages = [...new Map(opened.map((message) => [toHex(message.id), message])).values()];
  return {
    index,
    isUsed: messages.length > 0,
    intent: messages.find((message) => message.kind === "intent"),
    close: messages.find((message) => message.kind === "close"),
    messages: messages.filter(isPrivate),
  };
}

const open: ReadonlySet<string> = new Set(["intent", "close", "profile"]);
const isPrivate = (message: Signed): message is Private => !open.has(message.kind);
