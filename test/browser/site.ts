/** The site of the browser tests: one page with one script, under a policy that forbids all that an SDK has no need of. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { bundleForBrowser } from "./bundle.ts";
import { launchChromium } from "./chromium.ts";

const policy = "default-src 'none'; script-src 'self'; connect-src ws://127.0.0.1:*";
const html =
  '<!doctype html><meta charset="utf-8"><title>Shop</title><script type="module" src="/page.js"></script>';

/** The site in a browser. Pages share what the site stores. */
export type Visit = AsyncDisposable & {
  /** Another tab, with the script run. What goes wrong in one, and what the policy forbids, is among `faults`. */
  readonly open: () => Promise<Page>;
  readonly faults: readonly string[];
};

export async function visitSite(): Promise<Visit> {
  const [{ code }, browser] = await Promise.all([
    bundleForBrowser(fileURLToPath(new URL("./page.ts", import.meta.url))),
    launchChromium(),
  ]);
  const server = createServer(({ url }, response) => {
    response.setHeader("content-security-policy", policy);
    if (url === "/") response.setHeader("content-type", "text/html").end(html);
    else if (url === "/page.js") response.setHeader("content-type", "text/javascript").end(code);
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const faults: string[] = [];
  const context = await browser.newContext();

  return {
    faults,
    open: async () => {
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        // The page has no icon.
        if (message.type() === "error" && !message.location().url.endsWith("favicon.ico")) {
          faults.push(message.text());
        }
      });
      await page.goto(`http://127.0.0.1:${port}/`);
      return page;
    },
    [Symbol.asyncDispose]: () => close(browser, server),
  };
}

async function close(browser: Browser, server: ReturnType<typeof createServer>): Promise<void> {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
