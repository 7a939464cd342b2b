/** A momentum that forgets nothing. */
import { fault, show, type TrainingCause, trainingCause } from "../shared.ts";

export const momentumTooHigh: TrainingCause = trainingCause({
  id: "momentum-too-high",
  certainty: "structure",
  symptoms: ["not learning", "huge"],
  title: "Momentum of 1 or more",
  mechanism:
    "With a momentum of 1 no gradient is ever forgotten: velocities only grow, and the weights swing further and further. A first β of Adam near 1 delays every reaction by thousands of steps.",
  remedy: "Use a momentum of 0.9.",
  find: ({ allOptimizers }) =>
    allOptimizers.flatMap((optimizer) => {
      const { momentum = 0, betas } = optimizer.paramGroups[0] as {
        readonly momentum?: number;
        readonly betas?: readonly [number, number];
      };
      const first = betas?.[0] ?? 0;
      if (momentum < 0.9995 && first < 0.9995) return [];
      const name = momentum >= 0.9995 ? "momentum" : "β₁";
      const value = momentum >= 0.9995 ? momentum : first;
      return [
        fault({
          sentence: `${name} is ${show(value)}, so that old gradients are ${value >= 1 ? "never" : "hardly ever"} forgotten and the updates overshoot or lag behind.`,
          fix: `Use ${name === "momentum" ? "momentum: 0.9" : "betas: [0.9, 0.999]"}.`,
          evidence: { [name]: show(value) },
        }),
      ];
    }),
});
