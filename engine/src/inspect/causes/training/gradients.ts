/** The causes of missing, zero, tiny, huge and non-finite gradients, looked for in the parameters of a training; equal findings become one. */
import type { CauseFinding, Place } from "../../../protocol/index.ts";
import { edgeOf, type Node } from "../../../tape/graph/node.ts";
import { takesGradients } from "../../../tensor/dtype.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Step } from "../../diagnose/record/call.ts";
import type { TrainingCase } from "../../diagnose/record/case.ts";
import { backwardEvents, isFinite, type TrackedParameter } from "../../diagnose/record/parameters.ts";
import { resultOf } from "../../diagnose/record/step-view.ts";
import type { Symptom } from "../cause.ts";
import { GradientCase } from "../gradient/case.ts";
import { Flow } from "../gradient/flow.ts";
import { gradientCauses, gradientFindings } from "../gradient-causes.ts";
import { detached } from "../null/detached.ts";
import { noGradResult } from "../null/no-grad.ts";
import { unused } from "../null/unused.ts";
import { stationary } from "../zero/stationary-point.ts";
import { zeroFactorCause } from "../zero/zero-factor.ts";
import { namesText } from "./shared.ts";

/** The backward pass of a step that gives a parameter the gradient by which it is updated. */
type Backward = ReturnType<typeof backwardEvents>[number];

/** Returns the backward pass that comes last before the parameter is updated; the last one of the step for a parameter that no optimizer updates. */
function passFor(step: Step, { tensor }: TrackedParameter): Backward | null {
  const update = step.events.findIndex((e) => e.kind === "update" && e.optimizer.parameters.includes(tensor));
  const before = update < 0 ? step.events : step.events.slice(0, update);
  const passes = before.filter((e): e is Backward => e.kind === "backward" && e.pass.root !== null);
  return passes.at(-1) ?? null;
}

/** Whether the parameter got a gradient in any backward pass of the step. */
const hasGradient = (step: Step, { index }: TrackedParameter): boolean =>
  backwardEvents(step).some((e) => {
    const now = e.after[index] ?? null;
    const before = e.before[index] ?? null;
    return now !== null && (before === null || !now.equals(before));
  });

/** Whether the gradient is 0 in the step and not in others, as where contributions of the examples happen to cancel. */
function isZeroByChance({ steps }: TrainingCase, step: Step, index: number): boolean {
  const gradients = (s: Step | undefined): boolean[] =>
    s === undefined ? [] : backwardEvents(s).map((e) => e.after[index]?.isZero === true);
  if (!gradients(step).includes(true)) return false;
  const neighbours = [steps[step.index - 1], steps[step.index + 1]].flatMap((s) =>
    s === undefined ? [] : [gradients(s)],
  );
  return neighbours.length > 0 && neighbours.every((zeros) => !zeros.includes(true));
}

/** Returns the loss of a step on which backward refused to run, because nothing was recorded: the last number that the step computed. `null` for another step. */
function refusedLoss({ error }: TrainingCase, step: Step): Tensor | null {
  if (error === null || backwardEvents(step).length > 0) return null;
  const outputs = step.calls.flatMap((c) => c.outputs);
  const loss = outputs.findLast((t) => t.numel() === 1 && takesGradients(t.dtype));
  return loss === undefined || loss.requiresGrad ? null : loss;
}

/** A finding about one parameter. */
interface OfParameter {
  readonly finding: CauseFinding;
  readonly parameter: TrackedParameter;
}

/** Returns the findings about the gradients that a loss gives to parameters, by what its nodes save. */
export function findingsOfLoss(parameters: readonly TrackedParameter[], loss: Tensor): CauseFinding[] {
  const edge = edgeOf(loss);
  if (edge === null) return [];
  const flow = new Flow(edge, loss);
  const model = { namedParameters: () => parameters.map((p) => [p.name, p.tensor] as const) };
  const trained = parameters.filter((p) => p.tensor.requiresGrad);
  const found = trained.flatMap((parameter) =>
    gradientFindings(new GradientCase(parameter.tensor, { flow, loss, model, name: parameter.name })).map(
      (finding): OfParameter => ({ finding, parameter }),
    ),
  );
  return merged(
    found,
    trained.reduce((n, p) => n + p.tensor.numel(), 0),
  );
}

