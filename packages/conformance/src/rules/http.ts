/** The documents over plain HTTP on the same port. */
import { filterKinds, toHex } from "@intentcast/protocol";
import { plain } from "../describe.ts";
import { Breach, expect, NotExercised } from "../finding.ts";
import { getPage, type Page } from "../http.ts";
import type { Rule } from "../rule.ts";
import type { Trial } from "../trial.ts";

const spec = "08-relay-protocol.md#9-over-plain-http";

/** The page at a path, which must be there, for GET as for HEAD, and readable from every origin. */
async function readable(trial: Trial, path: string): Promise<Page> {
  const page = await getPage(trial, path);
  expect(page.status === 200, `HTTP 200 for GET ${path}`, `HTTP ${page.status}`);
  const origin = page.headers.get("access-control-allow-origin");
  expect(origin === "*", `${path} readable from every origin`, `access-control-allow-origin: ${origin}`);
  const head = await getPage(trial, path, "HEAD");
  expect(head.status === 200, `HTTP 200 for HEAD ${path}`, `HTTP ${head.status}`);
  return page;
}

function objectIn({ text }: Page, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new Breach(`a JSON object at ${path}`, plain(text));
}

const informs: Rule = {
  id: "http/information",
  says: "/ is the information document: version, name, software, position, time and limits as in hello, store in hex, and kinds.",
  spec,
  check: async (trial) => {
    const { hello } = await trial.connect();
    const about = objectIn(await readable(trial, "/"), "/");
    const { version, name, software, limits, store } = hello;
    for (const [field, wanted] of Object.entries({ version, name, software, store: toHex(store) }))
      expect(about[field] === wanted, `${field} ${wanted}, as in hello`, `${field} ${about[field]}`);
    const told = { ...(about["limits"] as object) } as Record<string, unknown>;
    for (const [field, wanted] of Object.entries(limits))
      expect(told[field] === wanted, `limits.${field} ${wanted}, as in hello`, `${told[field]}`);
    const { position, time, kinds } = about;
    for (const [field, value, least] of [
      ["position", position, hello.position],
      ["time", time, hello.time],
    ] as const) {
      const isRight = Number.isSafeInteger(value) && Number(value) >= least;
      expect(isRight, `${field} ${least} or later`, `${field} ${value}`);
    }
    const areKinds =
      Array.isArray(kinds) && kinds.length > 0 && kinds.every((kind) => filterKinds.includes(kind));
    expect(areKinds, `kinds, of ${filterKinds.join(", ")}`, `kinds ${kinds}`);
  },
};

const isHealthy: Rule = {
  id: "http/healthz",
  says: "/healthz answers 200 while the relay serves.",
  spec,
  check: async (trial) => void (await readable(trial, "/healthz")),
};

const states = ["open", "read-only", "store-full"];

const isReady: Rule = {
  id: "http/readyz",
  says: "/readyz answers 200 while the relay takes new connections, and publishing says whether it takes messages.",
  spec,
  check: async (trial) => {
    const { publishing } = objectIn(await readable(trial, "/readyz"), "/readyz");
    expect(
      states.includes(String(publishing)),
      `publishing: ${states.join(", ")}`,
      `publishing: ${publishing}`,
    );
  },
};

/** A comment, or a name with or without labels, a number and perhaps a time. */
const sample = /^(#.*|[a-zA-Z_:][\w:]*(\{[^\n]*\})? (NaN|[+-]?(Inf|[\d.]+(e[+-]?\d+)?))( \d+)?|)$/i;

const measures: Rule = {
  id: "http/metrics",
  says: "/metrics, where it is public, is in the text format of Prometheus.",
  spec,
  check: async (trial) => {
    const { status } = await getPage(trial, "/metrics");
    if ([401, 403, 404].includes(status)) throw new NotExercised(`/metrics is not public: HTTP ${status}`);
    const { text, headers } = await readable(trial, "/metrics");
    const type = headers.get("content-type") ?? "none";
    expect(/^(text\/plain|application\/openmetrics-text)\b/.test(type), "content type text/plain", type);
    const wrong = text.split("\n").find((one) => !sample.test(one));
    expect(wrong === undefined, "lines in the text format of Prometheus", () => plain(wrong ?? ""));
  },
};

export const httpRules: readonly Rule[] = [informs, isHealthy, isReady, measures];
