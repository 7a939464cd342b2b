/** Tensors of earlier steps, with their graphs, that ops of a step read. */
import { AccumulateGrad } from "../../../../tape/graph/node.ts";
import { sameShape } from "../../../../tensor/shape.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { Call } from "../../../diagnose/record/call.ts";
import type { TrainingCase } from "../../../diagnose/record/case.ts";

/** An input of an op that was computed before the step. */
interface Crossing {
  readonly call: Call;
  readonly input: Tensor;
}

/** Returns the inputs of recorded ops whose nodes are older than the step. */
export const crossingsOf = (calls: readonly Call[], firstNode: number): Crossing[] =>
  calls.flatMap((call) =>
    call.node === null
      ? []
      : call.inputs.flatMap((input) => {
          const node = input.source?.node;
          return node !== undefined && !(node instanceof AccumulateGrad) && node.seq < firstNode
            ? [{ call, input }]
            : [];
        }),
  );

/** Whether a tensor that is carried over is an update of a parameter, such as w - lr · g, that the program uses in its place. */
const isUpdated = ({ input }: Crossing, tracked: readonly Tensor[]): boolean => {
  let node = input.source?.node ?? null;
  for (let i = 0; i < 200 && node !== null; i++) {
    if (node instanceof AccumulateGrad) return tracked.includes(node.variable);
    if (node.op.accumulation !== "sum" || node.metas.length !== 2 || !sameShape(node.outputMetas[0].shape, input.shape))
      return false;
    node = node.edges.find((e) => e !== null)?.node ?? null;
  }
  return false;
};

/** Returns the update of a parameter that the last step reads in its place; `null` if there is none. */
export function replacedParameter({ last, first, parameters }: TrainingCase): Crossing | null {
  const tracked = parameters.map((p) => p.tensor);
  const found = crossingsOf(last.step.calls, last.step.firstNode).find(
    (c) => (c.input.source?.node.seq ?? 0) >= first.step.firstNode && isUpdated(c, tracked),
  );
  return found ?? null;
}
