/** A normalization of values that are all alike. */
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { stopCause } from "../gradient/stop-cause.ts";
import { rangeWords } from "../gradient/words.ts";

/** Whether the elements of each row, or those of each channel, are all alike. */
function isConstantWithin(x: Tensor): boolean {
  const [values, { shape }] = [readElements(x), x];
  const last = shape.at(-1) ?? 1;
  const inner = shape.slice(2).reduce((n, size) => n * size, 1);
  const groups: readonly ((i: number) => number)[] = [
    (i) => Math.floor(i / last),
    (i) => Math.floor(i / inner) % (shape[1] ?? 1),
  ];
  return groups.some((groupOf) => {
    const first = new Map<number, number>();
    for (let i = 0; i < values.length; i++) {
      const group = groupOf(i);
      const before = first.get(group);
      if (before === undefined) first.set(group, values[i]);
      else if (Math.abs(values[i] - before) > 1e-6 * Math.abs(before)) return false;
    }
    return true;
  });
}

export const normalizedConstant: Cause<GradientCase> = stopCause({
  id: "normalized-constant",
  way: "normalization",
  title: "Normalization of a constant",
  mechanism:
    "A normalization subtracts the mean and divides by the spread. A feature that has one value for the whole batch, or a normalization over a single element, gives 0 whatever the value is, so that no gradient passes, and its factor gets none either.",
  remedy:
    "Remove constant features, normalize over a dimension with more than one element, and use batches of more than one example.",
  many: null,
  applies: ({ subject, stopped }) => {
    const x = subject.flow?.input(stopped.node, 0) ?? null;
    return x === null || isConstantWithin(x);
  },
  whole: ({ op }) =>
    `The gradient stops at ${op}: what it normalizes is constant, so that the result does not depend on it.`,
  evidence: ({ subject, stopped }) => {
    const x = subject.flow?.input(stopped.node, 0) ?? null;
    return x === null || subject.flow === null
      ? []
      : [fact("input", `[${x.shape.join(", ")}], ${rangeWords(subject.flow.numbers(x))}`)];
  },
});
