/** Records of relays: what is read encodes back to its bytes and is signed, as both verifiers say; the rest is refused. */
import { encodeValue, equalBytes, portableEquation, signerFromSeed } from "@intentcast/protocol";
import { nodeEquation } from "../../../packages/relay/src/adapters/node-crypto.ts";
import { maxRecordBytes, readRelayRecord } from "../../../packages/relay/src/core/relay-record.ts";
import { bytesOf, itemOf } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { profileBytes } from "../profile-bytes.ts";
import { checkReject, demandSame, verdictOf } from "../promises.ts";
import { demand, type Target } from "../target.ts";
import { encodeIfPossible, mutateValue } from "../values.ts";

const seeds = bytesOf("relay-record");
const short = seeds.filter(({ length }) => length < 1000);
const signer = signerFromSeed(new Uint8Array(32).fill(7));
const statement = {
  network: "public",
  addresses: ["/dns4/relay.example/tcp/7448/p2p/somebody", "/ip4/192.0.2.1/tcp/7448/p2p/somebody"],
  carries: ["close", "profile", "intent:0b", "mail:0"],
  issued: 1_795_435_200,
  expires: 1_795_456_800,
};

/** A statement with something changed, and then signed: only its form can be wrong. */
function signed(dice: Dice): Uint8Array {
  const said = mutateValue(statement, dice);
  const toSign = encodeIfPossible(["intentcast.v1 relay", signer.publicKey, said]);
  return encodeIfPossible([signer.publicKey, said, signer.sign(toSign)]);
}

function make(dice: Dice): Uint8Array {
  switch (dice.below(8)) {
    case 0:
      return profileBytes(dice, 4, 0.01);
    case 1:
    case 2:
      return signed(dice);
    case 3:
      return mutate(signed(dice), dice, short);
    default:
      return mutate(dice.pick(seeds), dice, short);
  }
}

function check(input: Uint8Array): string {
  const record = readRelayRecord(input, nodeEquation);
  demandSame(readRelayRecord(input, portableEquation), record, "both verifiers give one verdict");
  if (record.ok) {
    const [, , signature] = itemOf(input) as readonly unknown[];
    const { key, statement: said } = record.value;
    demand(input.length <= maxRecordBytes, "a record stays within its limit");
    demand(equalBytes(encodeValue([key, said, signature]), input), "a record is the one encoding of itself");
  } else {
    checkReject(record.error, ["frame", "verify"]);
  }
  return verdictOf(record);
}

export const relayRecord: Target = { count: 50_000, make, check };
