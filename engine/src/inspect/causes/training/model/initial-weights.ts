/** Initial weights on an unsuitable scale. */
import { placeOf } from "../../../diagnose/record/case.ts";
import { isAffine } from "../../../diagnose/record/roles.ts";
import { namesText, question, show, type TrainingCause, trainingCause } from "../shared.ts";

/** The factor by which a layer changes the size of a sound input is between these; default initializations are between 0.5 and 1.5. */
const [smallest, largest] = [0.02, 7];

export const initialWeights: TrainingCause = trainingCause({
  id: "initial-weights",
  certainty: "structure",
  symptoms: ["not learning", "huge", "tiny", "zero"],
  title: "Initial weights that are too large or too small",
  mechanism:
    "A layer multiplies the size of its input by about σ √n, for weights of deviation σ and n inputs. Weights such as randn([784, 100]) multiply by 28 in each layer, so that activations saturate and gradients explode; weights of deviation 1e-4 make all outputs alike. It is found by σ √n of the weights before the first step, which is between 0.5 and 1.5 for the usual initializations.",
  remedy: "Use nn.init.kaimingUniform_ or xavierUniform_, or divide random weights by √n.",
  find: ({ first, parameters, steps }) => {
    const found = parameters.flatMap((p) => {
      if (!p.tensor.requiresGrad || p.tensor.ndim < 2) return [];
      const call = first.step.calls.find((c) => isAffine(c) && c.op.role !== "recurrent" && reads(c.inputs, p.tensor));
      if (call === undefined || call.node === null) return [];
      const { shape } = p.tensor;
      const isMatmul = call.op.role === "product";
      const inputs =
        isMatmul && call.inputs.includes(p.tensor)
          ? shape[shape.length - 2]
          : shape.slice(1).reduce((a, b) => a * b, 1);
      const gain = (steps[0].before[p.index].norm / Math.sqrt(p.tensor.numel())) * Math.sqrt(inputs);
      return inputs >= 2 ? [{ p, call, gain }] : [];
    });
    const large = found.filter((f) => f.gain > largest);
    const small = found.filter((f) => f.gain > 0 && f.gain < smallest);
    const wrong = large.length > 0 ? large : found.length >= 2 && small.length === found.length ? small : [];
    if (wrong.length === 0) return [];
    const gains = wrong.map((f) => f.gain);
    const gain = large.length > 0 ? Math.max(...gains) : Math.min(...gains);
    return [
      question({
        share: wrong.length / found.length,
        sentence: `The initial weights of ${namesText(wrong.map((f) => f.p.name))} multiply the size of a layer's input by ${show(gain)}, where a factor of about 1 is usual: they are too ${large.length > 0 ? "large" : "small"}.`,
        fix: "Initialize with nn.init.kaimingUniform_ or xavierUniform_, or divide random weights by the root of the number of inputs.",
        evidence: { "deviation × √inputs": show(gain), layers: `${wrong.length} of ${found.length}` },
        path: wrong.slice(0, 2).map((f) => placeOf(f.call)),
      }),
    ];
  },
});

/** Whether an operand is the tensor, or a transposed view of it. */
const reads = (operands: readonly { readonly storage: object }[], t: { readonly storage: object }): boolean =>
  operands.some((x) => x.storage === t.storage);
