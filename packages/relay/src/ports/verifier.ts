/** Who decides a signature's equation: this thread, or others that the machine has cores for. */
import type { Claim } from "@intentcast/protocol";

export { inOrder } from "../core/in-order.ts";

export interface Verifier {
  /**
   * Whether the equation of a claim holds whose byte checks have passed; where there is no claim, true. Answers come in
   * the order of asking, so that whoever asks one after the other is not overtaken by themselves.
   */
  holds(claim: Claim | undefined): Promise<boolean>;

  /** Nothing may be asked afterwards; what was asked before is answered. */
  close(): Promise<void>;
}
