/** Why a relay could not be started: for the operator, never for the wire. */

/**
 * `data-held`: another process uses the data folder. `data-newer`: a later version of the relay wrote it.
 * `data-missing`: there is no relay's database. `backup-exists`: the file to write is there already.
 * `address-in-use`: the port is taken. `address-refused`: the host cannot be listened on. `identity-unsafe`: the key
 * file is open to others or holds no key.
 */
export type StartErrorCode =
  | "data-held"
  | "data-newer"
  | "data-missing"
  | "backup-exists"
  | "address-in-use"
  | "address-refused"
  | "identity-unsafe";

export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
