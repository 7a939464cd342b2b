/** Patterns of wrong gradients, in words: each looks at the gradients of one input and returns a sentence, or `null`. */
import { registered } from "../../dispatch/registry.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Differences, numbersOf, scaleOf } from "./differences.ts";
import { transpose } from "./matrix-patterns.ts";
import { localized, meanPart } from "./place-patterns.ts";
import { factor, missingSum } from "./size-patterns.ts";
import { alike, close, inputOf, isWhole, type Pattern, times, type Wrong } from "./wrong.ts";

const notFinite: Pattern = ({ comparison: { rule } }) => {
  const n = rule.filter((v) => !Number.isFinite(v)).length;
  return n === 0
    ? null
    : `The rule gives ${n} of ${rule.length} elements that are not finite, where finite differences are.`;
};

const lost: Pattern = ({ comparison: { rule, numeric }, rules, differences }) => {
  if (rules.get(differences.input) === null && scaleOf(numeric) > 0)
    return "The rule gives no gradient for this input (null), but the result depends on it.";
  return rule.every((v) => v === 0) ? "The rule gives 0 everywhere, but the result depends on this input." : null;
};

const upstream: Pattern = (wrong) => {
  const rule = wrong.rules.get(wrong.differences.input);
  const doubled = wrong.ruleTimes(2);
  if (!rule || doubled === null || scaleOf(rule) === 0) return null;
  if (alike(doubled, rule)) return "The rule does not depend on the upstream gradient: multiply by it.";
  if (
    alike(
      doubled,
      rule.map((v) => 4 * v),
    )
  )
    return "The rule multiplies by the upstream gradient twice.";
  return null;
};

/** Whether the rule's gradient of another input is right. */
function isRight({ differences: { runs, cotangents, precision } }: Wrong, input: number, rule: Float64Array): boolean {
  const other = new Differences(runs, input, cotangents, precision);
  const { numeric, rule: compared } = other.compare(rule);
  return numeric.every((v, k) => other.agrees(compared[k], v, scaleOf(numeric)));
}

const swapped: Pattern = (wrong) => {
  const x = inputOf(wrong);
  if (!isWhole(wrong)) return null;
  for (const [i, rule] of wrong.rules) {
    if (i === wrong.differences.input || rule === null || !sameShape(wrong.differences.runs.inputs[i].shape, x.shape))
      continue;
    if (alike(rule, wrong.comparison.numeric) && !isRight(wrong, i, rule))
      return `The rule gives the gradient of ${wrong.names[wrong.differences.input]} in the place of that of ${wrong.names[i]}: the order of the returned gradients is wrong.`;
  }
  return null;
};

/** The arrays by which elementwise gradients are multiplied in practice, with their names, in the shape of the input. */
function factorsOf(wrong: Wrong): (readonly [name: string, values: Float64Array])[] {
  const x = inputOf(wrong);
  const spread = (t: Tensor): Float64Array | null => {
    if (isComplex(t.dtype)) return null;
    try {
      const shaped = registered.get("broadcastTo")?.callByName({ input: t, size: x.shape }) as Tensor;
      return numbersOf(noGrad(() => shaped));
    } catch {
      return null;
    }
  };
  const list: (readonly [string, Float64Array])[] = [];
  const add = (name: string, t: Tensor): void => {
    const v = spread(t);
    if (v === null) return;
    list.push(
      [name, v],
      [`${name}²`, v.map((a) => a * a)],
      [`1 − ${name}`, v.map((a) => 1 - a)],
      [`1 + ${name}`, v.map((a) => 1 + a)],
      [`1 − ${name}²`, v.map((a) => 1 - a * a)],
    );
    list.push([`cos ${name}`, v.map(Math.cos)], [`√${name}`, v.map(Math.sqrt)], [`e^${name}`, v.map(Math.exp)]);
  };
  wrong.differences.runs.inputs.forEach((t, i) => {
    if (/float/.test(t.dtype)) add(wrong.names[i], t);
  });
  wrong.outputs.forEach((y, i) => add(i === 0 ? "y" : `y${i + 1}`, y));
  const [u] = wrong.differences.cotangents;
  const g = spread(u);
  if (g !== null) list.push(["the upstream gradient", g]);
  return list;
}

const missingFactor: Pattern = (wrong) => {
  const { at, rule, numeric } = wrong.comparison;
  const scale = Math.max(scaleOf(rule), scaleOf(numeric));
  const usable = [...at.keys()].filter((k) => Math.abs(rule[k]) > 1e-4 * scale && Math.abs(numeric[k]) > 1e-5 * scale);
  if (usable.length < 2) return null;
  for (const [name, values] of factorsOf(wrong)) {
    const compared = (ratio: (k: number) => number): number | null => {
      const list = usable.map((k) => ratio(k) / values[at[k]]);
      const [first] = list;
      return list.every((v) => Number.isFinite(v) && close(v, first, Math.abs(first))) ? first : null;
    };
    const isConstant = usable.every((k) => close(values[at[k]], values[at[usable[0]]], 1));
    if (isConstant) continue;
    for (const [ratio, words] of [
      [(k: number) => numeric[k] / rule[k], "misses"],
      [(k: number) => rule[k] / numeric[k], "has too much of"],
    ] as const) {
      const c = compared(ratio);
      if (c === null) continue;
      const constant = Math.abs(c - 1) < 2e-3 ? "" : `${times(c)} · `;
      return `The rule ${words} the factor ${constant}${name}.`;
    }
  }
  return null;
};

const patterns: readonly Pattern[] = [
  lost,
  notFinite,
  upstream,
  swapped,
  transpose,
  factor,
  missingSum,
  missingFactor,
  meanPart,
  localized,
];

/** Returns the pattern of a wrong gradient in words. */
export function patternOf(wrong: Wrong): string {
  for (const pattern of patterns) {
    const words = pattern(wrong);
    if (words !== null) return words;
  }
  const { rule, numeric } = wrong.comparison;
  const ratios = [...rule.keys()].map((k) => rule[k] / numeric[k]).filter(Number.isFinite);
  return ratios.length === 0
    ? "The rule is wrong, in no simple pattern."
    : `The rule is wrong, in no simple pattern: its gradient is ${times(Math.min(...ratios))} to ${times(Math.max(...ratios))} times what it should be.`;
}
