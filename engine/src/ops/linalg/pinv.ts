/** The Moore-Penrose pseudoinverse. */
import { defineFunction, defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { zeros } from "../../tensor/create.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, neg, sub } from "../elementwise/arithmetic.ts";
import { unsqueeze } from "../shape/expand.ts";
import { requireMatrices } from "./checks.ts";
import { notConverged } from "./eigh.ts";
import { matmul } from "./matmul.ts";
import { complexInverse } from "./numeric/complex-inverse.ts";
import { symmetricEigen } from "./numeric/eigen.ts";
import { svdOf } from "./numeric/svd.ts";
import { alignBatches, mH } from "./operands.ts";
import { positiveDefinite } from "./samples.ts";
import { type ToleranceOptions, tolerancesOf } from "./tolerance.ts";

/** Parameters of a pseudoinverse: whether the matrices are symmetric, and the function in whose name an error is thrown. */
interface Inversion {
  readonly hermitian: boolean;
  readonly caller: string;
}

/** A matrix as a sum of products of columns u and rows v with weights s: A = Σ s u vᵀ. */
interface Sum {
  readonly values: Float64Array;
  /** U [m, k] and Vᵀ [k, n]. */
  readonly u: Float64Array;
  readonly vt: Float64Array;
}

/** Returns the decomposition of a matrix [m, n] by singular values, or by eigenvalues; `null` if the iteration does not converge. */
function sumOf(a: Float64Array, m: number, n: number, hermitian: boolean): Sum | null {
  const empty = new Float64Array(0);
  if (!hermitian) {
    const svd = svdOf(a, m, n, "reduced");
    return svd && { values: svd.values, u: svd.u ?? empty, vt: svd.vt ?? empty };
  }
  const eigen = symmetricEigen(a, n, true);
  if (eigen === null) return null;
  const u = eigen.vectors ?? empty;
  const vt = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) vt[j * n + i] = u[i * n + j];
  return { values: eigen.values, u, vt };
}

/** Writes Σ v uᵀ / s over the weights above the tolerance. */
function writeInverse(
  out: NumericArray,
  { values, u, vt }: Sum,
  m: number,
  n: number,
  atol: number,
  rtol: number,
): void {
  const k = values.length;
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const bound = Math.max(atol, rtol * largest);
  const sums = new Float64Array(n * m);
  for (let p = 0; p < k; p++) {
    if (Math.abs(values[p]) <= bound) continue;
    for (let i = 0; i < n; i++) {
      const factor = vt[p * n + i] / values[p];
      for (let j = 0; j < m; j++) sums[i * m + j] += factor * u[j * k + p];
    }
  }
  out.set(sums);
}

/**
 * Returns the cotangent of A from that of its pseudoinverse P (Golub and Pereyra, "The differentiation of pseudo-inverses", 1973): the rank is taken as constant.
 * With dP = -P dA P + P Pᵀ dAᵀ (I - A P) + (I - P A) dAᵀ Pᵀ P.
 */
export function throughInverse(g: Tensor, A: Tensor, P: Tensor): Tensor {
  const [transposedP, transposedG] = [mH(P), mH(g)];
  const inner = matmul(matmul(transposedP, g), transposedP);
  const left = matmul(transposedG, P);
  const right = matmul(P, transposedG);
  const first = matmul(sub(left, matmul(A, matmul(P, left))), transposedP);
  const second = matmul(transposedP, sub(right, matmul(matmul(right, P), A)));
  return add(sub(first, inner), second);
}

/** Returns the tangent of the pseudoinverse P of A. */
export function inverseTangent(dA: Tensor, A: Tensor, P: Tensor): Tensor {
  const [transposedP, moved] = [mH(P), mH(dA)];
  const inner = matmul(matmul(P, dA), P);
  const left = matmul(matmul(P, transposedP), moved);
  const right = matmul(moved, matmul(transposedP, P));
  return add(add(neg(inner), sub(left, matmul(matmul(left, A), P))), sub(right, matmul(P, matmul(A, right))));
}

