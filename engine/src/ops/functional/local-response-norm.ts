/** Normalization of each element by those of neighbouring channels. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { div } from "../elementwise/division.ts";
import { pow } from "../elementwise/power.ts";
import { constantPadNd } from "../shape/pad.ts";
import { reshape } from "../shape/reshape.ts";
import { avgPool2d } from "./avg-pool.ts";

/** Options of `localResponseNorm`. */
export interface LocalResponseNormOptions {
  /** Factor of the mean of the squares; 1e-4 by default. */
  readonly alpha?: number;
  /** Exponent; 0.75 by default. */
  readonly beta?: number;
  /** Summand; 1 by default. */
  readonly k?: number;
}

/**
 * Returns x / (k + α m)^β of [N, C, …], where m is the mean of the squares at the same position in `size` neighbouring channels; channels outside count as 0.
 * Source: Krizhevsky, Sutskever and Hinton, 2012.
 * @throws ShapeError for an input of fewer than three dimensions; ArgumentError for a size that is not positive; DTypeError for integers and bools.
 * @example localResponseNorm(tensor([[[1], [2]]]), 1, { alpha: 1, beta: 1 }).toArray(); // [[[0.5], [0.4000000059604645]]]
 */
export const localResponseNorm: (input: Tensor, size: number, options?: LocalResponseNormOptions) => Tensor =
  defineComposite(
    {
      name: "localResponseNorm",
      torch: "nn.functional.local_response_norm",
      access: "function",
      signature: "input, size, alpha=0.0001, beta=0.75, k=1",
      tex: "y = x\\, (k + \\alpha\\, \\overline{x^2})^{-\\beta}",
      samples: (r) => [
        { input: r.normal([2, 4, 3]), size: 3, alpha: 0.5, beta: 1.5, k: 2 },
        { input: r.normal([1, 3, 2, 2]), size: 2 },
      ],
    },
    (input: Tensor, size: number, { alpha = 1e-4, beta = 0.75, k = 1 }: LocalResponseNormOptions = {}): Tensor => {
      const x = requireTensor("localResponseNorm", input);
      requireFloat("localResponseNorm", x.dtype);
      if (x.ndim < 3) throw new ShapeError("localResponseNorm", "the input must be [N, C, …]", [x.shape]);
      if (!Number.isInteger(size) || size < 1)
        throw new ArgumentError("localResponseNorm", `size must be a positive integer, but got ${size}`);
      if (x.numel() === 0) return mul(x, 1);
      const [n, channels, ...rest] = x.shape;
      const squares = reshape(mul(x, x), [n, 1, channels, sizeOf(rest)]);
      const padded = constantPadNd(squares, [0, 0, Math.floor(size / 2), Math.floor((size - 1) / 2)]);
      const means = reshape(avgPool2d(padded, [size, 1], { stride: 1 }), x.shape);
      return div(x, pow(add(mul(means, alpha), k), beta));
    },
  );
