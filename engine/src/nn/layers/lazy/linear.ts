/** Linear layers that take the number of inputs from their first input. */
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { ShapeError } from "../../../tensor/errors.ts";
import { defaultGenerator } from "../../../tensor/random.ts";
import { Linear, type LinearModuleOptions } from "../linear.ts";
import { deferInitialization, leaveUninitialized, materialize } from "./deferred.ts";

/**
 * `Linear` whose `inFeatures` is the last size of its first input. Until then, weight and bias are uninitialized; the first call initializes them, and the module
 * becomes a `Linear`. Loading a state gives them their shapes, too.
 * @throws Forward throws ShapeError for a scalar input.
 * @example
 * const layer = new nn.LazyLinear(3);
 * layer.forward(zeros([5, 2])).shape; // [5, 3]
 * layer.weight.shape; // [3, 2]
 */
export class LazyLinear extends Linear {
  constructor(outFeatures: number, options: LinearModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outFeatures, { ...options, bias: false });
    leaveUninitialized(this, options);
    deferInitialization(this, Linear, (x) => {
      if (x.ndim === 0) throw new ShapeError("LazyLinear", "the input must have at least 1 dimension", [x.shape]);
      const inFeatures = x.shape[x.ndim - 1];
      const shapes = [
        [this.weight, [outFeatures, inFeatures]],
        [this.bias, [outFeatures]],
      ] as const;
      if (materialize(shapes)) this.resetParameters(options.generator ?? defaultGenerator);
      Object.assign(this, { inFeatures });
    });
  }
}
