/** Distances between all pairs of points. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { mean, sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { cat } from "../shape/join.ts";
import { narrow } from "../shape/window.ts";
import { matmul } from "./matmul.ts";
import { addPresent, alignBatches, checkDTypes, mT } from "./operands.ts";
import { distance, throughDistance } from "./pair-distance.ts";

/** Parameters of `cdist`. */
interface Distance {
  readonly p: number;
}

/** Differences of coordinates that a rule holds at a time. */
const blockSize = 2 ** 20;

/** Returns functions that take a block of the rows of x, or of the distances, such that the differences of all coordinates of a block stay few. */
function blocksOf(x: Tensor, z: Tensor, y: Tensor): ((t: Tensor) => Tensor)[] {
  const m = y.shape[y.ndim - 2];
  const perRow = (y.numel() / Math.max(m, 1)) * z.shape[z.ndim - 1];
  const height = Math.max(1, Math.floor(blockSize / Math.max(perRow, 1)));
  if (m <= height || x.shape[x.ndim - 2] !== m) return [(t) => t];
  return Array.from({ length: Math.ceil(m / height) }, (_, i) => {
    const start = i * height;
    return (t: Tensor) => narrow(t, -2, start, Math.min(height, m - start));
  });
}

/** Joins blocks of rows. */
const joinRows = (parts: readonly Tensor[]): Tensor => (parts.length === 1 ? parts[0] : cat(parts, -2));

/** Whether the differences of all coordinates are many. */
const isLarge = (x: Tensor, y: Tensor): boolean => y.numel() * x.shape[x.ndim - 1] > blockSize;

/** Returns both sets of points relative to the mean of the second, which changes no distance and keeps the digits of differences of products. */
function centered(x: Tensor, z: Tensor): readonly [Tensor, Tensor] {
  const center = mean(z.detach(), { dim: -2, keepdim: true });
  return [sub(x, center), sub(z, center)];
}

/** Returns 1 / y, and 0 where the distance is 0, times g. */
const perLength = (g: Tensor | number, y: Tensor): Tensor => where(eq(y, 0), 0, div(g, y));

/** Returns the cotangents of both sets for Euclidean distances, Σ (x - z) g / y, by products of matrices. */
function throughEuclidean(g: Tensor, x: Tensor, z: Tensor, y: Tensor, needs: readonly boolean[]): (Tensor | null)[] {
  const weights = perLength(g, y);
  const [a, b] = centered(x, z);
  return [
    needs[0] ? sub(mul(a, sum(weights, { dim: -1, keepdim: true })), matmul(weights, b)) : null,
    needs[1] ? sub(mul(b, unsqueeze(sum(weights, -2), -1)), matmul(mT(weights), a)) : null,
  ];
}

/** Returns the tangents of Euclidean distances, (x - z) · (dx - dz) / y, by products of matrices. */
function euclideanTangent([dx, dz]: readonly (Tensor | null)[], x: Tensor, z: Tensor, y: Tensor): Tensor {
  const [a, b] = centered(x, z);
  const moved = dx && sub(sum(mul(a, dx), { dim: -1, keepdim: true }), matmul(dx, mT(b)));
  const other = dz && sub(unsqueeze(sum(mul(b, dz), -1), -2), matmul(a, mT(dz)));
  return mul(addPresent(moved, other), perLength(1, y));
}

