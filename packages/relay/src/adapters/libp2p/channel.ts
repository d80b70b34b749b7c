/** A libp2p stream as a channel: each message with its length in front. */
import type { Stream } from "@libp2p/interface";
import { lpStream } from "@libp2p/utils";
import { type Channel, maxChannelMessageBytes } from "../../ports/gossip.ts";

/** Bytes that may lie unread before the stream is reset: a peer that answers more than was asked. */
const unreadBytes = 4 * maxChannelMessageBytes;

/** The stream ended where a message might have begun. */
const isEnd = (error: unknown): boolean => (error as Error).name === "UnexpectedEOFError";

/** Without what Buffer adds: its `slice` makes no copy. */
export const plainBytes = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);

export function channelOver(stream: Stream): Channel {
  const messages = lpStream(stream, { maxDataLength: maxChannelMessageBytes, maxBufferSize: unreadBytes });
  return {
    send: (message) => messages.write(message),
    receive: async () => {
      try {
        return plainBytes((await messages.read()).subarray());
      } catch (error) {
        if (isEnd(error)) return undefined;
        throw error;
      }
    },
    close: () => stream.close(),
    abort: () => stream.abort(new Error("the channel was broken off")),
  };
}
