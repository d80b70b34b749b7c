/** What the headers of a vector tell of a message that is accepted (spec/vectors/README.md). */
import { type Deal, type Message, type Signed, toHex } from "@intentcast/protocol";
import { diagnostic } from "./diagnostic.ts";

export const told = (message: Message | Signed): Readonly<Record<string, string>> =>
  message.kind === "sealed"
    ? {
        to: toHex(message.to),
        issued: `${message.issued}`,
        expires: `${message.expires}`,
        id: toHex(message.id),
      }
    : {
        kind: message.kind,
        author: toHex(message.author),
        id: toHex(message.id),
        body: diagnostic(message.body),
      };

/** What the headers of a vector tell of a deal: the phase that it has come to, and what it holds. */
export const dealTold = ({ phase, messages }: Deal): Readonly<Record<string, string>> => ({
  phase,
  kinds: messages.map(({ kind }) => kind).join(" "),
  ids: messages.map(({ id }) => toHex(id)).join(" "),
});