/** Returns the findings about the gradients of one step, each for one parameter. */
function findingsOfStep(training: TrainingCase, step: Step): OfParameter[] {
  const flows = new Map<Backward, Flow>();
  const model = { namedParameters: () => training.parameters.map((p) => [p.name, p.tensor] as const) };
  const own = training.trainable.filter((p) => p.inModel);
  // a teacher or target network that no optimizer has is cut off on purpose
  const optimizes = own.some((p) => p.isOptimized);
  const isIntended = (finding: CauseFinding, { isOptimized }: TrackedParameter): boolean =>
    optimizes && !isOptimized && (finding.cause === detached.id || finding.cause === noGradResult.id);
  const refused = refusedLoss(training, step);
  if (refused !== null)
    return own.flatMap((parameter) => {
      const { tensor, name } = parameter;
      tensor.grad = null;
      const subject = new GradientCase(tensor, { flow: null, loss: refused, model, name });
      return gradientFindings(subject).map((finding) => ({ finding, parameter }));
    });
  return own.flatMap((parameter) => {
    const event = passFor(step, parameter);
    const result = event === null ? null : resultOf(event.pass);
    const edge = result === null ? null : edgeOf(result);
    if (event === null || edge === null || result === null) return [];
    // with several passes, a parameter that one of them does not reach may be left out on purpose
    const passes = backwardEvents(step).length;
    if (passes > 1 && (event.after[parameter.index] ?? null) === null && hasGradient(step, parameter)) return [];
    const flow = flows.get(event) ?? new Flow(edge, result);
    flows.set(event, flow);
    const { tensor, name, index } = parameter;
    const values = event.after[index] ?? null;
    if (isZeroByChance(training, step, index)) return [];
    tensor.grad = values === null ? null : values.toTensor(tensor);
    // what an optimizer has beside the model is a cause of its own
    const deadSince = (node: Node): number | null => training.deadSince(step, node);
    return gradientFindings(new GradientCase(tensor, { flow, loss: result, model, name, deadSince })).flatMap(
      (finding) =>
        (!parameter.inModel && finding.cause === unused.id) || isIntended(finding, parameter)
          ? []
          : [{ finding, parameter }],
    );
  });
}

const lastPlace = (path: readonly Place[]): string => {
  const place = path.at(-1);
  return place === undefined
    ? ""
    : `${place.op} ${place.scope} ${place.at?.file}:${place.at?.line}:${place.at?.column}`;
};

/** Merges findings of one cause at one op, or without an op, into one that lists the parameters. */
function merged(found: readonly OfParameter[], elements: number): CauseFinding[] {
  const groups = new Map<string, OfParameter[]>();
  for (const f of found) {
    const key = `${f.finding.cause} ${f.finding.kind} ${lastPlace(f.finding.path)}`;
    groups.set(key, [...(groups.get(key) ?? []), f]);
  }
  return [...groups.values()].map((group) => {
    const [{ finding }] = group;
    const names = [...new Set(group.map((f) => f.parameter.name))];
    const share = group.reduce((n, f) => n + (f.finding.share * f.parameter.tensor.numel()) / Math.max(elements, 1), 0);
    const others = names.length === 1 ? "" : ` So it is for ${names.length} parameters.`;
    return {
      ...finding,
      sentence: `${finding.sentence}${others}`,
      share: Math.min(1, share),
      evidence: [
        { name: names.length === 1 ? "parameter" : "parameters", value: namesText(names, 4) },
        ...finding.evidence,
      ],
    };
  });
}

/** Makes facts of the findings of a cause after the one with the largest share, if all are faults on the same way, such as two kinds of layers that shrink a gradient. */
function withoutRepeats(findings: readonly CauseFinding[]): CauseFinding[] {
  const largest = new Map<string, CauseFinding>();
  for (const f of findings) if (f.share > (largest.get(f.cause)?.share ?? -1)) largest.set(f.cause, f);
  return findings.map((f) => (f.path.length > 0 || largest.get(f.cause) === f ? f : { ...f, kind: "fact" as const }));
}

/** A finding about gradients, the effects of its cause, and whether the first step has it already. */
export interface GradientFinding {
  readonly finding: CauseFinding;
  readonly symptoms: readonly Symptom[];
  readonly isEarly: boolean;
}

/** Returns the findings about the gradients of a training: of the first step whose gradients are not finite, or else of the last step. */
export function findingsOfGradients(training: TrainingCase): GradientFinding[] {
  const { steps, trainable, first, last } = training;
  const elements = trainable.reduce((n, p) => n + p.tensor.numel(), 0);
  const bad = steps.find((s) => s.calls.length > 0 && !isFinite(s));
  const examined =
    bad ??
    (backwardEvents(last.step).some((e) => e.pass.root !== null) ? last.step : steps[Math.max(0, steps.length - 2)]);
  const now = findingsOfStep(training, examined);
  if (now.length === 0) return [];
  const early = examined === first.step ? now : findingsOfStep(training, first.step);
  // a question about a part of the gradient in the first step does not make a later fault an early one
  const earlyCauses = new Set(early.map((f) => `${f.finding.kind} ${f.finding.cause}`));
  const symptoms = new Map(gradientCauses.map((cause) => [cause.id, cause.symptoms]));
  const found = withoutRepeats(merged(now, elements));
  const isStopped = found.some(
    (f) => f.kind === "fault" && f.cause !== zeroFactorCause.id && symptoms.get(f.cause)?.includes("zero"),
  );
  return found.map((finding) => ({
    // all parameters at a stationary point are at a minimum, unless the loss is one that nothing can change
    finding:
      finding.cause === unused.id && finding.kind === "fault"
        ? { ...finding, kind: "question" as const }
        : finding.cause === stationary.id ||
            // a factor is 0 where the units that compute it are closed
            (finding.cause === zeroFactorCause.id && isStopped)
          ? { ...finding, kind: "fact" as const }
          : finding,
    symptoms: symptoms.get(finding.cause) ?? [],
    isEarly: earlyCauses.has(`${finding.kind} ${finding.cause}`),
  }));
}
