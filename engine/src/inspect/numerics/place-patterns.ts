/** Patterns of places: a part that is left out along a dimension, and elements that alone are wrong. */
import { isComplex } from "../../tensor/dtype.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { numbersOf, scaleOf } from "./differences.ts";
import { close, commonRatio, inputOf, isWhole, type Pattern, times, type Wrong } from "./wrong.ts";

export const meanPart: Pattern = (wrong) => {
  const x = inputOf(wrong);
  if (!isWhole(wrong) || isComplex(x.dtype) || x.ndim === 0) return null;
  const { rule, numeric } = wrong.comparison;
  const off = rule.map((v, i) => v - numeric[i]);
  const y = wrong.outputs[0];
  const weights: (readonly [string, ArrayLike<number>])[] = [["", off.map(() => 1)]];
  if (y !== undefined && sameShape(y.shape, x.shape)) weights.push([" times the result", numbersOf(y)]);
  for (const [words, w] of weights)
    for (let d = x.ndim - 1; d >= 0; d--)
      if (x.shape[d] > 1 && isConstantAlong(off, w, x.shape, d))
        return `What is missing is the same along dimension ${d}${words}: the part of the gradient through a sum or mean over dimension ${d} (${x.shape[d]}) is left out.`;
  return null;
};

/** Whether `off / w` is constant along a dimension. */
function isConstantAlong(off: ArrayLike<number>, w: ArrayLike<number>, shape: readonly number[], dim: number): boolean {
  const inner = sizeOf(shape.slice(dim + 1));
  const n = shape[dim];
  const scale = scaleOf(Float64Array.from(off));
  for (let i = 0; i < off.length; i++) {
    const first = i - (Math.floor(i / inner) % n) * inner;
    if (Math.abs(w[i]) < 1e-9 || Math.abs(w[first]) < 1e-9) return false;
    if (!close(off[i] / w[i], off[first] / w[first], scale)) return false;
  }
  return scale > 0;
}

/** Conditions that tell wrong elements from right ones. */
function conditions(wrong: Wrong): (readonly [words: string, holds: (i: number) => boolean])[] {
  const { values } = wrong.differences;
  const { shape } = inputOf(wrong);
  const name = wrong.names[wrong.differences.input];
  const list: (readonly [string, (i: number) => boolean])[] = [
    [`where ${name} < 0`, (i) => values[i] < 0],
    [`where ${name} > 0`, (i) => values[i] > 0],
    [`where |${name}| > 1`, (i) => Math.abs(values[i]) > 1],
    [`where |${name}| < 1`, (i) => Math.abs(values[i]) < 1],
  ];
  const single: typeof list = [];
  shape.forEach((n, d) => {
    const inner = sizeOf(shape.slice(d + 1));
    const index = (i: number): number => Math.floor(i / inner) % n;
    if (n > 1 && n <= 32)
      for (let k = 0; k < n; k++) single.push([`at index ${k} of dimension ${d}`, (j) => index(j) === k]);
    if (n > 2) {
      list.push(
        [`at the first index of dimension ${d}`, (i) => index(i) === 0],
        [`at the last index of dimension ${d}`, (i) => index(i) === n - 1],
      );
      list.push([`at the borders of dimension ${d}`, (i) => index(i) === 0 || index(i) === n - 1]);
    }
  });
  return [...list, ...single];
}

export const localized: Pattern = (wrong) => {
  const { at, rule, numeric } = wrong.comparison;
  const scale = scaleOf(numeric);
  const isWrong = (k: number): boolean => !wrong.differences.agrees(rule[k], numeric[k], scale);
  const bad = [...at.keys()].filter(isWrong);
  if (bad.length === at.length || bad.length === 0) return null;
  const found = conditions(wrong).find(([, holds]) => at.every((i, k) => holds(i) === isWrong(k)));
  const ratio = commonRatio({
    rule: Float64Array.from(bad, (k) => rule[k]),
    numeric: Float64Array.from(bad, (k) => numeric[k]),
  });
  const amount =
    ratio === null ? "" : ratio === 0 ? "; there it gives 0" : `; there it is ${times(ratio)} times what it should be`;
  if (found !== undefined) return `The rule is right but ${found[0]}${amount}.`;
  const indices = wrong.differences.runs.inputs.some((t) => /^u?int/.test(t.dtype));
  const hint =
    indices && bad.every((k) => Math.abs(rule[k]) <= Math.abs(numeric[k]) + 1e-9)
      ? " Elements that an index picks several times must add up."
      : "";
  return `${bad.length} of ${at.length} elements are wrong${amount}.${hint}`;
};
