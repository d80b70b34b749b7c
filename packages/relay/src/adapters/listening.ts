/** Listening on a port, with refusals that an operator understands. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "../ports/start-error.ts";

/** Time for an HTTP request, from its first byte or the opening of its connection. */
export const requestMs = 10_000;

/** Resolves to the port. Throws StartError: `address-in-use`, `address-refused`. */
export async function listenOn(http: Server, host: string, port: number): Promise<number> {
  http.listen(port, host);
  await once(http, "listening").catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === "EADDRINUSE" ? "address-in-use" : "address-refused";
    throw new StartError(code, `cannot listen on ${host}:${port}: ${cause.message}`, { cause });
  });
  return (http.address() as AddressInfo).port;
}

/** A server of documents alone. Throws as {@link listenOn} does. */
export async function listenForDocuments(
  host: string,
  port: number,
  documents: RequestListener,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const http = createServer({ headersTimeout: requestMs, requestTimeout: requestMs }, documents);
  const taken = await listenOn(http, host, port);
  http.unref();
  return {
    port: taken,
    close: () => {
      http.close();
      http.closeAllConnections();
    },
  };
}
