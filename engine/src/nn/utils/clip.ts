/** Gradient clipping. */
import { requireTensor } from "../../dispatch/operand.ts";
import { mul } from "../../ops/elementwise/arithmetic.ts";
import { updateInPlace } from "../../ops/inplace.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { tensor } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Options of norms over many tensors. */
export interface TotalNormOptions {
  /**
   * Order p of the p-norm, 2 by default. Infinity is the largest absolute value, -Infinity the smallest, and 0 the number of tensors that are not all 0.
   */
  readonly normType?: number;
  /** Whether a norm that is NaN or infinite throws; false by default. */
  readonly errorIfNonfinite?: boolean;
}

const listOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  "storage" in parameters ? [parameters] : [...parameters];

const gradsOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  listOf(parameters).flatMap((p) => (p.grad === null ? [] : [p.grad]));

/** Returns the p-norm of numbers, with the conventions of PyTorch's `linalg.vector_norm`; 0 for no numbers. */
function pNorm(x: ArrayLike<number>, p: number): number {
  if (x.length === 0) return 0;
  let total = p === -Infinity ? Infinity : 0;
  for (let i = 0; i < x.length; i++) {
    const v = Math.abs(x[i]);
    if (p === Infinity) total = Math.max(total, v);
    else if (p === -Infinity) total = Math.min(total, v);
    else if (p === 0) total += v === 0 ? 0 : 1;
    else if (p === 2) total += v * v;
    else total += v ** p;
  }
  return Number.isFinite(p) && p !== 0 ? total ** (1 / p) : total;
}

function totalNorm(
  op: string,
  tensors: Iterable<Tensor>,
  { normType = 2, errorIfNonfinite = false }: TotalNormOptions,
): Tensor {
  if (Number.isNaN(normType)) throw new ArgumentError(op, "normType must be a number, but got NaN");
  const list = [...tensors].map((t) => requireTensor(op, t));
  // tensors without elements are left out: they have no smallest element
  const norms = list.flatMap((t) => (t.numel() === 0 ? [] : [pNorm(contiguousArray(t), normType)]));
  const norm = pNorm(norms, normType);
  if (errorIfNonfinite && !Number.isFinite(norm))
    throw new ArgumentError(op, `the norm of order ${normType} of the gradients is ${norm}, and cannot be clipped`);
  return tensor(norm, { dtype: list.some((t) => t.dtype === "float64") ? "float64" : "float32" });
}

/**
 * Returns the norm of all elements of all tensors: the p-norm of their p-norms, with p = 2 by default. A scalar, float64 if a tensor is; 0 for no tensors.
 * @throws ArgumentError with `errorIfNonfinite`, for a norm that is NaN or infinite.
 * @example nn.utils.getTotalNorm([tensor([3]), tensor([4])]).item(); // 5
 */
export const getTotalNorm = (tensors: Iterable<Tensor>, options: TotalNormOptions = {}): Tensor =>
  totalNorm("getTotalNorm", tensors, options);

/** Throws for a limit of 0 or less, which would discard all gradients or reverse them. */
function requirePositive(op: string, name: string, limit: number): void {
  if (!(limit > 0))
    throw new ArgumentError(op, `${name} must be a number above 0, but got ${limit}; zeroGrad() discards gradients`);
}

/**
 * Multiplies the gradients of the parameters by min(1, maxNorm / (totalNorm + 1e-6)), in place. Parameters without a gradient are skipped.
 * @throws ArgumentError for a `maxNorm` that is not above 0.
 * @example
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * nn.utils.clipGradsWithNorm_([w], 5, nn.utils.getTotalNorm([w.grad!]));
 * Math.round(w.grad!.square().sum().item()); // 25
 */
export function clipGradsWithNorm_(parameters: Tensor | Iterable<Tensor>, maxNorm: number, totalNorm: Tensor): void {
  requirePositive("clipGradsWithNorm_", "maxNorm", maxNorm);
  const factor = Math.min(1, maxNorm / (totalNorm.item() + 1e-6));
  noGrad(() => {
    for (const g of gradsOf(parameters)) updateInPlace("clipGradsWithNorm_", g, (x) => mul(x, factor));
  });
}

/**
 * Scales all gradients by one factor so that their total norm is at most `maxNorm`, in place, and returns the norm before. Parameters without a gradient are
 * skipped. Source: Pascanu, Mikolov and Bengio, 2013.
 * @throws ArgumentError for a `maxNorm` that is not above 0, and, with `errorIfNonfinite`, for a norm that is NaN or infinite.
 * @example
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * nn.utils.clipGradNorm_([w], 1).item(); // 10
 * w.grad!.square().sum().item(); // 0.99999…
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: TotalNormOptions = {},
): Tensor {
  requirePositive("clipGradNorm_", "maxNorm", maxNorm);
  const list = listOf(parameters);
  const norm = totalNorm("clipGradNorm_", gradsOf(list), options);
  clipGradsWithNorm_(list, maxNorm, norm);
  return norm;
}

/**
 * Clamps each element of the gradients to [-clipValue, clipValue], in place. Parameters without a gradient are skipped.
 * @throws ArgumentError for a `clipValue` that is not above 0.
 * @example
 * const w = tensor([3, 0.25], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * nn.utils.clipGradValue_(w, 1);
 * w.grad!.toArray(); // [1, 0.5]
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  requirePositive("clipGradValue_", "clipValue", clipValue);
  noGrad(() => {
    for (const g of gradsOf(parameters)) g.clamp_({ min: -clipValue, max: clipValue });
  });
}
