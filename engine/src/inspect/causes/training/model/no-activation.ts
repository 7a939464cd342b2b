/** Layers without activations between them. */
import type { AnyOp } from "../../../../dispatch/spec.ts";
import { takesGradients } from "../../../../tensor/dtype.ts";
import { isParameter } from "../../../../tensor/parameter.ts";
import type { Call } from "../../../diagnose/record/call.ts";
import { placeOf } from "../../../diagnose/record/case.ts";
import { headOf, isAffine, isArranging } from "../../../diagnose/record/roles.ts";
import { question, type TrainingCause, trainingCause } from "../shared.ts";

/** Whether an op is linear in all its inputs: by its tangent rule, as a sum, or as a mask or normalization of channels with numbers that training sets. */
const isLinear = (call: Call): boolean =>
  isArranging(call) ||
  (call.op as Partial<AnyOp>).jvp === "linear" ||
  call.op.accumulation === "sum" ||
  call.op.stops === "mask" ||
  call.op.role === "repeat" ||
  call.op.role === "join" ||
  call.op.role === "mean" ||
  call.op.role === "channelNorm";

/** Whether the op makes probabilities of the output of a layer. */
const isProbability = (call: Call): boolean => {
  const head = headOf(call);
  return head === "sigmoid" || head === "softmax" || head === "logSoftmax" || head === "logSigmoid";
};

/** Whether the op is linear in what the model computes. */
function keepsLinear(call: Call, isComputed: (call: Call, i: number) => boolean): boolean {
  const { op, inputs } = call;
  const computed = inputs.filter((_, i) => isComputed(call, i));
  // a mask or an index that is computed chooses among elements
  if (computed.some((x) => !takesGradients(x.dtype)) || op.role === "recurrent") return false;
  if (isLinear(call)) return true;
  const isQuotient = op.breaks === "quotient";
  if (isAffine(call) || (op.accumulation === "scale" && !isQuotient)) return computed.length <= 1;
  return computed.length === 0 || (isQuotient && computed.length === 1 && isComputed(call, 0));
}

export const linearModel: TrainingCause = trainingCause({
  id: "no-activation",
  certainty: "structure",
  symptoms: ["not learning"],
  title: "Layers without an activation between them",
  mechanism:
    "Several linear or convolutional layers follow each other without any nonlinear function, so the whole model is one linear function: depth adds nothing, and data that is not linear cannot be fitted. It is found where every op of the model, from its input to its output, is linear, besides a sigmoid or softmax at the end.",
  remedy: "Put an activation such as relu between the layers.",
  find: ({ first, models }) => {
    const call = first.modelCalls.find((m) => models.includes(m.module) && m.isGradEnabled);
    if (call === undefined || !Number.isFinite(call.end)) return [];
    const ops = first.step.calls.slice(call.first, call.end).filter((c) => c.node !== null || c.isGradEnabled);
    const made = new Set<Call>(ops);
    const depends = new Set<Call>();
    const inputs = new Set(call.inputs);
    const isComputed = (c: Call, i: number): boolean => {
      const x = c.inputs[i];
      if (inputs.has(x)) return true;
      const source = first.flow.producer(x);
      return source !== null && made.has(source.call) && depends.has(source.call);
    };
    for (const c of ops) if (c.inputs.some((_, i) => isComputed(c, i))) depends.add(c);
    const computed = ops.filter((c) => depends.has(c));
    const layers = computed.filter((c) => isAffine(c) && c.inputs.some((x) => isParameter(x)));
    const last = layers.at(-1)?.index ?? -1;
    // a head that makes probabilities of the last layer's output adds no layer
    const onPath = computed.filter((c) => !(c.index > last && isProbability(c)));
    if (layers.length < 2 || !onPath.every((c) => keepsLinear(c, isComputed))) return [];
    // layers that follow each other, not ones that stand side by side
    const chained = layers.some((c) => first.flow.ancestors([c.inputs[0]]).some((a) => layers.includes(a)));
    if (!chained) return [];
    return [
      question({
        sentence: `The model has ${layers.length} layers and no activation between them, so ${onPath.length < computed.length ? "its output before the last activation" : "it"} is one linear function of its input.`,
        fix: "Put an activation, such as nn.ReLU, between the layers.",
        evidence: { layers: String(layers.length), "nonlinear ops": "0" },
        path: layers.slice(0, 3).map((c) => placeOf(c)),
      }),
    ];
  },
});