const cdistOp: Run<Distance> = defineOp<Distance>({
  name: "cdist",
  breaks: "root",
  torch: "cdist",
  access: "function",
  signature: 'x1, x2, p=2, computeMode="use_mm_for_euclid_dist_if_necessary"',
  dims: "x1: ... points coordinates=d; x2: ... points=others coordinates=d",
  label: ({ p }) => `‖xᵢ - zⱼ‖ ${p}`,
  tex: {
    forward: "y_{ij} = \\lVert x_i - z_j \\rVert_p",
    vjp: "\\bar x_i = \\textstyle\\sum_j \\mathrm{sign}(x_i - z_j)\\, |(x_i - z_j) / y_{ij}|^{p-1}\\, \\bar y_{ij}",
  },
  outputs: (inputs) => {
    const [x, z] = inputs.map((m) => m.shape);
    checkDTypes("cdist", inputs);
    requireFloat("cdist", inputs[0].dtype);
    if (x.length < 2 || z.length < 2 || x.at(-1) !== z.at(-1))
      throw new ShapeError("cdist", "expected points with equally many coordinates, [..., m, k] and [..., n, k]", [
        x,
        z,
      ]);
    const batch = broadcastShapes("cdist", [x.slice(0, -2), z.slice(0, -2)]);
    return { shape: [...batch, x[x.length - 2], z[z.length - 2]], dtype: inputs[0].dtype };
  },
  kernel: (out, [x, z], { inputs: [a, b], outputs: [y], params: { p } }) => {
    const batch = y.shape.slice(0, -2);
    const [m, k] = a.shape.slice(-2);
    const n = b.shape[b.shape.length - 2];
    const strides = [a, b].map((s) =>
      broadcastStrides(s.shape.slice(0, -2), contiguousStrides(s.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [from, other]) => {
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) out[(at * m + i) * n + j] = distance(x, z, from + i * k, other + j * k, k, p);
    });
  },
  saves: { inputs: [0, 1], outputs: [0] },
  vjp: (g, { inputs: [x, z], output, params: { p }, needs }) => {
    if (p === 2 && isLarge(x, output)) return throughEuclidean(g, x, z, output, needs);
    const parts = blocksOf(x, z, output).map((rows) => {
      const terms = throughDistance(unsqueeze(rows(g), -1), rows(x), z, rows(output), p);
      return [needs[0] ? sum(terms, -2) : null, needs[1] ? neg(sum(terms, -3)) : null];
    });
    return [
      needs[0] ? joinRows(parts.map(([part]) => part as Tensor)) : null,
      needs[1] ? parts.map(([, part]) => part as Tensor).reduce((a, b) => add(a, b)) : null,
    ];
  },
  jvp: ([dx, dz], { inputs: [x, z], output, params: { p } }) => {
    if (p === 2 && isLarge(x, output)) return euclideanTangent([dx, dz], x, z, output);
    return joinRows(
      blocksOf(x, z, output).map((rows) => {
        const moved = addPresent(dx && unsqueeze(rows(dx), -2), dz && neg(unsqueeze(dz, -3)));
        return sum(throughDistance(moved, rows(x), z, rows(output), p), -1);
      }),
    );
  },
  batch: (operands, batched, params, size) => cdistOp(alignBatches(operands, batched, size), params),
  samples: (r) => [
    { x1: r.normal([2, 3]), x2: r.normal([4, 3]) },
    { x1: r.distinct([2, 2, 3]), x2: r.normal([4, 3]), p: 3, computeMode: "donot_use_mm_for_euclid_dist" },
    { x1: r.distinct([2, 3]), x2: r.normal([4, 3]), p: 1.5 },
  ],
  call: cdist,
});

/** Ways in which PyTorch computes Euclidean distances. */
export type ComputeMode =
  | "use_mm_for_euclid_dist_if_necessary"
  | "use_mm_for_euclid_dist"
  | "donot_use_mm_for_euclid_dist";

const modes: readonly string[] = [
  "use_mm_for_euclid_dist_if_necessary",
  "use_mm_for_euclid_dist",
  "donot_use_mm_for_euclid_dist",
] satisfies ComputeMode[];

/** Options of `cdist`. */
export interface CdistOptions {
  /** Order of the norm; 2 by default. */
  readonly p?: number;
  /** PyTorch's choice of an algorithm. Distances are computed from differences in every mode, as products of matrices lose digits. */
  readonly computeMode?: ComputeMode;
}

/**
 * Returns the distances between all pairs of two sets of points, [..., m, k] and [..., n, k]: [..., m, n]; the other dimensions broadcast. The distance is the
 * norm of order `p` of the difference: the largest coordinate for p = Infinity, the number of coordinates that differ for p = 0. The gradient at distance 0 is 0.
 * @throws ShapeError when the numbers of coordinates differ; DTypeError for integers and bools, and when the dtypes differ; ArgumentError for p < 0.
 * @example cdist(tensor([[0, 0]]), tensor([[3, 4], [0, 1]])).toArray(); // [[5, 1]]
 */
export function cdist(x1: Tensor, x2: Tensor, p: number | CdistOptions = {}, options: CdistOptions = {}): Tensor {
  const { p: order = 2, computeMode = modes[0] } = typeof p === "number" ? { ...options, p } : p;
  if (!(order >= 0)) throw new ArgumentError("cdist", `p must be at least 0, but got ${order}`);
  if (!modes.includes(computeMode))
    throw new ArgumentError("cdist", `computeMode must be one of ${modes.join(", ")}, but got ${computeMode}`);
  return cdistOp([requireTensor("cdist", x1), requireTensor("cdist", x2)], { p: order });
}
