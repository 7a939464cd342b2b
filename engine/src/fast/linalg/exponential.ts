/** The exponential of matrices by products in WebAssembly: scaling and squaring with a Padé approximant (Higham, 2005), as in the reference kernel. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { allocateTemporary, declineKernel, finishKernel, memory32, resultAddressOf } from "../wasm/operands.ts";
import { copyMatrix, linalgKernels, visitMatrices } from "./matrices.ts";
import { multiply } from "./multiply.ts";

/** The degree of the approximant, and the largest 1-norm for which it is exact to rounding. */
const [degree, theta] = [13, 5.37];

/** Returns the coefficients (2d - j)! d! / ((2d)! j! (d - j)!) of the numerator. */
function padeCoefficients(): number[] {
  const list = [1];
  for (let j = 1; j <= degree; j++) list.push((list[j - 1] * (degree - j + 1)) / (j * (2 * degree - j + 1)));
  return list;
}

type Elements = Float32Array | Float64Array;

/** Returns the largest sum of magnitudes of a column; NaN or infinity if an element is. */
function columnNorm(a: Elements, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j] += Math.abs(a[i * n + j]);
  return sums.reduce((most, v) => (v > most || Number.isNaN(v) ? v : most), 0);
}

/** Writes the sum of matrices with weights, and of a weight on the diagonal. */
function combine(out: Elements, n: number, terms: readonly (readonly [Elements, number])[], diagonal: number): void {
  out.fill(0);
  for (const [a, weight] of terms) for (let i = 0; i < out.length; i++) out[i] += weight * a[i];
  for (let i = 0; i < out.length; i += n + 1) out[i] += diagonal;
}

const exponential: FastKernel = ([out], inputs) => {
  const [x] = inputs;
  const n = x.shape[x.shape.length - 1];
  const tools = linalgKernels([x], n ** 3);
  if (tools === null || n === 0) return false;
  const { typed, wasm, size } = tools;
  const to = resultAddressOf(out);
  const bytes = n * n * size;
  const [a, a2, a4, a6, odd, even, work] = Array.from({ length: 7 }, () => allocateTemporary(bytes));
  const [pivots, panel] = [allocateTemporary(n * 4), allocateTemporary(n * 64 * size)];
  const at = (address: number): Elements =>
    size === 8
      ? new Float64Array(memory32().buffer, address, n * n)
      : new Float32Array(memory32().buffer, address, n * n);
  const product = (left: number, right: number, result: number, accumulate = false): void => {
    const matrix = (address: number): { address: number; row: number; column: number } => ({
      address,
      row: n,
      column: 1,
    });
    multiply({
      m: n,
      n,
      k: n,
      a: matrix(left),
      b: matrix(right),
      c: matrix(result),
      isFloat64: size === 8,
      accumulate,
    });
  };
  const c = padeCoefficients();
  let isDone = true;
  visitMatrices([x], x.shape.slice(0, -2), (index, [matrix]) => {
    copyMatrix(tools, matrix, a);
    const scaled = at(a);
    const norm = columnNorm(scaled, n);
    isDone &&= Number.isFinite(norm);
    if (!isDone) return;
    const squarings = norm > theta ? Math.ceil(Math.log2(norm / theta)) : 0;
    for (let i = 0; i < n * n; i++) scaled[i] *= 2 ** -squarings;
    product(a, a, a2);
    product(a2, a2, a4);
    product(a4, a2, a6);
    const [p2, p4, p6] = [at(a2), at(a4), at(a6)];
    // odd = A (A⁶ (c₁₃ A⁶ + c₁₁ A⁴ + c₉ A²) + c₇ A⁶ + c₅ A⁴ + c₃ A² + c₁), even without the factor A and with the coefficients before these
    const half = (first: number, result: number): void => {
      combine(
        at(work),
        n,
        [
          [p6, c[first + 12]],
          [p4, c[first + 10]],
          [p2, c[first + 8]],
        ],
        0,
      );
      combine(
        at(result),
        n,
        [
          [p6, c[first + 6]],
          [p4, c[first + 4]],
          [p2, c[first + 2]],
        ],
        c[first],
      );
      product(a6, work, result, true);
    };
    half(1, even);
    product(a, even, odd);
    half(0, even);
    combine(
      at(work),
      n,
      [
        [at(even), 1],
        [at(odd), -1],
      ],
      0,
    );
    combine(
      at(a),
      n,
      [
        [at(even), 1],
        [at(odd), 1],
      ],
      0,
    );
    typed.lu(n, n, work, pivots, panel);
    typed.exchange(n, n, a, pivots, 0);
    typed.triangularSolve(n, n, work, n, 1, a, 0, 1);
    typed.triangularSolve(n, n, work, n, 1, a, 1, 0);
    let [result, other] = [a, even];
    for (let i = 0; i < squarings; i++) {
      product(result, result, other);
      [result, other] = [other, result];
    }
    wasm.copy(bytes, result, to + index * bytes);
  });
  return isDone ? finishKernel() : declineKernel();
};

registerFastKernel("matrixExp", exponential);
