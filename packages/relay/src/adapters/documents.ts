/** What the relay says over plain HTTP: who it is, whether it is well, and its figures. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Whether new messages are taken, and if not, why. */
export type Publishing = "open" | "read-only" | "store-full";

export type Documents = {
  /** The information document, as JSON. */
  readonly information?: () => unknown;
  /** Whether it serves: false while it is shutting down. */
  readonly healthy: () => boolean;
  /** Whether it takes new connections. */
  readonly ready: () => boolean;
  readonly publishing: () => Publishing;
  /** In the text format of Prometheus, with its content type. */
  readonly metrics?: () => Promise<{ readonly type: string; readonly text: string }>;
  /** How it stands among other relays, as JSON; null where it is in no network. For the operator, as the metrics are. */
  readonly network?: () => unknown;
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

const asJson = (status: number, value: unknown): Page => ({
  status,
  type: json,
  text: `${JSON.stringify(value)}\n`,
});

const missing: Page = {
  status: 404,
  type: "text/plain",
  text: "there are /, /healthz and /readyz; /metrics and /network here or on a port of their own\n",
};

const health = ({ healthy }: Documents): Page =>
  healthy() ? asJson(200, { status: "ok" }) : asJson(503, { status: "shutting-down" });

const readiness = ({ ready, publishing }: Documents): Page =>
  asJson(ready() ? 200 : 503, { status: ready() ? "ok" : "draining", publishing: publishing() });

async function pageAt(path: string | undefined, documents: Documents): Promise<Page> {
  const { information, metrics, network } = documents;
  if (path === "/healthz") return health(documents);
  if (path === "/readyz") return readiness(documents);
  if (path === "/metrics" && metrics) return { status: 200, ...(await metrics()) };
  if (path === "/network" && network) return asJson(200, { network: network() });
  if (path === "/" && information)
    return { status: 200, type: json, text: `${JSON.stringify(information(), null, 2)}\n` };
  return missing;
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
