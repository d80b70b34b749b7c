/** The codec behind the gate (being built). */
import type { Reject } from "../reject.ts";
import type { Result } from "../result.ts";
export type ProfileValue =
  | number
  | string
  | boolean
  | Uint8Array
  | readonly ProfileValue[]
  | { readonly [key: string]: ProfileValue };
export declare function decodeValue(bytes: Uint8Array, maxBytes: number): Result<ProfileValue, Reject>;
export declare function encodeValue(value: unknown): Uint8Array;