const pinvOp: Run<Inversion> = defineOp<Inversion>({
  name: "pinvAbove",
  torch: "ops.aten.linalg_pinv",
  access: "internal",
  signature: "input, atol, rtol, hermitian",
  label: () => "A⁺",
  tex: {
    forward: "Y = X^+",
    vjp: "\\bar X = -Y^\\top \\bar Y Y^\\top + (I - X Y) \\bar Y^\\top Y Y^\\top + Y^\\top Y \\bar Y^\\top (I - Y X)",
  },
  outputs: ([{ shape, dtype }, atol, rtol]) => {
    const [m, n] = shape.slice(-2);
    const batch = [shape, atol.shape, rtol.shape].map((s) => s.slice(0, -2));
    return { shape: [...broadcastShapes("pinv", batch), n, m], dtype };
  },
  complex: (out, [x, atol, rtol], { inputs, outputs: [{ shape }], params: { hermitian, caller } }) => {
    const [n, m] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    const strides = inputs.map((p) =>
      broadcastStrides(p.shape.slice(0, -2), contiguousStrides(p.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j, k]) => {
      const inverse = complexInverse(new Float64Array(x.subarray(2 * i, 2 * (i + m * n))), m, n, hermitian, (largest) =>
        Math.max(atol[j], rtol[k] * largest),
      );
      if (inverse === null) throw notConverged(caller, at, shape);
      out.set(inverse, 2 * at * m * n);
    });
  },
  kernel: (out, [x, atol, rtol], { inputs, outputs: [{ shape }], params: { hermitian, caller } }) => {
    const [n, m] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    const strides = inputs.map((p) =>
      broadcastStrides(p.shape.slice(0, -2), contiguousStrides(p.shape).slice(0, -2), batch),
    );
    visitElements(batch, strides, (at, [i, j, k]) => {
      const sum = sumOf(new Float64Array(x.subarray(i, i + m * n)), m, n, hermitian);
      if (sum === null) throw notConverged(caller, at, shape);
      writeInverse(out.subarray(at * m * n, (at + 1) * m * n), sum, m, n, atol[j], rtol[k]);
    });
  },
  saves: [{ inputs: [0], outputs: [0] }, {}, {}],
  vjp: (g, { inputs, outputs, needs }) => [needs[0] ? throughInverse(g, inputs[0], outputs[0]) : null, null, null],
  jvp: ([dx], { inputs, outputs, outputMetas: [{ shape, dtype }] }) =>
    dx === null ? zeros(shape, { dtype }) : inverseTangent(dx, inputs[0], outputs[0]),
  batch: (operands, batched, params, size) => pinvOp(alignBatches(operands, batched, size), params),
  samples: (r) => {
    const small = r.uniform([1, 1], 0, 1e-10);
    return [
      { input: r.normal([3, 2]), atol: small, rtol: small, hermitian: false },
      { input: positiveDefinite(r, [2, 2, 2]), atol: small, rtol: small, hermitian: true },
    ];
  },
  call: (input: Tensor, atol: Tensor, rtol: Tensor, hermitian: boolean) =>
    pinvOp([input, atol, rtol], { hermitian, caller: "pinv" }),
});

/** Returns the pseudoinverse, with the name of the calling function in errors. */
export function pinvAs(op: string, A: Tensor, tolerances: ToleranceOptions, hermitian = false): Tensor {
  const x = requireMatrices(op, A, "complex");
  if (hermitian && x.size(-1) !== x.size(-2))
    throw new ShapeError(op, "expected square matrices, [..., n, n], for hermitian: true", [x.shape]);
  const [atol, rtol] = tolerancesOf(op, x, tolerances).map((t) => unsqueeze(unsqueeze(t, -1), -1));
  return pinvOp([x, atol, rtol], { hermitian, caller: op });
}

/** Options of `linalg.pinv`. */
export interface PinvOptions extends ToleranceOptions {
  /** Whether the matrices are symmetric, and their lower triangle alone is read; `false` by default. */
  readonly hermitian?: boolean;
}

/**
 * Returns the Moore-Penrose pseudoinverses of matrices, [..., m, n]: [..., n, m]. Singular values up to the larger of `atol` and `rtol` times the largest count as 0. The
 * gradient takes the rank as constant.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.pinv(tensor([[2, 0], [0, 0]])).toArray(); // [[0.5, 0], [0, 0]]
 */
export const pinv: (A: Tensor, options?: PinvOptions) => Tensor = defineFunction(
  {
    name: "pinv",
    torch: "linalg.pinv",
    access: "function",
    signature: "A, atol=null, rtol=null, hermitian=false",
    tex: "Y = X^+",
    samples: (r) => [
      { A: r.normal([3, 2]) },
      { A: r.normal([2, 2, 3]), atol: 1e-3, rtol: 1e-3 },
      { A: positiveDefinite(r, [3, 3]), hermitian: true },
    ],
  },
  (A: Tensor, options: PinvOptions = {}): Tensor => pinvAs("linalg.pinv", A, options, options.hermitian ?? false),
);

/** Options of `pinverse`. */
export interface PinverseOptions {
  /** Singular values up to this factor of the largest count as 0; 1e-15 by default. */
  readonly rcond?: number;
}

/**
 * Returns the Moore-Penrose pseudoinverses of matrices, [..., m, n]: [..., n, m]. Singular values up to `rcond` times the largest count as 0. The gradient takes the rank as
 * constant.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example pinverse(tensor([[2, 0], [0, 0]])).toArray(); // [[0.5, 0], [0, 0]]
 */
export const pinverse: (input: Tensor, rcond?: number | PinverseOptions) => Tensor = defineFunction(
  {
    name: "pinverse",
    torch: "pinverse",
    access: "method",
    signature: "input, rcond=1e-15",
    tex: "Y = X^+",
    samples: (r) => [{ input: r.normal([3, 2]) }, { input: r.normal([2, 2, 3]), rcond: 1e-3 }],
  },
  (input: Tensor, rcond: number | PinverseOptions = {}): Tensor =>
    pinvAs("pinverse", input, { rtol: typeof rcond === "number" ? rcond : (rcond.rcond ?? 1e-15) }),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the Moore-Penrose pseudoinverses of these matrices. */
    pinverse(rcond?: number | PinverseOptions): Tensor;
  }
}
