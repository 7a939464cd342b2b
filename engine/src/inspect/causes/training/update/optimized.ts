/** The tensors that losses depend on, that get gradients, and that optimizers have. */
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { TrainingCase } from "../../../diagnose/record/case.ts";
import { backwardEvents } from "../../../diagnose/record/parameters.ts";

/** The leaves of the last step's losses that require gradients. */
export const leavesOf = ({ last }: TrainingCase): Set<Tensor> => new Set(last.passes.flatMap((p) => [...p.leaves]));

/** Whether a backward pass gave the parameter a gradient. */
export const getsGradient = (training: TrainingCase, index: number): boolean =>
  training.steps.some((s) => backwardEvents(s).some((e) => e.after[index] !== null && e.after[index] !== undefined));

export const optimizedBy = (training: TrainingCase): Set<Tensor> =>
  new Set(training.allOptimizers.flatMap((o) => o.parameters));
