/** An eps of Adam that takes the place of the second moment. */
import { gradientNorm } from "../../../diagnose/record/parameters.ts";
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";
import { median } from "./ratios.ts";

export const epsTooLarge: TrainingCause = trainingCause({
  id: "adam-eps-too-large",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "eps of Adam larger than the gradients",
  mechanism:
    "Adam divides by √v + eps. An eps far above the size of the gradients takes the place of √v, so that the steps shrink to lr · g / eps and no longer adapt.",
  remedy: "Use eps: 1e-8.",
  find: ({ allOptimizers, steps, parameters }) =>
    allOptimizers.flatMap((optimizer) => {
      const { eps = 0 } = optimizer.paramGroups[0] as { readonly eps?: number };
      if (eps < 1e-3) return [];
      const last = steps[steps.length - 1];
      const sizes = parameters
        .filter((p) => optimizer.parameters.includes(p.tensor))
        .map((p) => (gradientNorm(last, p) ?? 0) / Math.sqrt(p.tensor.numel()));
      const size = median(sizes);
      if (!(size < eps / 10) || !(size > 0)) return [];
      return [
        fault({
          sentence: `eps is ${show(eps)}, ${show(eps / size)} times the size of the gradients, so Adam's steps shrink by that factor.`,
          fix: "Use the default, eps: 1e-8.",
          evidence: { eps: show(eps), "size of a gradient": show(size) },
        }),
      ];
    }),
});
