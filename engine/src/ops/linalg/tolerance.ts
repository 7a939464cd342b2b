/** Tolerances below which singular values count as 0. */
import { requireTensor } from "../../dispatch/operand.ts";
import { full } from "../../tensor/create.ts";
import { realDType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";

/** Options of functions that treat small singular values as 0: those up to the larger of `atol` and `rtol` times the largest. */
export interface ToleranceOptions {
  /** Absolute tolerance, a number or a tensor for the batch; 0 by default. */
  readonly atol?: number | Tensor | null;
  /** Relative tolerance, a number or a tensor for the batch; by default max(m, n) times the precision of the dtype, or 0 where `atol` is given. */
  readonly rtol?: number | Tensor | null;
}

/** Returns the distance of 1 to the next number of the dtype. */
export const epsilonOf = (x: Tensor): number => (realDType(x.dtype) === "float32" ? 2 ** -23 : 2 ** -52);

/** Returns both tolerances for matrices [..., m, n] as tensors that broadcast to [...], without gradients. */
export function tolerancesOf(op: string, x: Tensor, { atol, rtol }: ToleranceOptions): readonly [Tensor, Tensor] {
  const tensorOf = (v: number | Tensor): Tensor =>
    typeof v === "number"
      ? full([], v, { dtype: realDType(x.dtype) })
      : to(requireTensor(op, v), realDType(x.dtype)).detach();
  const hasAbsolute = atol !== null && atol !== undefined && (typeof atol !== "number" || atol > 0);
  const relative = hasAbsolute ? 0 : Math.max(x.size(-1), x.size(-2)) * epsilonOf(x);
  return [tensorOf(atol ?? 0), tensorOf(rtol ?? relative)];
}
