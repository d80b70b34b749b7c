/** A message as the rest of the code sees it: read, verified and validated, or sealed and opaque. */

import type { UnixSeconds } from "../time.ts";
import type { Body, Kind, OpenKind, SealedKind } from "./kinds.ts";

/** 32 bytes: SHA-256 of the Sig_structure of a signed message, or of the envelope of a sealed one. */
export type Id = Uint8Array;

/** A COSE_Sign1 message whose signature and body have been checked. */
export type Signed<K extends Kind = Kind> = {
  [N in K]: {
    readonly kind: N;
    readonly id: Id;
    readonly author: Uint8Array;
    readonly body: Body<N>;
    readonly bytes: Uint8Array;
  };
}[K];

/** A COSE_Encrypt0 envelope, of which everyone but the holder of its mailbox sees this much. */
export type Sealed = {
  readonly kind: "sealed";
  readonly id: Id;
  readonly to: Uint8Array;
  readonly issued: UnixSeconds;
  readonly expires: UnixSeconds;
  readonly bytes: Uint8Array;
};

/** What relays carry: signed messages of the open kinds, and sealed ones. */
export type Message = Signed<OpenKind> | Sealed;

/** What two parties say to each other inside sealed messages. */
export type Private = Signed<SealedKind>;
