/** Targets outside of the range of the output. */
import { elements } from "../../../../tensor/strided.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf } from "../../../diagnose/record/roles.ts";
import { fault, percent, show, type TrainingCause, trainingCause } from "../shared.ts";
import { range, regressions } from "./targets.ts";

/** Ranges of bounded activations. */
const bounds = { sigmoid: [0, 1], tanh: [-1, 1], softmax: [0, 1] } as const;

export const unreachableTargets: TrainingCause = trainingCause({
  id: "unreachable-targets",
  certainty: "structure",
  symptoms: ["not learning", "tiny"],
  title: "Targets that the output cannot reach",
  mechanism:
    "The model ends with a bounded activation (sigmoid or tanh), but the targets of the regression lie outside of its range. The outputs saturate at the bound, where their gradient vanishes, and the error stays.",
  remedy: "Remove the activation at the end, or scale the targets into its range.",
  find: ({ first }) =>
    first.lossUses.flatMap(({ name, prediction, others }) => {
      const target = others.find((t) => first.isData(t) && t.numel() > 0);
      const before = first.flow.origin(prediction);
      const head = before === null ? null : headOf(before);
      if (!regressions.has(name) || target === undefined || before === null || (head !== "sigmoid" && head !== "tanh"))
        return [];
      const [low, high] = bounds[head];
      const x = elements(target);
      const margin = 0.05;
      const outside = x.filter((v) => v < low - margin || v > high + margin).length / x.length;
      if (outside < 0.05) return [];
      const [min, max] = range(x);
      return [
        fault({
          share: outside,
          sentence: `The model ends with ${head}, whose output lies from ${low} to ${high}, but the targets are from ${show(min)} to ${show(max)}: ${percent(outside)} of them cannot be reached.`,
          fix: `Remove the ${head} at the end of the model, or scale the targets into its range.`,
          evidence: { "targets out of range": percent(outside), targets: `${show(min)} to ${show(max)}` },
          path: [placeOf(before)],
        }),
      ];
    }),
});
