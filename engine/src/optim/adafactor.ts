/** Adafactor. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { zeros } from "../tensor/create.ts";
import { isComplex, type NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../tensor/errors.ts";
import { finfo } from "../tensor/limits.ts";
import { contiguousArray, storeElements } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type Params, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `Adafactor`. */
export interface AdafactorOptions {
  /** Largest learning rate, which is 1 / √t in step t where that is less; 1e-2 by default. */
  readonly lr?: number;
  /** Power of the step, t^beta2Decay, that is the weight of the newest square; -0.8 by default. */
  readonly beta2Decay?: number;
  /** Smallest mean of squares, `null` for the dtype's epsilon, and smallest root mean square of a parameter; [null, 1e-3] by default. */
  readonly eps?: readonly [number | null, number];
  /** Root mean square to which an update is clipped; 1 by default. */
  readonly d?: number;
  /** Decoupled weight decay λ, p ← p - lr λ p before each step; 0 by default. */
  readonly weightDecay?: number;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `Adafactor`. */
export type AdafactorSettings = Settings & {
  beta2Decay: number;
  eps: readonly [number | null, number];
  d: number;
  weightDecay: number;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, and means of its gradient's squares: by row and by column of a matrix, by element of a vector. */
type Means = { step: number; rowVar: Tensor; colVar: Tensor } | { step: number; variance: Tensor };

const rootMeanSquare = (x: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * x[k];
  return Math.sqrt(sum / Math.max(1, x.length));
};

/** Moves the mean of the squares of each row and of each column of matrices [count, rows, columns] towards those of `g`, by the part `weight`. */
function moveFactors(
  g: NumericArray,
  rowMeans: NumericArray,
  columnMeans: NumericArray,
  shape: Shape3,
  weight: number,
): void {
  const [count, rows, columns] = shape;
  for (let b = 0, at = 0; b < count; b++) {
    const sums = new Float64Array(columns);
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let c = 0; c < columns; c++, at++) {
        const square = g[at] * g[at];
        sum += square;
        sums[c] += square;
      }
      rowMeans[b * rows + r] += weight * (sum / columns - rowMeans[b * rows + r]);
    }
    for (let c = 0; c < columns; c++)
      columnMeans[b * columns + c] += weight * (sums[c] / rows - columnMeans[b * columns + c]);
  }
}

type Shape3 = readonly [count: number, rows: number, columns: number];

/** Writes the estimates of g² that factors give, the product of row and column over the mean of the rows, to `out`. */
function estimates(
  rowMeans: NumericArray,
  columnMeans: NumericArray,
  [count, rows, columns]: Shape3,
  least: number,
  out: Float64Array,
): void {
  for (let b = 0, at = 0; b < count; b++) {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += rowMeans[b * rows + r] / rows;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++, at++)
        out[at] = (rowMeans[b * rows + r] * columnMeans[b * columns + c]) / Math.max(mean, least);
  }
}

/**
 * Adafactor, which keeps of a matrix the mean squares of rows and columns alone: with w = t^beta2Decay, r ← r + w (mean of g² by row - r) and c likewise by column,
 * v = r cᵀ / mean(r), u = g / √v, p ← p - max(eps₂, rms(p)) min(lr, 1 / √t) u / max(1, rms(u) / d) in step t. A vector has a mean of squares for each element. Source:
 * Shazeer and Stern, 2018.
 * @throws ArgumentError for settings out of range; DTypeError for complex parameters.
 * @example
 * const w = ones([2, 3], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Adafactor([w], { lr: 0.25 }).step();
 * w.toArray(); // [[0.75, 0.75, 0.75], [0.75, 0.75, 0.75]]
 */
export class Adafactor extends Optimizer<AdafactorSettings> {
  constructor(parameters: Params<AdafactorOptions>, options: AdafactorOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-2, beta2Decay = -0.8, eps = [null, 1e-3], d = 1, weightDecay = 0, maximize = false } = options;
    super("Adafactor", parameters, { lr, beta2Decay, eps, d, weightDecay, maximize }, (group) => {
      if (!(group.beta2Decay <= 0))
        throw new ArgumentError("Adafactor", `beta2Decay must be at most 0, but got ${group.beta2Decay}`);
      if (!(group.d >= 1)) throw new ArgumentError("Adafactor", `d must be at least 1, but got ${group.d}`);
      if (group.eps[0] !== null) requireNonNegative("Adafactor", "eps[0]", group.eps[0]);
      requireNonNegative("Adafactor", "eps[1]", group.eps[1]);
      requireNonNegative("Adafactor", "weightDecay", group.weightDecay);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor): ParameterState {
    if (p.ndim < 2) return { step: 0, variance: zerosFor(p) } satisfies Means;
    const { dtype, shape } = p;
    const rowVar = zeros([...shape.slice(0, -1), 1], { dtype });
    const colVar = zeros([...shape.slice(0, -2), 1, shape[shape.length - 1]], { dtype });
    return { step: 0, rowVar, colVar } satisfies Means;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    if (isComplex(p.dtype)) throw new DTypeError("Adafactor", "complex parameters are not supported", [p.dtype]);
    const { lr, beta2Decay, eps, d, weightDecay } = this.groupAt(i);
    const s = this.stateOf(p, i) as Means;
    s.step++;
    const weight = s.step ** beta2Decay;
    const least = eps[0] ?? finfo(p.dtype).eps;
    const squares = this.#squares(s, p, g, weight, least);
    updateElements("Adafactor", p, g, [], (x, grad) => {
      const rate = Math.max(eps[1], rootMeanSquare(x)) * Math.min(lr, 1 / Math.sqrt(s.step));
      for (let k = 0; k < squares.length; k++) squares[k] = grad[k] / Math.sqrt(Math.max(squares[k], least * least));
      const step = rate / Math.max(1, rootMeanSquare(squares) / d);
      for (let k = 0; k < squares.length; k++) x[k] = (1 - lr * weightDecay) * x[k] - step * squares[k];
    });
  }

  /** Moves the means of squares towards those of `g`, and returns the estimate of g² for each element. */
  #squares(s: Means, p: Tensor, g: Tensor, weight: number, least: number): Float64Array {
    const grad = contiguousArray(g);
    if ("variance" in s) {
      const means = contiguousArray(s.variance);
      for (let k = 0; k < means.length; k++) means[k] += weight * (grad[k] * grad[k] - means[k]);
      storeElements(s.variance, means);
      return Float64Array.from(means as ArrayLike<number>);
    }
    const [rows, columns] = p.shape.slice(-2);
    const shape = [p.numel() / Math.max(1, rows * columns), rows, columns] as const;
    const [rowMeans, columnMeans] = [s.rowVar, s.colVar].map(contiguousArray);
    moveFactors(grad, rowMeans, columnMeans, shape, weight);
    storeElements(s.rowVar, rowMeans);
    storeElements(s.colVar, columnMeans);
    const squares = new Float64Array(p.numel());
    estimates(rowMeans, columnMeans, shape, least, squares);
    return squares;
  }
}
