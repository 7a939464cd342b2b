/** `diagnose`: whether a model learns, and if not, why. */

import type { Optimizer } from "../../optim/optimizer.ts";
import { during } from "../../platform/ambient.ts";
import type { DiagnosisData } from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { diagnosisOutput } from "../../view/diagnosis/output.ts";
import { Display } from "../shared/display.ts";
import { encodeDiagnosis } from "./data.ts";
import type { Step } from "./record/call.ts";
import { TrainingCase } from "./record/case.ts";
import { Recorder } from "./record/recorder.ts";
import { StepEnd } from "./record/step-end.ts";
import {
  batchesOf,
  type DiagnoseOptions,
  type DiagnosisModel,
  optimizersOf,
  type Subject,
  stepOf,
  subjectOf,
} from "./run/options.ts";
import { restoringTraining } from "./run/restore.ts";

const defaultSteps = 20;

/** The findings of a diagnosis, which a notebook displays as a table and which prints as text elsewhere. */
export class Diagnosis extends Display<DiagnosisData> {
  constructor(data: DiagnosisData) {
    super(diagnosisOutput, data);
  }

  /** The findings, the most important first. */
  get findings(): DiagnosisData["findings"] {
    return this.data.findings;
  }
}

/** Whether the loss of a step is not finite, after which no step tells anything more. */
const isBroken = ({ losses }: Step): boolean => losses.some((loss) => !Number.isFinite(loss));

/** Returns the diagnosis of the recorded steps. Throws the error of a step that no cause explains. */
function conclude(subject: Subject, recorder: Recorder, error: Error | null, restored: boolean): Diagnosis {
  const diagnosis = new Diagnosis(
    encodeDiagnosis(new TrainingCase({ ...subject, steps: recorder.steps, error }), restored),
  );
  if (error !== null && !diagnosis.findings.some((f) => f.kind === "fault")) throw error;
  return diagnosis;
}

/**
 * Runs a few steps of a training, and returns what keeps the model from learning: findings in the order of their weight, each with evidence, line and fix. A
 * sound training has no findings. Weights, buffers, gradients, the state of the optimizers and of the random numbers are restored afterwards; other state that
 * the step changes, such as a counter or an iterator, is not. With a step that is async, the result is a promise.
 * @throws ArgumentError without `step` and `loss`; the error of a step, if no cause explains it.
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 3), new nn.Softmax(1));
 * const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
 * const x = randn([12, 2]);
 * const y = randint(0, 3, [12]);
 * const report = diagnose(model, { optimizer, loss: () => F.crossEntropy(model.forward(x), y) });
 * report.findings[0].cause; // "softmax-twice"
 */
export function diagnose(
  model: DiagnosisModel,
  options: DiagnoseOptions & { readonly step: (batch: never, index: number) => Promise<unknown> },
): Promise<Diagnosis>;
export function diagnose(model: DiagnosisModel, options: DiagnoseOptions): Diagnosis;
export function diagnose(model: DiagnosisModel, options: DiagnoseOptions): Diagnosis | Promise<Diagnosis> {
  const { data, steps = defaultSteps } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError("diagnose", `steps must be an integer from 1 on, but got ${steps}`);
  const optimizers = optimizersOf(options.optimizer);
  const subject = subjectOf(model, optimizers);
  const step = stepOf(model, options);
  const recorder = new Recorder(subject.parameters, subject.names);
  const batches = batchesOf(data);
  const tensors = subject.parameters.map((p) => p.tensor);
  let error: Error | null = null;
  const fail = (thrown: unknown): void => {
    if (!(thrown instanceof Error)) throw thrown;
    error = thrown;
    recorder.endStep(null);
  };
  const run = (from: number): Promise<void> | undefined => {
    for (let i = from; i < steps; i++) {
      const result = step(batches.next().value as never, i);
      if (result instanceof Promise)
        return result.then((value) => (isBroken(recorder.endStep(value)) ? undefined : run(i + 1)));
      if (isBroken(recorder.endStep(result))) return undefined;
    }
    return undefined;
  };
  const examine = (): Diagnosis | Promise<Diagnosis> => {
    const finish = (): Diagnosis => conclude(subject, recorder, error, true);
    recorder.start();
    const ran = during(
      () => {
        try {
          return run(0)?.catch(fail);
        } catch (thrown) {
          return fail(thrown);
        }
      },
      () => recorder.stop(),
    );
    return ran instanceof Promise ? ran.then(finish) : finish();
  };
  return restoringTraining(subject.models, optimizers, tensors, examine);
}

/** A training that is watched. */
export class TrainingWatch {
  readonly #subject: Subject;
  readonly #recorder: Recorder;

  constructor(subject: Subject, recorder: Recorder) {
    this.#subject = subject;
    this.#recorder = recorder;
  }

  /** Number of steps that were recorded. */
  get steps(): number {
    return this.#recorder.steps.length;
  }

  /** Stops watching. */
  stop(): void {
    this.#recorder.stop();
  }

  /**
   * Stops watching, and returns the diagnosis of the recorded steps.
   * @throws ArgumentError before the first step.
   */
  diagnose(): Diagnosis {
    this.stop();
    if (this.steps === 0) this.#recorder.endStep(null);
    const { models, optimizers, parameters } = this.#subject;
    return restoringTraining(
      models,
      optimizers,
      parameters.map((p) => p.tensor),
      () => conclude(this.#subject, this.#recorder, null, false),
    );
  }
}

/**
 * Watches the steps that the program itself runs from now on, and returns the watch, whose `diagnose()` examines them. A step ends when all of the
 * optimizers have stepped.
 * @example
 * const model = new nn.Linear(2, 1);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * const watch = watchTraining(model, { optimizer });
 * for (let i = 0; i < 5; i++) {
 *   optimizer.zeroGrad();
 *   F.mseLoss(model.forward(randn([8, 2])), zeros([8, 1])).backward();
 *   optimizer.step();
 * }
 * watch.diagnose().findings.length; // 0
 */
export function watchTraining(
  model: DiagnosisModel,
  { optimizer }: Pick<DiagnoseOptions, "optimizer"> = {},
): TrainingWatch {
  const optimizers = optimizersOf(optimizer);
  if (optimizers.length === 0)
    throw new ArgumentError("watchTraining", "expected an optimizer, whose steps end the steps of the training");
  const subject = subjectOf(model, optimizers);
  const stepEnd = new StepEnd(optimizers);
  const endsStep = (o: Optimizer): boolean => optimizers.includes(o) && stepEnd.noteStep(o);
  const recorder = new Recorder(subject.parameters, subject.names, { endsStep });
  recorder.start();
  return new TrainingWatch(subject, recorder);
}
