/** A function under test: its outputs at perturbed inputs, and its gradients. */
import { changeInPlace } from "../../ops/inplace.ts";
import { asList, grad } from "../../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../../tape/graph/mode.ts";
import { describe } from "../../tensor/arguments/refusals.ts";
import { zerosLike } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { GradError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Checked, GradcheckError, type Settings } from "./settings.ts";

/** The differentiable outputs of one run. */
export interface Run {
  /** Copies of the inputs, as leaves. */
  readonly leaves: readonly Tensor[];
  /** The floating-point outputs, with their positions. */
  readonly outputs: readonly (readonly [position: number, y: Tensor])[];
}

/** Returns what `f` returns for `xs`. @throws GradError when that is no tensor, nor a list of them. */
export function outputsOf(check: string, f: Checked, xs: readonly Tensor[]): readonly Tensor[] {
  const outputs: readonly unknown[] = asList(enableGrad(() => f(...xs)));
  for (const y of outputs)
    if (!(y instanceof Tensor))
      throw new GradError(check, `the function must return a tensor or a list of tensors, but returned ${describe(y)}`);
  return outputs as readonly Tensor[];
}

/** A function with the inputs at which its gradients are checked. */
export class CheckedFunction {
  readonly f: Checked;
  readonly inputs: readonly Tensor[];
  readonly settings: Settings;
  /** Positions of the inputs that require a gradient. */
  readonly differentiable: readonly number[];

  constructor(f: Checked, inputs: readonly Tensor[], settings: Settings) {
    this.f = f;
    this.inputs = inputs;
    this.settings = settings;
    this.differentiable = inputs.flatMap((x, i) => (x.requiresGrad ? [i] : []));
    if (this.differentiable.length === 0)
      throw new GradError("gradcheck", "at least one input must require a gradient");
  }

  /** Returns the outputs after `change` has modified a copy of input `i`. */
  outputsAfter(i: number, change: (x: Tensor) => void): readonly Tensor[] {
    const inputs = this.inputs.map((x, k) => {
      const copy = noGrad(() => x.detach().clone());
      if (k === i) change(copy);
      return x.requiresGrad ? copy.requiresGrad_() : copy;
    });
    return outputsOf("gradcheck", this.f, inputs).map((y) => y.detach());
  }

  /** Returns the outputs with `h` added to one element of input `i`. */
  outputsAtElement(i: number, element: number, h: number): readonly Tensor[] {
    return this.outputsAfter(i, (x) => {
      changeInPlace("gradcheck", x, (elements) => {
        elements[element] += h;
      });
    });
  }

  /** Returns the outputs with `h` times the direction `v` added to input `i`. */
  outputsAlong(i: number, v: Tensor, h: number): readonly Tensor[] {
    return this.outputsAfter(i, (x) => {
      noGrad(() => x.add_(v.mul(h)));
    });
  }

  /** Runs the function on the tape. @throws GradcheckError when it changes an input in place. */
  run(): Run {
    const leaves = this.inputs.map((x) =>
      x.requiresGrad ? noGrad(() => x.detach().clone()).requiresGrad_() : x.detach(),
    );
    const versions = leaves.map((x) => x.version);
    const all = outputsOf("gradcheck", this.f, leaves);
    leaves.forEach((x, i) => {
      if (x.version !== versions[i])
        throw new GradcheckError(`gradcheck: the function changes its input ${i} in place; let it work on a clone()`);
    });
    return { leaves, outputs: all.flatMap((y, i) => (isFloating(y.dtype) ? [[i, y] as const] : [])) };
  }

  /** Returns uᵀJ for each differentiable input, by the gradient rules. */
  pullBack(leaves: readonly Tensor[], y: Tensor, u: Tensor): Tensor[] {
    const inputs = this.differentiable.map((i) => leaves[i]);
    if (!y.requiresGrad) return inputs.map((x) => zerosLike(x.detach()));
    return grad([y], inputs, { gradOutputs: [u], retainGraph: true, materializeGrads: true }).map((g) => g.detach());
  }
}
