/** The logarithm of the logistic function. */

import { unary } from "../../dispatch/elementwise.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { neg } from "../elementwise/arithmetic.ts";
import { sigmoid } from "../elementwise/sigmoid.ts";

/**
 * Returns ln σ(x) of each element, where σ is the logistic function, without overflow for large |x|.
 * @throws DTypeError for integers and bools.
 * @example logSigmoid(tensor([0])).toArray(); // [-0.6931471824645996]
 */
export const logSigmoid: (input: Tensor) => Tensor = unary({
  name: "logSigmoid",
  role: "logSigmoid",
  stops: "saturation",
  torch: "nn.functional.logsigmoid",
  access: "function",
  label: "log σ",
  tex: { forward: "y = \\ln \\sigma(x)", vjp: "\\bar x = \\sigma(-x)\\, \\bar y" },
  f: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  result: "floats",
  saves: "x",
  derivative: ({ inputs: [x] }) => sigmoid(neg(x)),
  domain: [-3, 3],
});
