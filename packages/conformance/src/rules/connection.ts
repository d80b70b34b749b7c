/** The WebSocket itself, and the relay's first word. */
import { equalBytes, toHex } from "@intentcast/protocol";
import { expect } from "../finding.ts";
import { type Handshake, shakeHands, subprotocol } from "../handshake.ts";
import type { Rule } from "../rule.ts";

const spec = "08-relay-protocol.md#1-connection";

const offering = (names: string) => ({ "sec-websocket-protocol": names });

const told = ({ status, headers }: Handshake): string =>
  `HTTP ${status}, subprotocol ${headers["sec-websocket-protocol"] ?? "none"}, extensions ${headers["sec-websocket-extensions"] ?? "none"}`;

const choosesOurs: Rule = {
  id: "connection/subprotocol",
  says: "The subprotocol is intentcast.v1; a connection that does not offer it is refused.",
  spec,
  check: async (trial) => {
    for (const offer of [offering(subprotocol), offering(`other.v1, ${subprotocol}`)]) {
      const opened = await shakeHands(trial.circumstances, offer);
      const isChosen = opened.status === 101 && opened.headers["sec-websocket-protocol"] === subprotocol;
      expect(isChosen, `HTTP 101 with the subprotocol ${subprotocol}`, told(opened));
    }
    for (const offer of [{}, offering("other.v1"), offering(`${subprotocol}.1`)]) {
      const refused = await shakeHands(trial.circumstances, offer);
      const expected = `the handshake refused that offers ${Object.values(offer)[0] ?? "no subprotocol"}`;
      expect(refused.status >= 400, expected, told(refused));
    }
  },
};

const compressesNothing: Rule = {
  id: "connection/no-compression",
  says: "Compression is not negotiated, also where a client offers it.",
  spec,
  check: async (trial) => {
    const extensions = { "sec-websocket-extensions": "permessage-deflate; client_max_window_bits" };
    const opened = await shakeHands(trial.circumstances, { ...offering(subprotocol), ...extensions });
    const isPlain = opened.status === 101 && opened.headers["sec-websocket-extensions"] === undefined;
    expect(isPlain, "HTTP 101 without extensions", told(opened));
  },
};

const loopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;

/** Host and port as `name` writes them. On the same machine any name will do, as clients take none for wrong there. */
function nameAgrees(url: string, name: string): boolean {
  const { protocol, hostname, port } = new URL(url);
  if (loopback.test(hostname)) return /^\S+:\d{1,5}$/.test(name);
  const implied = protocol === "wss:" ? "443" : "80";
  return name.toLowerCase() === `${hostname}:${port === "" ? implied : port}`;
}

const saysHelloFirst: Rule = {
  id: "connection/hello",
  says: "The relay speaks first and says hello, with every field in its form and the name by which it was reached.",
  spec,
  check: async (trial) => {
    const { hello } = await trial.connect();
    const { url } = trial.circumstances;
    expect(nameAgrees(url, hello.name), `the host and port of ${url} as name`, `the name ${hello.name}`);
    expect(hello.software !== "", "the name of the software", "an empty text");
  },
};

const challengesAnew: Rule = {
  id: "connection/challenge",
  says: "The challenge is new for each connection.",
  spec,
  check: async (trial) => {
    const callers = [...(await trial.connectTimes(4)), await trial.connect()];
    const challenges = callers.map(({ hello }) => toHex(hello.challenge));
    expect(
      new Set(challenges).size === challenges.length,
      "five different challenges",
      challenges.join(", "),
    );
  },
};

const answersPings: Rule = {
  id: "connection/pong",
  says: "A ping is answered by a pong that carries the same bytes.",
  spec,
  check: async (trial) => {
    const caller = await trial.connect();
    const data = trial.random(8);
    const pong = await caller.ping(data);
    expect(equalBytes(pong, data), `a pong with ${toHex(data)}`, `a pong with ${toHex(pong)}`);
  },
};

export const connectionRules: readonly Rule[] = [
  choosesOurs,
  compressesNothing,
  saysHelloFirst,
  challengesAnew,
  answersPings,
];
