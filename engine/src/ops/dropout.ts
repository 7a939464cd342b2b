/** Dropout. */

import { defineComposite } from "../op/define.ts";
import { rand } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./arithmetic.ts";
import { ge, where } from "./compare.ts";
import { to } from "./convert.ts";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Probability of an element to be dropped. */
  readonly p?: number;
  /** Does nothing when false. */
  readonly training?: boolean;
  readonly generator?: Generator;
}

/**
 * Sets elements to 0 with probability p and scales the others by 1 / (1 - p), so that the mean stays. What is dropped is 0 and has the gradient 0,
 * whatever it was.
 * Source: Srivastava et al., 2014.
 */
export const dropout: (input: Tensor, options?: DropoutOptions) => Tensor = defineComposite(
  {
    name: "dropout",
    torch: "nn.functional.dropout",
    signature: "input, p=0.5, training=true",
    tex: "y = x \\odot m / (1 - p)",
    samples: (r) => [
      { input: r.normal([2, 3]), p: 0.5, training: false },
      { input: r.normal([3]), p: 0 },
    ],
  },
  (input: Tensor, { p = 0.5, training = true, generator }: DropoutOptions = {}): Tensor => {
    if (!(p >= 0 && p <= 1)) throw new ArgumentError("dropout", `p must lie in [0, 1], but got ${p}`);
    if (!training || p === 0) return mul(input, 1);
    const x = isFloating(input.dtype) ? input : to(input, "float32");
    const keep = ge(rand(x.shape, generator === undefined ? {} : { generator }), p);
    return where(keep, p === 1 ? x : mul(x, 1 / (1 - p)), 0);
  },
);
