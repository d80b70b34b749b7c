/** A thread that decides claims: it says that it is ready; a parcel comes in, and a byte for each claim goes back, 1 where it holds. */
import { parentPort } from "node:worker_threads";
import { ready, unpackClaims } from "./claim-parcel.ts";
import { nativeEquation } from "./native-equation.ts";

const equation = await nativeEquation();

parentPort?.on("message", (parcel: ArrayBuffer) => {
  const verdicts = Uint8Array.from(unpackClaims(parcel), ({ signature, signed, publicKey }) =>
    Number(equation(signature, signed, publicKey)),
  );
  parentPort?.postMessage(verdicts, [verdicts.buffer]);
});
parentPort?.postMessage(ready);
