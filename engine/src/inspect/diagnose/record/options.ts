/** The tensors and settings of a recorder. */
import type { Optimizer } from "../../../optim/optimizer.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Step } from "./call.ts";

/** Tensors whose weights and gradients are recorded. */
export interface Tracked {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Settings of a recorder. */
export interface RecorderOptions {
  /** Returns whether an update of an optimizer ends a step; by default the caller ends steps. */
  readonly endsStep?: (optimizer: Optimizer) => boolean;
  /** Called with each step that has ended. */
  readonly onStep?: (step: Step) => void;
  /** Bytes of the results of one step that are kept; a step with more is given up, and the recorder stops. No limit by default. */
  readonly maxBytes?: number;
}
