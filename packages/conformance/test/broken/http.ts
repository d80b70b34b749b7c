/** Relays whose documents say something else than they do, and one that leaves without a word. */
import type { Document } from "../faulty-relay.ts";
import { type BrokenRelay, saying } from "./broken-relay.ts";

const at = (path: string, change: (page: Document) => Document): BrokenRelay["faults"] => ({
  page: (shown, page) => (shown === path ? change(page) : page),
});

const unreadable = (page: Document): Document => {
  const { "access-control-allow-origin": _, ...headers } = page.headers;
  return { ...page, headers };
};

export const httpRelays: readonly BrokenRelay[] = [
  {
    rule: "http/information",
    it: "tells other limits in its document than in hello",
    told: /limits\.subscriptions 256, as in hello; came 255/,
    faults: at("/", (page) => ({
      ...page,
      text: page.text.replace('"subscriptions": 256', '"subscriptions": 255'),
    })),
  },
  {
    rule: "http/information",
    it: "can be read by its own pages only",
    told: /\/ readable from every origin/,
    faults: at("/", unreadable),
  },
  {
    rule: "http/healthz",
    it: "has no /healthz",
    told: /HTTP 200 for GET \/healthz; came HTTP 404/,
    faults: at("/healthz", (page) => ({ ...page, status: 404 })),
  },
  {
    rule: "http/readyz",
    it: "does not say whether it takes messages",
    told: /publishing: open, read-only, store-full; came publishing: undefined/,
    faults: at("/readyz", (page) => ({ ...page, text: '{"status":"ok"}' })),
  },
  {
    rule: "http/metrics",
    it: "tells its figures as JSON",
    told: /lines in the text format of Prometheus; came \{/,
    faults: at("/metrics", (page) => ({ ...page, text: '{"connections": 3}' })),
  },
  {
    rule: "going-away/goodbye",
    it: "closes with 1000 when it shuts down",
    told: /close code 1001; came close code 1000/,
    faults: { link: () => ({ closing: () => 1000 }) },
  },
  {
    rule: "going-away/goodbye",
    it: "does not tell its subscribers that it shuts down",
    told: /ended with shutting-down for the subscription; came the end of the connection/,
    faults: saying((frame) => (frame[0] === "ended" ? [] : [frame])),
  },
];
