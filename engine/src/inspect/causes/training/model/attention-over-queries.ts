/** Attention weights that are normalized over another dimension than the one that is summed. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf, isArranging } from "../../../diagnose/record/roles.ts";
import { fault, shapeText, type TrainingCause, trainingCause } from "../shared.ts";

export const attentionOverQueries: TrainingCause = trainingCause({
  id: "attention-over-queries",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Attention weights normalized over the queries",
  mechanism:
    "Attention weights are a softmax over the keys, the dimension over which the product with the values sums. A softmax over another dimension gives weights that do not add up to 1 for a query, and lets every query depend on the others. It is found where the output of a softmax is the left operand of a matrix product, and its dimension is not the last.",
  remedy: "Apply softmax over the last dimension of the scores [.., queries, keys].",
  find: ({ first: { step, flow, passes } }) => {
    const wanted = new Set(passes.flatMap((p) => p.calls));
    return step.calls.flatMap((call) => {
      if (headOf(call) !== "softmax" || !wanted.has(call)) return [];
      const { ndim, shape } = call.outputs[0];
      if (ndim < 2 || call.params === ndim - 1) return [];
      let readers = flow.consumers(call);
      let moved = false;
      while (readers.length === 1 && (isArranging(readers[0]) || readers[0].op.stops === "mask")) {
        moved ||= isArranging(readers[0]) && readers[0].op.role !== "copy";
        readers = flow.consumers(readers[0]);
      }
      const product = readers.find((c) => c.op.role === "product" && flow.origin(c.inputs[0]) !== null);
      if (product === undefined || moved || product.inputs[0].shape.join() !== shape.join()) return [];
      return [
        fault({
          sentence: `The attention weights are a softmax over dimension ${String(call.params)} of ${shapeText(shape)}, but the product with the values sums over the last one: the weights of a query do not add up to 1.`,
          fix: "Apply softmax over the last dimension: softmax(-1).",
          evidence: { shape: shapeText(shape), dim: String(call.params), "summed dimension": String(ndim - 1) },
          path: [placeOf(product), placeOf(call)],
        }),
      ];
    });
  },
});
