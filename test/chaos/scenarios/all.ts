/** Every scenario, by name. */
import type { Scenario } from "../scenario.ts";
import { clientsKilled } from "./clients-killed.ts";
import { lastItem } from "./last-item.ts";
import { network } from "./network.ts";
import { powerLoss } from "./power-loss.ts";
import { relayAway } from "./relay-away.ts";
import { relayKilled } from "./relay-killed.ts";
import { wrongClock } from "./wrong-clock.ts";

export const scenarios: Readonly<Record<string, Scenario>> = {
  "relay-killed": relayKilled,
  "power-loss": powerLoss,
  "clients-killed": clientsKilled,
  "relay-away": relayAway,
  "last-item": lastItem,
  "wrong-clock": wrongClock,
  network,
};
