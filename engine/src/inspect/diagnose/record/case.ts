/** A training as a case for causes: the steps that were recorded, and facts about models, parameters, optimizers and data. */

import type { Module } from "../../../nn/base/module.ts";
import type { Optimizer } from "../../../optim/optimizer.ts";
import type { Place } from "../../../protocol/index.ts";
import type { Node } from "../../../tape/graph/node.ts";
import { scopePath } from "../../../tape/graph/scope.ts";
import { lineOf } from "../../shared/lines.ts";
import type { Call, Step, StepEvent } from "./call.ts";
import { type TargetLeak, targetLeak } from "./leak.ts";
import { type TrackedParameter, updateEvents } from "./parameters.ts";
import { type MixedExamples, mixedExamples } from "./probe.ts";
import { StepView } from "./step-view.ts";

/** The facts that a case is made of. */
export interface TrainingFacts {
  readonly models: readonly Module[];
  /** Dotted names of all modules below the models. */
  readonly names: ReadonlyMap<Module, string>;
  readonly optimizers: readonly Optimizer[];
  readonly parameters: readonly TrackedParameter[];
  readonly steps: readonly Step[];
  /** The error that a step threw; `null` if none did. */
  readonly error: Error | null;
  /** Whether the model may be run again, to see what its output depends on; true by default. */
  readonly mayRun?: boolean;
}

/** A training that `diagnose` examines. */
export class TrainingCase {
  readonly models: readonly Module[];
  readonly names: ReadonlyMap<Module, string>;
  readonly optimizers: readonly Optimizer[];
  readonly parameters: readonly TrackedParameter[];
  readonly steps: readonly Step[];
  readonly error: Error | null;
  /** The first step that completed a backward pass, or else the first one. */
  readonly first: StepView;
  /** The last step. */
  readonly last: StepView;
  #mixing: MixedExamples | null | undefined;
  #leak: TargetLeak | null | undefined;
  readonly #mayRun: boolean;

  constructor(facts: TrainingFacts) {
    this.models = facts.models;
    this.names = facts.names;
    this.optimizers = facts.optimizers;
    this.parameters = facts.parameters;
    this.steps = facts.steps;
    this.error = facts.error;
    this.#mayRun = facts.mayRun !== false;
    this.first = new StepView(this.steps[0]);
    this.last = this.steps.length === 1 ? this.first : new StepView(this.steps[this.steps.length - 1]);
  }

  /** The op of the model that lets the output for one example depend on others; `null` if there is none, if the model may not be run again, or if it is not clear which dimension holds the examples. */
  get mixing(): MixedExamples | null {
    if (this.#mixing === undefined)
      this.#mixing = this.error === null && this.#mayRun ? mixedExamples(this.first, this.models) : null;
    return this.#mixing;
  }

  /** The relation of the targets of a model of sequences to its inputs; `null` if they are not, or if the model may not be run again. */
  get leak(): TargetLeak | null {
    if (this.#leak === undefined)
      this.#leak = this.error === null && this.#mayRun ? targetLeak(this.first, this.models) : null;
    return this.#leak;
  }

  /** Values of the loss, one for each step: the sum of the losses from which its backward passes started, or what the step returned. */
  get losses(): readonly number[] {
    return this.steps.map(({ losses, returned }) =>
      losses.length > 0 ? losses.reduce((a, b) => a + b, 0) : (returned ?? Number.NaN),
    );
  }

  /** The parameters that are trained: they require gradients. */
  get trainable(): readonly TrackedParameter[] {
    return this.parameters.filter((p) => p.tensor.requiresGrad);
  }

  /** The optimizers that stepped, and those that were given. */
  get allOptimizers(): readonly Optimizer[] {
    return [...new Set([...this.optimizers, ...this.steps.flatMap((s) => updateEvents(s).map((e) => e.optimizer))])];
  }

  /** Returns the number of the step, from 1, since which no closed unit of a rectifier of a step has opened; `null` for an op that is none, or that closes none. */
  deadSince(step: Step, node: Node): number | null {
    const call = step.calls.findIndex((c) => c.node === node);
    const now = step.rectified.find((r) => r.call === call);
    if (call < 0 || now === undefined || now.dead === 0) return null;
    let since = step.index;
    for (; since > 0; since--) {
      const before = this.steps[since - 1].rectified.find((r) => r.key === now.key);
      if (before === undefined || before.dead < now.dead) break;
    }
    return since + 1;
  }

  /** Whether any step updated a weight. */
  get isUpdated(): boolean {
    return this.steps.some((s) => s.before.some((w, i) => !w.equals(s.after[i])));
  }
}

/** Returns an op of a step as a place for findings. */
export const placeOf = (call: Call, note = ""): Place => ({
  op: call.op.name,
  scope: scopePath(call.scope),
  shape: call.outputs[0]?.shape ?? [],
  at: lineOf(call.site),
  note,
});

/** Returns the line of a backward pass or of an optimizer's step as a place for findings. */
export const placeOfEvent = (event: StepEvent | undefined): Place[] => {
  const at = lineOf(event?.site);
  return event === undefined || at === null
    ? []
    : [{ op: event.kind === "backward" ? "backward" : "step", scope: "", shape: [], at, note: "" }];
};

/** Returns the last backward pass, or the last step of an optimizer, of a training as a place for findings. */
export const lastPlace = ({ steps }: Pick<TrainingCase, "steps">, kind: StepEvent["kind"]): Place[] =>
  placeOfEvent(steps.flatMap((s) => s.events).findLast((e) => e.kind === kind));
