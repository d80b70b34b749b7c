/** What a server's message begins with is what ws makes of the whole. */
import { expect, test } from "vitest";
import * as ws from "ws";
import { mostHeadBytes, writeHead } from "../src/adapters/websocket-message.ts";

/** What ws exports and its types leave out. */
const { Sender } = ws as unknown as {
  readonly Sender: { readonly frame: (data: Buffer, how: typeof options) => readonly Buffer[] };
};
const options = { fin: true, rsv1: false, opcode: 2, mask: false, readOnly: true };

test.each([0, 1, 120, 125, 126, 127, 700, 65_535, 65_536, 100_000])("of %i bytes", (length) => {
  const whole = Uint8Array.from({ length }, (_, i) => i);
  const byWs = Buffer.concat(Sender.frame(Buffer.from(whole), options));
  const written = Buffer.alloc(mostHeadBytes + length);
  const at = writeHead(written, 0, length);
  written.set(whole, at);
  expect(written.subarray(0, at + length)).toEqual(byWs);
});
