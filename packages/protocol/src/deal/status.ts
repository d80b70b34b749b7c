/** Where an order stands: a seller's updates go forward only, from confirmed to delivered (spec/06-deal §updates). */
import { equalBytes } from "../bytes.ts";
import type { OrderStatus } from "../message/update.ts";
import { type Reject, reject } from "../reject.ts";
import { ok, type Result } from "../result.ts";
import type { Deal, Phase } from "./deal.ts";

/** How far an order has come. */
export const milestones = ["confirmed", "processing", "underWay", "delivered"] as const;
export type Milestone = (typeof milestones)[number];

type Rule = {
  /** The milestones at which the seller may say it. */
  readonly at: readonly Milestone[];
  /** The milestone that it reaches. */
  readonly reaches?: Milestone;
  /** The terminal phase that it leads to. */
  readonly ends?: Phase;
};

const undelivered: readonly Milestone[] = ["confirmed", "processing", "underWay"];

export const statusRules: Readonly<Record<OrderStatus, Rule>> = {
  OrderPaymentDue: { at: ["confirmed", "processing"], reaches: "processing" },
  OrderProcessing: { at: ["confirmed", "processing"], reaches: "processing" },
  OrderPickupAvailable: { at: undelivered, reaches: "underWay" },
  OrderInTransit: { at: undelivered, reaches: "underWay" },
  OrderDelivered: { at: milestones, reaches: "delivered" },
  OrderProblem: { at: milestones },
  OrderCancelled: { at: undelivered, ends: "cancelled" },
  OrderReturned: { at: ["delivered"], ends: "returned" },
};

/** What a buyer may report or ask for. None of it moves the deal, so none of it can come out of order. */
export const buyersStatuses: readonly OrderStatus[] = [
  "OrderProblem",
  "OrderDelivered",
  "OrderCancelled",
  "OrderReturned",
];

/** How far the order has come by the seller's updates; a problem on the way takes nothing back. */
export function milestoneOf({ messages, seller }: Deal): Milestone {
  let reached: Milestone = "confirmed";
  for (const message of messages) {
    if (message.kind !== "update" || seller === undefined || !equalBytes(message.author, seller)) continue;
    reached = statusRules[message.body.status].reaches ?? reached;
  }
  return reached;
}

/** The phase after the seller says this status, or `status-backward`. */
export function afterStatus(deal: Deal, status: OrderStatus): Result<Phase, Reject> {
  const { at, ends } = statusRules[status];
  const milestone = milestoneOf(deal);
  return at.includes(milestone)
    ? ok(ends ?? deal.phase)
    : reject("status-backward", `${status} when ${milestone}`);
}
