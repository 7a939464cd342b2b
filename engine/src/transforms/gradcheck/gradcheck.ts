/** `gradcheck` and `gradgradcheck`: gradients compared with finite differences. */
import { grad } from "../../tape/backward/backward.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { GradError } from "../../tensor/errors.ts";
import { Generator } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { CheckedFunction, outputsOf } from "./checked-function.ts";
import { checkDeterminism, compareAlongDirection, compareElements, randomDirection } from "./comparisons.ts";
import { type Checked, defaults, GradcheckError, type GradcheckOptions } from "./settings.ts";

/**
 * Compares the gradients of `f` with central differences, and returns true when they agree: for each output, and each input that requires a gradient, element by
 * element or, with `fastMode`, along a random direction. Also compares two runs with each other. Use float64: in float32 the differences themselves are inaccurate.
 * @throws GradcheckError for a wrong gradient, which names the worst element and a likely cause, unless `raiseException` is false; GradError when no input requires a
 * gradient, or no output is floating point.
 * @example
 * const x = tensor([0.5, 2], { dtype: "float64", requiresGrad: true });
 * autograd.gradcheck((x) => x.exp().mul(x), [x]); // true
 */
export function gradcheck(f: Checked, inputs: Tensor | readonly Tensor[], options: GradcheckOptions = {}): boolean {
  const settings = { ...defaults, ...options };
  try {
    const check = new CheckedFunction(f, inputs instanceof Tensor ? [inputs] : inputs, settings);
    const random = new Generator(settings.seed);
    const { leaves, outputs } = check.run();
    if (outputs.length === 0) throw new GradError("gradcheck", "the function gives no float tensor");
    for (const [o, y] of outputs)
      if (settings.fastMode) compareAlongDirection(check, o, y, leaves, random);
      else compareElements(check, o, y, leaves);
    checkDeterminism(check);
    return true;
  } catch (error) {
    if (error instanceof GradcheckError && !settings.raiseException) return false;
    throw error;
  }
}

/**
 * Compares the second derivatives of `f` with central differences of its gradients, and returns true when they agree. The gradients are taken with `gradOutputs` as
 * cotangents, by default random ones, which are inputs of the check themselves.
 * @throws GradcheckError for a wrong second derivative, which names the worst element and a likely cause, unless `raiseException` is false.
 * @example
 * const x = tensor([0.5, 2], { dtype: "float64", requiresGrad: true });
 * autograd.gradgradcheck((x) => x.pow(3), [x]); // true
 */
export function gradgradcheck(
  f: Checked,
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions & { readonly gradOutputs?: readonly Tensor[] } = {},
): boolean {
  const list = inputs instanceof Tensor ? [inputs] : inputs;
  const random = new Generator((options.seed ?? 0) + 1);
  const differentiableOutputs = (xs: readonly Tensor[]): Tensor[] =>
    outputsOf("gradgradcheck", f, xs).filter((y) => isFloating(y.dtype) && y.requiresGrad);
  const cotangents =
    options.gradOutputs ??
    differentiableOutputs(list).map((y) => randomDirection(y, random).mul(Math.sqrt(Math.max(1, y.numel()))));
  const differentiable = list.flatMap((x, i) => (x.requiresGrad ? [i] : []));
  const gradients: Checked = (...all) => {
    const xs = all.slice(0, list.length);
    return grad(
      differentiableOutputs(xs),
      differentiable.map((i) => xs[i]),
      { gradOutputs: all.slice(list.length), createGraph: true, materializeGrads: true },
    );
  };
  return gradcheck(gradients, [...list, ...cotangents.map((u) => u.detach().clone().requiresGrad_())], options);
}
