/** One WebSocket handshake (RFC 6455 §4.1), header by header, and what the other side answers. */
import { randomBytes } from "node:crypto";
import { type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Breach } from "./finding.ts";
import { httpAddress } from "./http.ts";
import type { Circumstances } from "./trial.ts";

export const subprotocol = "intentcast.v1";

/** `status` is 101 where the relay opens a WebSocket. */
export type Handshake = { readonly status: number; readonly headers: IncomingHttpHeaders };

/** Shakes hands with these further headers, and hangs up. */
export function shakeHands(
  { url, patience }: Pick<Circumstances, "url" | "patience">,
  headers: Readonly<Record<string, string>>,
): Promise<Handshake> {
  const address = httpAddress(url, new URL(url).pathname);
  const open = address.startsWith("https:") ? requestHttps : requestHttp;
  const answered = new Promise<Handshake>((resolve, reject) => {
    const request = open(address, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
        ...headers,
      },
    });
    const answer = (status: number | undefined, answered: IncomingHttpHeaders): void => {
      request.destroy();
      resolve({ status: status ?? 0, headers: answered });
    };
    request.on("response", (response) => answer(response.statusCode, response.headers));
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      answer(response.statusCode, response.headers);
    });
    request.on("error", (error) => reject(new Breach("an answer to the handshake", error.message)));
    request.end();
  });
  return patience.within(answered, "an answer to the handshake");
}
