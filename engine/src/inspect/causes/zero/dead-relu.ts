/** Units of a rectifier that are closed for the whole batch. */
import type { Evidence } from "../../../protocol/index.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Cause } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { deadUnits } from "../gradient/dead-units.ts";
import { stopCause } from "../gradient/stop-cause.ts";
import { rangeWords } from "../gradient/words.ts";

function unitsText(y: Tensor): string {
  const { dead, units } = deadUnits(y);
  return `${dead} of ${units}`;
}

const sinceFacts = (step: number | null): Evidence[] =>
  step === null ? [] : [fact("closed since", step === 1 ? "the first step that was recorded" : `step ${step}`)];

export const deadRelu: Cause<GradientCase> = stopCause({
  id: "dead-relu",
  way: "rectifier",
  title: "Dead rectifier",
  mechanism:
    "A rectifier passes no gradient where its input is not above 0. Units whose inputs stay there for every example get no gradient, so that the weights before them never change again. A large step, a large negative bias or inputs that are all negative bring a layer into this state. About half of the elements being closed is normal, and no fault.",
  remedy:
    "Start again with a smaller learning rate or a He initialization with biases of 0, normalize the inputs, or use leakyRelu, elu or gelu, which keep a slope for negative inputs.",
  many: 0.9,
  whole: ({ op }) => `The gradient stops at ${op}: all its units are closed, as no input is above 0.`,
  part: ({ op, closed }) =>
    `${closed} of the elements that get a gradient stop at ${op}, whose input is not above 0 there.`,
  evidence: ({ numbers, output, stopped, subject }) => [
    ...(numbers === null ? [] : [fact("inputs", rangeWords(numbers))]),
    ...(output === null ? [] : [fact("units that are closed for every example", unitsText(output))]),
    ...sinceFacts(subject.deadSince(stopped.node)),
  ],
});
