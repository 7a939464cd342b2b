/** Samples of the Gumbel-softmax distribution. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { rand, zerosLike } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, neg, sub } from "../elementwise/arithmetic.ts";
import { clampMin } from "../elementwise/clamp.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { log } from "../elementwise/exponential.ts";
import { scatter } from "../indexing/scatter.ts";
import { argmax } from "../reduce/argmax.ts";
import { unsqueeze } from "../shape/expand.ts";
import { softmax } from "./softmax.ts";

/** Options of `gumbelSoftmax`. */
export interface GumbelSoftmaxOptions {
  /** Temperature; 1 by default. */
  readonly tau?: number;
  /** Whether the samples are one-hot, with the gradient of the soft ones. */
  readonly hard?: boolean;
  /** Dimension of the classes; the last one by default. */
  readonly dim?: number;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator;
}

/**
 * Returns samples softmax((x + g) / τ) along `dim`, with independent noise g of the Gumbel distribution; with `hard` one-hot vectors of the largest elements, whose gradient is that of the
 * soft samples. Sources: Jang et al., 2017; Maddison et al., 2017.
 * @throws ArgumentError for a temperature that is not positive; DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example gumbelSoftmax(tensor([0, 1000]), { hard: true }).toArray(); // [0, 1]
 */
export const gumbelSoftmax: (logits: Tensor, options?: GumbelSoftmaxOptions) => Tensor = defineComposite(
  {
    name: "gumbelSoftmax",
    torch: "nn.functional.gumbel_softmax",
    access: "function",
    signature: "logits, tau=1, hard=false, dim=-1, generator=null",
    tex: "y_i = e^{(x_i + g_i) / \\tau} / \\textstyle\\sum_j e^{(x_j + g_j) / \\tau}",
    // one class, whose probability is 1 whatever the noise is
    samples: (r) => [
      { logits: r.normal([1, 3]), tau: 2, dim: 0, generator: r.generator },
      { logits: r.normal([1, 1]), hard: true },
    ],
  },
  (logits: Tensor, { tau = 1, hard = false, dim = -1, generator }: GumbelSoftmaxOptions = {}): Tensor => {
    const x = requireTensor("gumbelSoftmax", logits);
    requireFloat("gumbelSoftmax", x.dtype);
    if (!(tau > 0)) throw new ArgumentError("gumbelSoftmax", `tau must be positive, but got ${tau}`);
    const d = normalizeDim("gumbelSoftmax", dim, x.ndim);
    // the least positive number that a uniform one can be, as its logarithm is finite
    const uniform = clampMin(
      rand(x.shape, { dtype: "float64", ...(generator === undefined ? {} : { generator }) }),
      2 ** -54,
    );
    const noise = to(neg(log(neg(log(uniform)))), x.dtype);
    const soft = softmax(div(add(x, noise), tau), d);
    if (!hard) return soft;
    const index = argmax(soft.detach(), d);
    const oneHot = scatter(zerosLike(soft.detach()), d, x.ndim === 0 ? index : unsqueeze(index, d), 1);
    return add(sub(oneHot, soft.detach()), soft);
  },
);
