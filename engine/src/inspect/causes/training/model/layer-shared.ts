/** One layer that is used where several were meant. */
import type { Module } from "../../../../nn/base/module.ts";
import { namesText, question, type TrainingCause, trainingCause } from "../shared.ts";

export const layerShared: TrainingCause = trainingCause({
  id: "layer-shared",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "One layer where several were meant",
  mechanism:
    "The same module is registered under several names, as by Array(4).fill(layer) or by one variable in a Sequential, and the output of one use is the input of the next. All places share one weight, and the model has fewer parameters than it seems. Layers that are shared on purpose, such as tied embeddings, do not follow each other.",
  remedy: "Create a layer for each place: Array.from({ length: 4 }, () => new nn.Linear(…)).",
  find: ({ models, first }) => {
    const uses = new Map<Module, string[]>();
    for (const model of models)
      for (const [name, m] of model.namedModules({ removeDuplicate: false })) {
        if (m.namedParameters().next().done) continue;
        uses.set(m, [...(uses.get(m) ?? []), name]);
      }
    const shared = [...uses].filter(([m, names]) => {
      if (names.length < 2) return false;
      const calls = first.step.moduleCalls.filter((c) => c.module === m && c.isGradEnabled);
      if (calls.length < 2) return false;
      // the second use depends on the first
      const [a, b] = calls;
      const inputs = first.step.calls.slice(b.first, b.end).flatMap((c) => c.inputs);
      return first.flow.ancestors(inputs).some((c) => c.index >= a.first && c.index < a.end);
    });
    // inner modules of a shared one are listed with it
    const outer = shared.filter(([m]) => !shared.some(([other]) => other !== m && [...other.modules()].includes(m)));
    return outer.map(([m, names]) =>
      question({
        sentence: `One ${m.constructor.name} is used at ${names.length} places (${namesText(names)}), one after the other, and all share its weights: were several layers meant?`,
        fix: "Create a new layer for each place, as by Array.from({ length: n }, () => new …); fill() repeats one.",
        evidence: { places: namesText(names, 6), layers: "1" },
      }),
    );
  },
});
