/** Distances between the rows of a matrix. */
import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { tensor, zeros } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { neg, sub } from "../elementwise/arithmetic.ts";
import { indexAdd, indexSelect } from "../indexing/index-select.ts";
import { distance, throughDistance } from "../linalg/pair-distance.ts";
import { sum } from "../reduce/sum.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";

/** Options of `pdist`. */
export interface PdistOptions {
  /** Order of the norm; 2 by default. */
  readonly p?: number;
}

/** Parameters of the op. */
interface Distance {
  readonly p: number;
}

/** Returns the rows of a matrix, [pairs, 1, k], that are first or second in the pairs of i < j. */
function rowsOf(x: Tensor, isSecond: boolean): Tensor {
  return unsqueeze(indexSelect(x, 0, pairsOf(x.shape[0], isSecond)), -2);
}

/** Returns the numbers of the first or second rows of the pairs of i < j. */
function pairsOf(n: number, isSecond: boolean): Tensor {
  const rows = new Int32Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) for (let j = i + 1; j < n; j++) rows[at++] = isSecond ? j : i;
  return tensor(rows);
}

/** Returns g ∂y/∂(xᵢ - xⱼ) for the pairs, [pairs, k], where g is [pairs, 1] or [pairs, k]. */
function throughPairs(g: Tensor, x: Tensor, y: Tensor, p: number): Tensor {
  const [first, second] = [rowsOf(x, false), rowsOf(x, true)];
  const lengths = unsqueeze(unsqueeze(y, -1), -1);
  return squeeze(squeeze(throughDistance(unsqueeze(unsqueeze(g, 1), 1), first, second, lengths, p), 1), 1);
}

const pdistOp: Run<Distance> = defineOp<Distance>({
  name: "pairDistances",
  torch: "ops.aten._pdist_forward",
  access: "internal",
  signature: "input, p",
  label: ({ p }) => `‖xᵢ - xⱼ‖ ${p}`,
  tex: {
    forward: "y_{ij} = \\lVert x_i - x_j \\rVert_p,\\ i < j",
    vjp: "\\bar x_i = \\textstyle\\sum_j \\mathrm{sign}(x_i - x_j)\\, |(x_i - x_j) / y_{ij}|^{p-1}\\, \\bar y_{ij}",
  },
  outputs: ([{ shape, dtype }]) => ({ shape: [(shape[0] * Math.max(shape[0] - 1, 0)) / 2], dtype }),
  kernel: (out, [x], { inputs: [{ shape }], params: { p } }) => {
    const [n, k] = shape;
    for (let i = 0, at = 0; i < n; i++) for (let j = i + 1; j < n; j++) out[at++] = distance(x, x, i * k, j * k, k, p);
  },
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, { inputs: [x], output, params: { p } }) => {
    const n = x.shape[0];
    const terms = throughPairs(unsqueeze(g, -1), x, output, p);
    const none = zeros(x.shape, { dtype: x.dtype });
    return [indexAdd(indexAdd(none, 0, pairsOf(n, false), terms), 0, pairsOf(n, true), neg(terms))];
  },
  jvp: ([dx], { inputs: [x], output, params: { p } }) => {
    const moved = squeeze(sub(rowsOf(dx as Tensor, false), rowsOf(dx as Tensor, true)), 1);
    return sum(throughPairs(moved, x, output, p), -1);
  },
  batch: "loop",
  samples: (r) => [
    { input: r.normal([4, 3]), p: 2 },
    { input: r.distinct([3, 2]), p: 1.5 },
  ],
  call: (input: Tensor, p: number) => pdistOp([input], { p }),
});

/**
 * Returns the distances of order `p` between all pairs of rows of a matrix [n, k], each pair once: [n (n - 1) / 2], those from row 0 first. The gradient at
 * distance 0 is 0.
 * @throws ShapeError unless the input is a matrix; DTypeError for integers and bools; ArgumentError for p < 0.
 * @example pdist(tensor([[0, 0], [3, 4], [0, 4]])).toArray(); // [5, 4, 3]
 */
export const pdist: (input: Tensor, p?: number | PdistOptions) => Tensor = defineComposite(
  {
    name: "pdist",
    torch: "nn.functional.pdist",
    aliases: ["pdist"],
    access: "function",
    signature: "input, p=2",
    tex: "y_{ij} = \\lVert x_i - x_j \\rVert_p,\\ i < j",
    samples: (r) => [{ input: r.normal([4, 3]) }, { input: r.distinct([3, 2]), p: 3 }],
  },
  (input: Tensor, p: number | PdistOptions = {}): Tensor => {
    const x = requireTensor("pdist", input);
    requireFloat("pdist", x.dtype);
    const order = typeof p === "number" ? p : (p.p ?? 2);
    if (!(order >= 0)) throw new ArgumentError("pdist", `p must be at least 0, but got ${order}`);
    if (x.ndim !== 2) throw new ShapeError("pdist", "expected a matrix, with a point in each row", [x.shape]);
    return pdistOp([x], { p: order });
  },
);
