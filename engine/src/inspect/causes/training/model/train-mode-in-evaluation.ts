/** A model that is evaluated in training mode. */
import type { Module } from "../../../../nn/base/module.ts";
import type { Call, ModuleCall, Step } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { compositeOf } from "../../../diagnose/record/roles.ts";
import { namesText, question, type TrainingCause, trainingCause } from "../shared.ts";
import { modalIn } from "./modes.ts";

/** Returns an op of dropout that drops elements inside a module in evaluation mode, as of `F.dropout` without `training`. */
const activeDropout = (steps: readonly Step[]): Call | undefined =>
  steps
    .flatMap((s) => s.calls)
    .find((c) => c.op.stops === "mask" && c.module?.training === false && /dropout/i.test(compositeOf(c)?.name ?? ""));

export const trainModeInEvaluation: TrainingCause = trainingCause({
  id: "train-mode-in-evaluation",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The model is evaluated in training mode",
  mechanism:
    "Inside noGrad, as for a validation, the model runs in training mode: dropout changes its answers, and batch normalization takes statistics of the validation data and adds them to its running ones.",
  remedy: "Call model.eval() before the evaluation and model.train() after it.",
  find: ({ steps, last, models }) => {
    const isTrained = (m: Module): boolean => m.parameters().some((p) => last.passes.some((x) => x.leaves.has(p)));
    const found = steps
      .flatMap((s) => s.moduleCalls)
      .find(
        (c: ModuleCall) =>
          c.parent === null &&
          !c.isGradEnabled &&
          c.training &&
          models.includes(c.module) &&
          modalIn(c.module).some((m) => m.training) &&
          isTrained(c.module),
      );
    const dropout = activeDropout(steps);
    if (dropout !== undefined)
      return [
        question({
          sentence: `${dropout.module?.name ?? "A module"} is in evaluation mode, but ${compositeOf(dropout)?.name ?? "dropout"} inside of it drops elements: a function does not know the mode of the module.`,
          fix: "Pass { training: this.training } to F.dropout, or use nn.Dropout.",
          evidence: { training: "false", "dropout is": "active" },
          path: [placeOf(dropout)],
        }),
      ];
    if (found === undefined) return [];
    const modal = modalIn(found.module);
    return [
      question({
        sentence: `${found.name} runs inside noGrad in training mode: ${namesText([...new Set(modal.map((m) => m.constructor.name))])} behave as in training while it is evaluated.`,
        fix: "Call model.eval() before the evaluation, and model.train() after it.",
        evidence: { "layers with a mode": String(modal.length), training: "true" },
      }),
    ];
  },
});
