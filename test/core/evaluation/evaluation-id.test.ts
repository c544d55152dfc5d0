import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationId } from "../../../core/evaluation/evaluation-id.ts";
import { evaluationInput, RIGHT, WRONG } from "../../support/evaluation-input.ts";

const { job, predictions } = evaluationInput({
  base: [WRONG, WRONG],
  "prompted-base": [WRONG, RIGHT],
  adapter: [RIGHT, RIGHT],
});
const id = evaluationId(job, predictions);

describe("evaluationId", () => {
  it("is the same in any order and with any latency", () => {
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const inAnyOrder = fc.shuffledSubarray([...predictions], { minLength: predictions.length });
    fc.assert(
      fc.property(inAnyOrder, fc.double({ min: 0, noNaN: true }), (order, latencyMs) => {
        expect(
          evaluationId(
            job,
            order.map((line) => ({ ...line, latencyMs })),
          ),
        ).toBe(id);
      }),
    );
  });

  it("is another for another answer, another arm's answer or another job", () => {
    const changed = (change: object) =>
      evaluationId(
        job,
        predictions.map((line, index) => (index === 0 ? { ...line, ...change } : line)),
      );
    const others = [
      changed({ output: RIGHT }),
      changed({ arm: "adapter" }),
      changed({ id: "item-9" }),
      evaluationId({ ...job, seed: 8 }, predictions),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });
});
