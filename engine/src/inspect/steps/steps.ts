/** `steps`: the recorded steps of the forward and the backward pass behind a tensor. */
import type { StepsData } from "../../protocol/index.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { stepsOutput } from "../../view/steps/output.ts";
import { Display } from "../shared/display.ts";
import { encodeSteps } from "./data.ts";
import { recordedLog, requireEdge } from "./log.ts";
import type { BackwardStep } from "./step.ts";

/** The recorded steps of a forward and a backward pass, which a notebook displays and which print as text elsewhere. */
export class Steps extends Display<StepsData> {
  /** The steps of the backward pass, in its order; empty before `backward`, and where nothing was kept. */
  readonly backward: readonly BackwardStep[];

  constructor(data: StepsData, backward: readonly BackwardStep[]) {
    super(stepsOutput, data);
    this.backward = backward;
  }
}

/**
 * Returns the steps by which a result was computed, and those of the last `backward` through it: for each op the upstream gradient, the local derivative, the
 * contribution to each input, and the sum over the consumers of the input. They are those that the ops have kept: in a notebook those of the first operations of
 * each cell, elsewhere after `inspect.setWatch`. `backwardSteps` keeps its own.
 * @throws GradError when nothing was recorded.
 * @example
 * const a = tensor(2, { requiresGrad: true });
 * const b = tensor(3, { requiresGrad: true });
 * inspect.setWatch({ nodes: 100 });
 * const loss = a.mul(b).add(a);
 * loss.backward();
 * inspect.steps(loss).backward.map((step) => step.op); // ["add", "mul"]
 */
export function steps(result: Tensor | readonly Tensor[]): Steps {
  const roots = result instanceof Tensor ? [result] : result;
  const { log, state } = recordedLog(roots.map((t) => requireEdge("steps", t)));
  const taken = { forward: log.nodes.length, backward: log.steps.length };
  return new Steps(encodeSteps({ roots, log, state, taken }), log.steps);
}
