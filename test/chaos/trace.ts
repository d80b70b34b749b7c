/** A relay under strace: what it wrote to its database, when it had that put on the disk, and what it told clients. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { concatBytes, decodeRelayFrame, fromHex } from "@intentcast/protocol";

/**
 * What matters of a system call, in the order in which they happened. A sync has its place where it ended, and puts on the disk
 * what was written before it began: so many calls stood before it then.
 */
export type Call =
  | { readonly type: "write"; readonly file: string; readonly at: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly file: string; readonly length: number }
  | { readonly type: "sync"; readonly file: string; readonly began: number }
  | { readonly type: "acknowledge"; readonly position: number };

/** A string that strace gives as \x00 for each byte. */
const hexOf = String.raw`"((?:\\x[0-9a-f]{2})*)"`;
const callForm = /^(\d+) +(\w+)\((\d+)<([^>]*)>(?:, (.*))?/;
/** How a call goes on that another thread's came between. */
const resumedForm = /^(\d+) +<\.\.\. f(?:data)?sync resumed>/;
const unfinished = "<unfinished ...>";

export const canTrace = (): boolean => spawnSync("strace", ["-V"]).status === 0;

/** Runs `node <program> <args>` under strace with the trace in a file; resolves to its first line and how to kill it. */
export async function startTraced(traceFile: string, program: string, args: readonly string[]) {
  const calls = "trace=pwrite64,fsync,fdatasync,ftruncate,write,writev,sendto";
  const flags = ["-f", "-y", "-xx", "-s", "1000000", "-e", calls, "-e", "signal=none", "-o", traceFile];
  const child = spawn("strace", [
    ...flags,
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    program,
    ...args,
  ]);
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    line,
    /** Interrupts the program, and waits until its trace is written to the end. */
    async stop(): Promise<void> {
      const [traced] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ");
      process.kill(Number(traced), "SIGINT");
      await once(child, "close");
      process.off("exit", kill);
    },
  };
}

const bytesOf = (escaped: string): Uint8Array => fromHex(escaped.replaceAll("\\x", ""));
const textOf = (escaped: string): string => Buffer.from(bytesOf(escaped)).toString("utf8");

/** Reads a trace. Files are named without their folder, and only those in `folder` count. */
export async function readTrace(traceFile: string, folder: string): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const streams = new Map<string, FrameReader>();
  /** By thread: the sync that it waits for. */
  const syncing = new Map<string, Extract<Call, { type: "sync" }>>();
  for await (const line of createInterface({ input: createReadStream(traceFile) })) {
    const [, resumed = ""] = resumedForm.exec(line) ?? [];
    const ended = syncing.get(resumed);
    if (ended !== undefined) {
      calls.push(ended);
      syncing.delete(resumed);
    }
    const [, thread = "", name, fd = "", where = "", rest = ""] = callForm.exec(line) ?? [];
    if (name === undefined) continue;
    // Paths are escaped, sockets are not.
    const path = where.startsWith("\\x") ? textOf(where) : where;
    if (path.startsWith(join(folder, "/"))) {
      const file = path.slice(folder.length + 1);
      if (name === "pwrite64") {
        const [, bytes = "", at = "0"] = new RegExp(`${hexOf}, \\d+, (\\d+)`).exec(rest) ?? [];
        calls.push({ type: "write", file, at: Number(at), bytes: bytesOf(bytes) });
      } else if (name === "ftruncate") {
        calls.push({ type: "truncate", file, length: Number.parseInt(rest, 10) });
      } else if (name === "fsync" || name === "fdatasync") {
        const sync = { type: "sync", file, began: calls.length } as const;
        if (line.endsWith(unfinished)) syncing.set(thread, sync);
        else calls.push(sync);
      }
    } else if (/^(TCP|socket)/.test(path) && ["write", "writev", "sendto"].includes(name)) {
      const reader = streams.get(fd) ?? new FrameReader();
      streams.set(fd, reader);
      const parts = [...rest.matchAll(new RegExp(hexOf, "g"))].map(([, part = ""]) => bytesOf(part));
      for (const position of reader.read(concatBytes(...parts)))
        calls.push({ type: "acknowledge", position });
    }
  }
  return calls;
}

/** Takes WebSocket frames (RFC 6455 section 5.2, as a server sends them) from what goes over one connection. */
class FrameReader {
  #rest: Uint8Array = new Uint8Array(0);
  #isOpen = false;

  /** The positions that have been acknowledged with these bytes. */
  read(bytes: Uint8Array): number[] {
    this.#rest = concatBytes(this.#rest, bytes);
    if (!this.#isOpen) {
      const end = Buffer.from(this.#rest).indexOf("\r\n\r\n");
      if (end < 0) return [];
      this.#rest = this.#rest.slice(end + 4);
      this.#isOpen = true;
    }
    const positions: number[] = [];
    for (;;) {
      const payload = this.#take();
      if (payload === undefined) return positions;
      const frame = decodeRelayFrame(payload);
      if (!frame.ok || frame.value[0] !== "accepted") continue;
      const { position } = frame.value[2];
      if (position !== undefined) positions.push(position);
    }
  }

  #take(): Uint8Array | undefined {
    const view = new DataView(this.#rest.buffer, this.#rest.byteOffset, this.#rest.length);
    if (view.byteLength < 2) return undefined;
    const short = view.getUint8(1) & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (view.byteLength < start) return undefined;
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (view.byteLength < start + length) return undefined;
    const payload = this.#rest.slice(start, start + length);
    this.#rest = this.#rest.slice(start + length);
    return payload;
  }
}
