/** `explain`: why a gradient is what it is. */
import type { ExplanationData } from "../../protocol/index.ts";
import { edgeOf } from "../../tape/graph/node.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { explainOutput } from "../../view/explain/output.ts";
import { GradientCase, type NamedParameters, type UpdatesParameters } from "../causes/gradient/case.ts";
import { Flow } from "../causes/gradient/flow.ts";
import { Display } from "../shared/display.ts";
import { encodeExplanation } from "./data.ts";
import { findLoss } from "./find-loss.ts";
import { runWatched } from "./rerun.ts";

/** Options of `explain`. */
export interface ExplainOptions {
  /** By default it is looked for among the variables of the notebook. The tensor on which `backward` ran or will run, or a function that computes it again, by which every value is known. */
  readonly loss?: Tensor | (() => Tensor);
  /** The module that the tensor belongs to, by which it is named. */
  readonly model?: NamedParameters;
  /** The optimizer that is to update the tensor. */
  readonly optimizer?: UpdatesParameters;
}

/** An explanation, which a notebook displays and which prints as text elsewhere. */
export class Explanation extends Display<ExplanationData> {
  constructor(data: ExplanationData) {
    super(explainOutput, data);
  }
}

/**
 * Explains the gradient of a tensor: why it is null, zero, tiny, huge or not finite, or why the tensor does not learn in spite of it. The explanation begins with one sentence; then come the
 * causes, ranked by the share of the effect that each accounts for, with the path of ops, evidence in numbers, and what to do. A gradient without any of the known causes is called
 * sound. `grad` stays as it is: where the cotangents were not kept, and the saved tensors are still there, the backward walk is repeated without accumulating.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * const loss = w.sub(5).relu().sum();
 * loss.backward();
 * explain(w, { loss: () => w.sub(5).relu().sum() }).data.findings[0].cause; // "dead-relu"
 */
export function explain(x: Tensor, { loss, model, optimizer }: ExplainOptions = {}): Explanation {
  const result = typeof loss === "function" ? runWatched(loss) : (loss ?? findLoss(x));
  const root = result instanceof Tensor ? edgeOf(result) : null;
  const flow = root === null ? null : new Flow(root, result);
  return new Explanation(
    encodeExplanation(new GradientCase(x, { flow, loss: result, model: model ?? null, optimizer: optimizer ?? null })),
  );
}
