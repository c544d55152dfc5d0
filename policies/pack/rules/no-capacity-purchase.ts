import type { ResourceRule } from "./rule.ts";

/** Types whose creation is a purchase, or a bill that runs whether anything does or not. */
const PURCHASES: Record<string, string> = {
  "aws:ec2/capacityBlockReservation:CapacityBlockReservation":
    "buys a capacity block, and nothing can give it back",
  "aws:ec2/capacityReservation:CapacityReservation":
    "starts a reservation, billed from now on whether a job runs or not",
  "aws:savingsplans/plan:Plan": "buys a savings plan for one or three years",
  "aws:savingsplans/savingsPlan:SavingsPlan": "buys a savings plan for one or three years",
  "aws:ec2/dedicatedHost:DedicatedHost": "rents a whole host until it is released",
};

export const noCapacityPurchase: ResourceRule = {
  name: "no-capacity-purchase",
  description: "No program buys capacity: a person does, and the program gets its id.",
  fix: "buy it by hand, and name its id in tunekit:pools: {capacity, reservation: {id, ...}}",
  check({ type }) {
    const purchase = PURCHASES[type];
    return purchase ? [`this ${purchase}`] : [];
  },
};
