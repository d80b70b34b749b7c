/** A line between two relays that can be cut and mended: a TCP proxy before the one that is dialled. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Line implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  #isCut = false;

  private constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      for (const end of [near, far]) {
        this.#ends.add(end);
        // Either end takes the other with it; who is killed leaves no word of it.
        end.on("error", () => {});
        end.on("close", () => {
          this.#ends.delete(end);
          near.destroy();
          far.destroy();
        });
      }
      if (this.#isCut) near.destroy();
      else near.pipe(far).pipe(near);
    });
  }

  /** A line to a port of this machine. */
  static async to(target: number): Promise<Line> {
    const line = new Line(target);
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    return line;
  }

  /** Where the relay at its near end dials. */
  get address(): string {
    return `/ip4/127.0.0.1/tcp/${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends what goes through it, and lets nothing through from now on. */
  cut(): void {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}
