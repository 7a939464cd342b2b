/** Clipping of gradients. */
import { mulInPlace } from "../ops/inplace.ts";
import { noGrad } from "../tape/mode.ts";
import { tensor } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of norms over many tensors. */
export interface TotalNormOptions {
  /** p of the p-norm; Infinity for the largest absolute value. */
  readonly normType?: number;
  /** Whether a norm that is NaN or infinite is an error. */
  readonly errorIfNonfinite?: boolean;
}

const listOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  "storage" in parameters ? [parameters] : [...parameters];

const gradsOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  listOf(parameters).flatMap((p) => (p.grad === null ? [] : [p.grad]));

/**
 * The p-norm of all elements of all tensors together, a float32 scalar; 0 of none.
 * @throws ArgumentError for a norm that is not finite, if asked for.
 * @example nn.utils.getTotalNorm([tensor([3]), tensor([4])]).item(); // 5
 */
export function getTotalNorm(
  tensors: Iterable<Tensor>,
  { normType = 2, errorIfNonfinite = false }: TotalNormOptions = {},
): Tensor {
  let total = 0;
  for (const t of tensors) {
    const a = contiguousArray(t);
    if (normType === Infinity)
      for (let i = 0; i < a.length; i++) total = Number.isNaN(a[i]) ? Number.NaN : Math.max(total, Math.abs(a[i]));
    else if (normType === 2) for (let i = 0; i < a.length; i++) total += a[i] * a[i];
    else for (let i = 0; i < a.length; i++) total += Math.abs(a[i]) ** normType;
  }
  const norm = normType === Infinity ? total : total ** (1 / normType);
  if (errorIfNonfinite && !Number.isFinite(norm))
    throw new ArgumentError("getTotalNorm", `the norm of order ${normType} of the gradients is ${norm}`);
  return tensor(norm);
}

/** Multiplies all gradients by maxNorm / (totalNorm + 1e-6) where that is below 1. */
export function clipGradsWithNorm_(parameters: Tensor | Iterable<Tensor>, maxNorm: number, totalNorm: Tensor): void {
  const factor = Math.min(1, maxNorm / (totalNorm.item() + 1e-6));
  noGrad(() => {
    for (const g of gradsOf(parameters)) mulInPlace(g, factor);
  });
}

/**
 * Scales all gradients together so that their norm is at most `maxNorm`, in place; gives the norm before.
 * @throws ArgumentError for a norm that is not finite, if asked for.
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
  const list = listOf(parameters);
  const norm = getTotalNorm(gradsOf(list), options);
  clipGradsWithNorm_(list, maxNorm, norm);
  return norm;
}

/**
 * Cuts each element of the gradients to [-clipValue, clipValue], in place.
 * @example
 * const w = tensor([3, 0.25], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * nn.utils.clipGradValue_(w, 1);
 * w.grad!.toArray(); // [1, 0.5]
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  noGrad(() => {
    for (const g of gradsOf(parameters)) g.clamp_({ min: -clipValue, max: clipValue });
  });
}
