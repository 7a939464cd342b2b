/** A model that is trained in evaluation mode. */
import type { Module } from "../../../../nn/base/module.ts";
import { fault, namesText, type TrainingCause, trainingCause } from "../shared.ts";
import { modalIn } from "./modes.ts";

export const evalModeInTraining: TrainingCause = trainingCause({
  id: "eval-mode-in-training",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "The model is trained in evaluation mode",
  mechanism:
    "model.eval() was called and model.train() was not called again, as after an evaluation. Dropout does nothing and batch normalization uses running statistics that no longer follow the activations. Batch normalization alone in evaluation mode, as in fine-tuning, is no fault.",
  remedy: "Call model.train() before training goes on.",
  find: ({ last, first, models }) => {
    const seen = new Set<Module>();
    return [...first.modelCalls, ...last.modelCalls].flatMap((call) => {
      const { module } = call;
      if (seen.has(module) || !models.includes(module) || call.training || !call.isGradEnabled) return [];
      const modal = modalIn(module).filter((m) => !m.training);
      const trained = module.parameters().some((p) => p.requiresGrad && last.passes.some((x) => x.leaves.has(p)));
      if (modal.length === 0 || !trained) return [];
      seen.add(module);
      return [
        fault({
          sentence: `${call.name} is trained in evaluation mode, so ${namesText([...new Set(modal.map((m) => m.constructor.name))])} behave as in evaluation.`,
          fix: "Call model.train() before training, also after each evaluation.",
          evidence: { "layers with a mode": String(modal.length), training: "false" },
        }),
      ];
    });
  },
});
