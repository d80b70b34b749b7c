/** `intentcast inspect`: any message, as readable JSON. */
import { type Message, readMessage, readSigned, type Signed } from "@intentcast/protocol";
import { exitCodes, Failure } from "../failure.ts";
import { readBytes } from "../input.ts";
import { readable } from "../show/json.ts";
import { examples } from "./examples.ts";
import type { Context, Verb } from "./verb.ts";

export const inspectVerb: Verb = (program, act) =>
  void program
    .command("inspect")
    .summary("show any message as readable JSON")
    .description(
      "Reads one message, signed or sealed, checks it as a relay would, and prints it as JSON: byte strings in hex, " +
        "money in minor units, times in Unix seconds. Of a sealed message, it shows what a relay sees.",
    )
    .argument("<message>", 'a file, "-" for standard input, or the bytes in hex or base64url')
    .addHelpText("after", examples("inspect message.cbor", "inspect - < message.cbor"))
    .action((source: string) => act((context) => inspect(source, context)));

async function inspect(source: string, { print, settings, terminal }: Context) {
  const record = describe(await readBytes(source, terminal));
  print.say(record, JSON.stringify(readable(record), undefined, settings.json ? 0 : 2));
  return exitCodes.done;
}

function describe(bytes: Uint8Array): object {
  const message = readAny(bytes);
  if (message.kind === "sealed") {
    const { kind, id, to, issued, expires } = message;
    return { kind, id, to, issued, expires, bytes: bytes.length };
  }
  const { kind, id, author, body } = message;
  return { kind, id, author, body };
}

/** A message as relays carry it, or a signed message of a sealed kind, such as a bundle holds. */
function readAny(bytes: Uint8Array): Message | Signed {
  const message = readMessage(bytes);
  if (message.ok) return message.value;
  const signed = readSigned(bytes);
  if (signed.ok) return signed.value;
  const { stage, code, detail } = message.error;
  throw new Failure(`this is no valid message: ${stage}/${code}${detail && ` (${detail})`}`);
}
