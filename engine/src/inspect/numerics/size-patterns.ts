/** Patterns of sizes: one factor for all elements, and sums over broadcast dimensions. */
import { registered } from "../../dispatch/registry.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { showShape } from "../../tensor/errors.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { numbersOf } from "./differences.ts";
import { runNode, withElements } from "./runs.ts";
import { alike, commonRatio, dimsText, inputOf, isWhole, type Pattern, repeatedDims, times } from "./wrong.ts";

export const factor: Pattern = (wrong) => {
  const ratio = commonRatio(wrong.comparison);
  if (ratio === null) return null;
  if (Math.abs(ratio + 1) < 1e-3) return "The sign is wrong: every element is the negative of what it should be.";
  const x = inputOf(wrong);
  const [y] = wrong.outputs;
  const large = Math.abs(ratio) > 1;
  const size = large ? ratio : 1 / ratio;
  const is = (n: number): boolean => n > 1 && Math.abs(Math.abs(size) - n) < 2e-3 * n;
  const sign = ratio < 0 ? ", and its sign is wrong" : "";
  const repeated = repeatedDims(x, y);
  const copies = sizeOf(repeated.map((d) => y.shape[d]));
  if (!large && is(copies))
    return `Every element is ${copies} times too small${sign}: over the broadcast ${dimsText(repeated, y.shape)} the rule takes a mean where the gradient is a sum.`;
  const sizes = [
    ...x.shape.map(
      (n, d) =>
        [n, `the size of dimension ${d} of ${wrong.names[wrong.differences.input]}, ${showShape(x.shape)}`] as const,
    ),
    [x.numel(), `the number of elements of ${wrong.names[wrong.differences.input]}`] as const,
    ...y.shape.map((n, d) => [n, `the size of dimension ${d} of the result`] as const),
    ...wrong.differences.runs.inputs.flatMap((t, i) =>
      t.shape.map((n, d) => [n, `the size of dimension ${d} of ${wrong.names[i]}`] as const),
    ),
  ];
  const amount = `${times(Math.abs(size))} times too ${large ? "large" : "small"}`;
  const named = sizes.find(([n]) => n > 2 && is(n)) ?? sizes.find(([n]) => is(n));
  if (named !== undefined)
    return large
      ? `Every element is ${amount}${sign}. ${named[0]} is ${named[1]}: does forward take a mean, and the rule not divide by ${named[0]}?`
      : `Every element is ${amount}${sign}. ${named[0]} is ${named[1]}: a sum over it is missing, or the rule divides by it where forward does not.`;
  if (is(2))
    return `Every element is ${large ? "twice" : "half of"} what it should be${sign}: a factor of 2 is ${large ? "too much" : "missing"}.`;
  return `Every element is ${amount}${sign}.`;
};

export const missingSum: Pattern = (wrong) => {
  const x = inputOf(wrong);
  const [y] = wrong.outputs;
  const dims = repeatedDims(x, y);
  if (dims.length === 0 || !isWhole(wrong) || y.numel() > 4096 || isComplex(x.dtype)) return null;
  const { differences } = wrong;
  const wide = registered.get("broadcastTo")?.callByName({ input: x, size: y.shape }) as Tensor;
  const values = numbersOf(wide);
  const run = (change: Float64Array): Float64Array | null => {
    try {
      const inputs = differences.runs.inputs.map((t, i) => (i === differences.input ? withElements(wide, change) : t));
      const [z] = noGrad(() => runNode(differences.runs.node, inputs));
      return sameShape(z.shape, y.shape) ? numbersOf(z) : null;
    } catch {
      return null;
    }
  };
  const u = numbersOf(differences.cotangents[0]);
  const h = 1e-5;
  const full = new Float64Array(values.length);
  // each element of the repeated input is changed by itself
  for (let i = 0; i < values.length && i < 1024; i++) {
    const [up, down] = [h, -h].map((d) => {
      const changed = values.slice();
      changed[i] += d;
      return run(changed);
    });
    if (up === null || down === null) return null;
    for (let k = 0; k < u.length; k++) full[i] += (u[k] * (up[k] - down[k])) / (2 * h);
  }
  if (values.length > 1024) return null;
  const owner = ownersOf(x.shape, y.shape);
  const [first, last] = [new Float64Array(x.numel()).fill(Number.NaN), new Float64Array(x.numel())];
  full.forEach((v, i) => {
    if (Number.isNaN(first[owner[i]])) first[owner[i]] = v;
    last[owner[i]] = v;
  });
  for (const [list, which] of [
    [first, "first"],
    [last, "last"],
  ] as const)
    if (alike(list, wrong.comparison.rule))
      return `The sum over the broadcast ${dimsText(dims, y.shape)} is missing: the rule gives the part of the ${which} index alone.`;
  return null;
};

/** The element of an input that each element of the shape it is broadcast to comes from. */
function ownersOf(from: readonly number[], to: readonly number[]): Int32Array {
  const lead = to.length - from.length;
  return Int32Array.from({ length: sizeOf(to) }, (_, flat) => {
    let [rest, at, step] = [flat, 0, 1];
    for (let d = to.length - 1; d >= 0; d--) {
      const i = rest % to[d];
      rest = Math.floor(rest / to[d]);
      if (d < lead) continue;
      if (from[d - lead] !== 1) at += i * step;
      step *= from[d - lead];
    }
    return at;
  });
}
