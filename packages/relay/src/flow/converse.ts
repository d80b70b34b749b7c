/** The conversation with one client, from hello to the end: nothing that happens in it reaches another one. */
import {
  decodeClientFrame,
  encodeFrame,
  type Hello,
  type Reject,
  reject,
  type VerifyEquation,
} from "@intentcast/protocol";
import type { Quotas } from "../core/quotas.ts";
import { Session } from "../core/session.ts";
import type { Log } from "../ports/log.ts";
import type { Socket, SocketHandler } from "../ports/socket.ts";
import { createAnswers } from "./answers.ts";
import type { Load } from "./load.ts";
import { createRequests, type Services } from "./requests.ts";
import type { Outlet } from "./subscriber.ts";

export type Conversation = SocketHandler & {
  /** Refuses what is asked from now on, answers what was asked before, ends the subscriptions, closes. */
  readonly stop: () => Promise<void>;
};

/** RFC 6455 §7.4.1. */
const closeCode = {
  goingAway: 1001,
  protocolError: 1002,
  notBinary: 1003,
  tooLarge: 1009,
  broken: 1011,
} as const;

/** Bytes that may lie unsent before a subscription has to wait and read on from the store. */
const backlogLimitBytes = 1024 * 1024;

/** What a conversation needs beside the services of its requests. */
export type House = Services & {
  readonly quotas: Quotas;
  readonly load: Load;
  readonly equation: VerifyEquation;
  readonly log: Log;
};

/** Opens the conversation: says hello. */
export function converse(socket: Socket, hello: Hello, relay: House): Conversation {
  const session = new Session<Outlet>(hello, hello.limits, relay.equation);
  const answers = createAnswers(socket, relay.load, relay.meter, breakOff);
  const outlet: Outlet = {
    send: (frame, end) => socket.send(frame, end),
    isFull: () => socket.backlogBytes >= backlogLimitBytes,
    end: (number, code, detail) => requests.end(number, code, detail),
  };
  const requests = createRequests(session, outlet, relay.quotas.origin(socket.address), answers, relay);
  let state: "open" | "stopping" | "closed" = "open";

  function close(code: number, reason: string): void {
    if (state === "closed") return;
    state = "closed";
    for (const { number } of session.subscriptions) requests.forget(number);
    socket.close(code, reason);
  }

  /** After a frame that cannot be read nobody knows what the client means. */
  function hangUp(code: number, refusal: Reject): void {
    answers.refuse(0, refusal);
    close(code, refusal.code);
  }

  function breakOff(error: unknown): void {
    relay.log("error", "connection.failed", { error: error instanceof Error ? error.stack : String(error) });
    close(closeCode.broken, "internal error");
  }

  function read(bytes: Uint8Array): void {
    const frame = decodeClientFrame(bytes);
    if (!frame.ok) {
      hangUp(closeCode.protocolError, frame.error);
    } else if (state === "open") {
      requests.handle(frame.value);
    } else {
      const [name, ref] = frame.value;
      const asks = name === "publish" || name === "authenticate";
      answers.refuse(asks ? ref : 0, reject("shutting-down").error);
    }
  }

  function receive(bytes: Uint8Array, binary: boolean): void {
    if (!binary) {
      hangUp(closeCode.notBinary, reject("frame-not-binary").error);
    } else if (bytes.length > hello.limits.frame) {
      hangUp(closeCode.tooLarge, reject("frame-too-large", `${bytes.length} bytes`).error);
    } else {
      read(bytes);
    }
  }

  socket.send(encodeFrame(["hello", hello]));
  return {
    received: (bytes, binary) => {
      if (state === "closed") return;
      try {
        receive(bytes, binary);
        if (relay.load.isLagging()) answers.regulate();
      } catch (error) {
        breakOff(error);
      }
    },
    drained: () => {
      answers.regulate();
      for (const subscription of session.subscriptions) if (subscription.credit > 0) relay.wake(subscription);
    },
    closed: () => {
      state = "closed";
      for (const { number } of session.subscriptions) requests.forget(number);
    },
    stop: async () => {
      if (state === "open") state = "stopping";
      await answers.settled();
      for (const { number } of session.subscriptions) requests.end(number, "shutting-down", "");
      close(closeCode.goingAway, "shutting-down");
    },
  };
}
