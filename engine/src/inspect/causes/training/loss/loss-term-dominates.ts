/** A loss of which one term drowns the others. */
import { elements } from "../../../../tensor/strided.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { lossScopeOf } from "../../../diagnose/record/roles.ts";
import type { PassView, StepView } from "../../../diagnose/record/step-view.ts";
import { question, show, type TrainingCause, trainingCause } from "../shared.ts";

interface Term {
  readonly value: number;
  readonly call: Call | null;
  /** Name of the loss function inside the term; `null` for a term without one, such as a penalty. */
  readonly loss: string | null;
  /** Whether the program scales the term by a number. */
  readonly isScaled: boolean;
}

/** Returns the terms of which a scalar loss is the sum. */
function termsOf(view: StepView, root: Tensor, isScaled = false): Term[] {
  const source = view.flow.producer(root);
  const call = source?.call ?? null;
  if (call !== null && lossScopeOf(call) === null && call.outputs[0].numel() === 1) {
    const inputs = call.inputs.filter((x) => x.wrapped === null);
    if (call.op.accumulation === "sum" && inputs.length === 2) return inputs.flatMap((x) => termsOf(view, x, isScaled));
    if (call.op.accumulation === "scale" && inputs.length === 1) {
      const factor = elements(call.outputs[0])[0];
      return termsOf(view, inputs[0], true).map((t) => ({ ...t, value: factor, call }));
    }
  }
  const inside = view.flow.ancestors([root]).findLast((c) => lossScopeOf(c) !== null);
  return [
    {
      value: elements(root)[0],
      call,
      loss: inside === undefined ? null : (lossScopeOf(inside)?.name ?? null),
      isScaled,
    },
  ];
}

export const dominantTerm: TrainingCause = trainingCause({
  id: "loss-term-dominates",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "One term of the loss drowns the others",
  mechanism:
    "The loss is a sum of terms on very different scales, such as a mean over the elements and a sum over the batch, or errors of two tasks in different units. The gradient is that of the largest term, and the others are not learned.",
  remedy: "Bring the terms to one scale: the same reduction for all, a factor for each, or normalized targets.",
  find: ({ first }) =>
    first.passes.flatMap((pass: PassView) => {
      if (pass.root === null || pass.root.numel() !== 1) return [];
      const terms = termsOf(first, pass.root).filter((t) => Number.isFinite(t.value));
      const small = terms.filter((t) => t.loss !== null && !t.isScaled);
      if (terms.length < 2 || small.length === 0) return [];
      const largest = terms.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a));
      const drowned = small.filter(
        (t) => t !== largest && Math.abs(t.value) * 300 < Math.abs(largest.value) && Math.abs(t.value) > 0.01,
      );
      if (drowned.length === 0) return [];
      const [term] = drowned;
      return [
        question({
          sentence: `The loss is a sum of terms of which one is ${show(largest.value)} and another (${term.loss}) ${show(term.value)}: the gradient is that of the larger one.`,
          fix: "Bring the terms to one scale: the same reduction (mean or sum over the same dimensions), normalized targets, or a factor.",
          evidence: { "largest term": show(largest.value), "smallest term": show(term.value) },
          path: [largest.call, term.call].flatMap((c) => (c === null ? [] : [placeOf(c)])),
        }),
      ];
    }),
});
