/** The methods of tensors that step through passes. */
import type { BackwardOptions } from "../../tape/backward/backward.ts";
import { addMethods } from "../../tensor/methods.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { BackwardSteps } from "./backward-steps.ts";
import { ForwardSteps } from "./forward-steps.ts";

addMethods({
  backwardSteps(gradient, options) {
    if (gradient === null || gradient === undefined || gradient instanceof Tensor)
      return new BackwardSteps(this, gradient ?? null, options ?? {});
    return new BackwardSteps(this, null, gradient);
  },
  forwardSteps() {
    return new ForwardSteps(this);
  },
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Returns a backward pass that runs one op at a time, with the arguments of `backward`. A loop takes the steps: `for` at once, `for await` with a turn of the
     * event loop before each, so that messages arrive; a notebook shows these as they are taken. Each step has the upstream gradient of the op, the local derivative,
     * the contribution to each input, and the sum over the consumers of the input so far. Hooks run, and leaves accumulate their gradients, as in `backward`.
     *
     * A loop that is left early ends the pass there: leaves that have got all of their contributions keep their gradient, others have none of it, and the graph can
     * run backward again. After a complete pass it is freed, unless `retainGraph` keeps it.
     * @throws GradError if the tensor requires no gradient, and in the step at which `backward` would throw an error.
     * @example
     * const a = tensor(2, { requiresGrad: true });
     * const b = tensor(3, { requiresGrad: true });
     * const sums: (number | undefined)[] = [];
     * for (const step of a.mul(b).add(a).backwardSteps()) sums.push(step.inputs[0]?.sum?.item());
     * sums; // [1, 4]
     */
    backwardSteps(gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions): BackwardSteps;
    /**
     * Returns the ops that led to the tensor, in the order in which they ran, with their recorded operands and results. Values are kept in a notebook, and elsewhere
     * after `inspect.setWatch`.
     * @throws GradError when nothing was recorded.
     * @example
     * const a = tensor(2, { requiresGrad: true });
     * [...a.mul(3).add(1).forwardSteps()].map((step) => step.op); // ["mul", "add"]
     */
    forwardSteps(): ForwardSteps;
  }
}
