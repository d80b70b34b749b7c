/** The relay's documents over plain HTTP, on the port of its WebSocket. */
import { Breach } from "./finding.ts";
import type { Trial } from "./trial.ts";

/** Where a path lies, seen from the relay's WebSocket address. */
export function httpAddress(webSocketUrl: string, path: string): string {
  const url = new URL(path, webSocketUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}

export type Page = { readonly status: number; readonly headers: Headers; readonly text: string };

export function getPage(trial: Trial, path: string, method: "GET" | "HEAD" = "GET"): Promise<Page> {
  const { url, patience } = trial.circumstances;
  const fetched = fetch(httpAddress(url, path), { method, redirect: "manual" }).then(
    async (response) => ({ status: response.status, headers: response.headers, text: await response.text() }),
    (error: unknown) => {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new Breach(`an answer to ${method} ${path}`, cause);
    },
  );
  return patience.within(fetched, `an answer to ${method} ${path}`);
}
