/** Waits for a WebSocket to open, and says why it does not. */
import type { WebSocket } from "ws";
import { Breach, NotNow } from "./finding.ts";

/** Seconds to wait where a relay turns a connection away and does not say for how long. */
const turnedAwaySeconds = 5;

/** Resolves when the WebSocket is open. Throws NotNow when it is turned away for now, else a Breach. */
export function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (error) => reject(new Breach("a connection", error.message)));
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      const status = response.statusCode ?? 0;
      const seconds = Number(response.headers["retry-after"] ?? turnedAwaySeconds);
      const isBusy = status === 429 || status === 503;
      reject(
        isBusy
          ? new NotNow(`HTTP ${status}`, Number.isFinite(seconds) ? seconds : turnedAwaySeconds)
          : new Breach("a connection", `HTTP ${status}`),
      );
    });
  });
}
