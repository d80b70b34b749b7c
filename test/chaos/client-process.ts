/** A driver program as a process: it may die by its own doom, tells what it has reached, and reports when asked. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ClientConfig } from "./programs/client.ts";

type News = Readonly<Record<string, unknown>>;

export class ClientProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #news: News[] = [];
  readonly #gone: Promise<unknown>;
  #errors = "";
  #isGone = false;
  #wake: () => void = () => {};

  constructor(program: "buyer" | "shop", config: ClientConfig) {
    const file = join(import.meta.dirname, "programs", `${program}.ts`);
    const child = spawn(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      file,
      JSON.stringify(config),
    ]);
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#news.push(JSON.parse(line) as News);
      this.#wake();
    });
    child.stderr.on("data", (text) => {
      this.#errors += String(text);
    });
    this.#gone = once(child, "close").then(() => {
      process.off("exit", kill);
      this.#isGone = true;
      this.#wake();
    });
    this.#child = child;
  }

  get told(): readonly News[] {
    return this.#news;
  }

  /** Resolves to the news of this name; to undefined when the process died without. Throws when it failed by itself. */
  async tells(name: string): Promise<News | undefined> {
    for (;;) {
      const found = this.#news.find((one) => name in one);
      if (found !== undefined) return found;
      if (this.#isGone) {
        if (this.#child.signalCode === "SIGKILL") return undefined;
        throw new Error(`a client ended by itself: ${this.#errors}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves when the process has been killed, or has ended as it was asked to. */
  get gone(): Promise<void> {
    return this.#gone.then(() => {
      const { signalCode, exitCode } = this.#child;
      if (signalCode !== "SIGKILL" && exitCode !== 0) throw new Error(`a client failed: ${this.#errors}`);
    });
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  /** Asks it to end in good order, and gives what it tells at the end. */
  async end(): Promise<News> {
    this.#child.stdin?.end();
    await this.#gone;
    const last = this.#news.at(-1);
    if (this.#child.exitCode !== 0 || last === undefined)
      throw new Error(`a client ended badly: ${this.#errors}`);
    return last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isGone) await this.kill();
  }
}
