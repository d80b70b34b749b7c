/** In whose name a verb speaks: the buyer's, or a shop's. */
import { Option } from "commander";

export const roleOption = (role = "buyer"): Option =>
  new Option("--as <role>", "in whose name: buyer, or the folder of a shop, such as seller").default(role);
