/** What the relay says over plain HTTP: who it is, whether it is well, and its figures. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

export type Documents = {
  /** The information document, as JSON. */
  readonly information: () => unknown;
  /** Whether it serves: false while it is shutting down. */
  readonly healthy: () => boolean;
  /** In the text format of Prometheus, with its content type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
};

const json = "application/json";

type Page = { readonly status: number; readonly type: string; readonly text: string };

function send(response: ServerResponse, { status, type, text }: Page): void {
  const headers = {
    "content-type": type,
    "cache-control": "no-store",
    // Read by buyers' applications in browsers; nothing here is anybody's secret.
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
  };
  response.writeHead(status, headers).end(text);
}

async function pageAt(path: string | undefined, documents: Documents): Promise<Page> {
  switch (path) {
    case "/":
      return { status: 200, type: json, text: `${JSON.stringify(documents.information(), null, 2)}\n` };
    case "/healthz":
      return documents.healthy()
        ? { status: 200, type: json, text: '{"status":"ok"}\n' }
        : { status: 503, type: json, text: '{"status":"shutting-down"}\n' };
    case "/metrics":
      return { status: 200, ...(await documents.metrics()) };
    default:
      return { status: 404, type: "text/plain", text: "there are /, /healthz and /metrics\n" };
  }
}

const pageFor = async ({ method, url }: IncomingMessage, documents: Documents): Promise<Page> =>
  method === "GET" || method === "HEAD"
    ? pageAt(url?.split("?")[0], documents)
    : { status: 405, type: "text/plain", text: "GET or HEAD only\n" };

export const serveDocuments =
  (documents: Documents, failed: (error: unknown) => void): RequestListener =>
  (request, response) => {
    pageFor(request, documents)
      .then((page) => send(response, page))
      .catch((error: unknown) => {
        failed(error);
        response.writeHead(500).end();
      });
  };
