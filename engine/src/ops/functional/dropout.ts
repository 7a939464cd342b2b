/** Dropout. */

import { defineComposite } from "../../dispatch/define.ts";
import type { Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { checkedProbability, dropped, keepMask } from "./dropout-mask.ts";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Probability that an element is set to 0; 0.5 by default. */
  readonly p?: number;
  /** Whether to drop elements; otherwise all elements are kept. */
  readonly training?: boolean;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator;
}

/**
 * Sets elements to 0 with probability `p` and multiplies the others by 1 / (1 - p), which keeps the expected value. Dropped elements have the gradient
 * 0, even if they are NaN or infinite. Source: Srivastava et al., 2014.
 * @throws ArgumentError for a `p` outside of [0, 1].
 * @example dropout(tensor([1, 2]), { training: false }).toArray(); // [1, 2]
 */
export const dropout: (input: Tensor, options?: DropoutOptions) => Tensor = defineComposite(
  {
    name: "dropout",
    torch: "nn.functional.dropout",
    access: "function",
    signature: "input, p=0.5, training=true, generator=null",
    tex: "y = x \\odot m / (1 - p)",
    samples: (r) => [
      { input: r.normal([2, 3]), p: 0.5, training: false, generator: r.generator },
      { input: r.normal([3]), p: 0 },
    ],
  },
  (input: Tensor, { p = 0.5, training = true, generator }: DropoutOptions = {}): Tensor => {
    checkedProbability("dropout", p);
    if (!training || p === 0) return mul(input, 1);
    return dropped(input, keepMask(input.shape, p, generator), p);
  },
);
