/** Decides which steps of a training are recorded, within the budget of time: single ones to count dead units, and a few in a row to look for causes. */
import type { Optimizer } from "../../optim/optimizer.ts";
import type { Step } from "../diagnose/record/call.ts";
import { Recorder } from "../diagnose/record/recorder.ts";
import type { Subject } from "../diagnose/run/options.ts";
import type { Budget } from "./budget.ts";

/** Steps in a row that are recorded to look for causes. */
const rowLength = 3;
/** Bytes of results that a recorded step, and a row of them, may keep. */
const maxBytes = 256e6;
/** The first guess of the milliseconds that an examination takes. */
const [examination, examinationPerElement] = [20, 3e-5];
/** Steps after which causes are looked for again, unless something happens; the number doubles each time. */
const firstInterval = 64;
/** One step in so many is never recorded. */
const unrecorded = 8;
/** Steps without recording after one that had too many results; the number doubles each time. */
const firstPause = 16;

/** A recorded step, and its number in the run. */
export interface Sample {
  readonly step: Step;
  readonly number: number;
}

/** Functions that a sampler calls. */
export interface SamplerEvents {
  /** Returns whether the step of an optimizer, which has just been taken, ends the step of the training. */
  readonly endsStep: (optimizer: Optimizer) => boolean;
  /** Called with each step that was recorded. */
  readonly onStep: (step: Step) => void;
}

/** Records steps of a training as the budget allows. */
export class Sampler {
  readonly #subject: Subject;
  readonly #endsStep: (optimizer: Optimizer) => boolean;
  readonly #budget: Budget;
  readonly #onStep: (step: Step) => void;
  #recorder: Recorder | null = null;
  /** Number of steps that the recorder is to record in a row, and those that it has recorded. */
  #wanted = 0;
  #row: Sample[] = [];
  /** Rows that wait to be examined: one, and a second one if that ends with a broken step. */
  #waiting: (readonly Sample[])[] = [];
  #examinationCost: number;
  #nextExamination = 0;
  #interval = firstInterval;
  #pause = 0;
  #nextPause = firstPause;

  constructor(subject: Subject, budget: Budget, { endsStep, onStep }: SamplerEvents) {
    this.#subject = subject;
    this.#endsStep = endsStep;
    this.#budget = budget;
    this.#onStep = onStep;
    const elements = subject.parameters.reduce((n, p) => n + p.tensor.numel(), 0);
    this.#examinationCost = examination + examinationPerElement * elements;
  }

  /** Whether the step that runs now is recorded. */
  get isRecording(): boolean {
    return this.#recorder?.isStarted === true;
  }

  /** Whether some recorded steps have not been examined yet. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Records steps from the next one on. */
  begin(wanted: number = rowLength): void {
    const { parameters, names, models } = this.#subject;
    this.#wanted = wanted;
    this.#row = [];
    this.#recorder = new Recorder(parameters, names, {
      endsStep: this.#endsStep,
      onStep: this.#onStep,
      maxBytes,
    });
    if (models.length > 0) this.#recorder.startAtForward(models);
    else this.#recorder.start();
  }

  /** Stops recording; a step that has begun is given up. `isForced`: steps that were recorded wait to be examined even if they were not recorded for that. */
  stop(isForced = false): void {
    if ((this.#wanted > 1 || isForced) && this.#row.length > 0) this.#waiting.push(this.#row);
    this.#recorder?.stop();
    this.#recorder = null;
    this.#row = [];
  }

  /** Looks for causes from a step on, as soon as the budget allows. */
  hasten(step: number): void {
    this.#nextExamination = Math.min(this.#nextExamination, step);
  }

  /** Adds a step that was recorded, and goes on with the next one if it is wanted and affordable, unless the step is broken. */
  recorded(sample: Sample, isBroken: boolean): void {
    this.#row.push(sample);
    const isLarge = (this.#row.length + 1) * (this.#recorder?.lastBytes ?? 0) > maxBytes;
    if (isBroken || this.#row.length >= this.#wanted || isLarge || !this.#budget.recordsNext) this.stop(isBroken);
  }

  /** Takes the rows that are to be examined now; empty if there are none, or no time. */
  takeDue(isForced: boolean): readonly (readonly Sample[])[] {
    return isForced || this.#budget.affords("causes", this.#examinationCost) ? this.#waiting.splice(0) : [];
  }

  /** Counts an examination. */
  examined(step: number, ms: number): void {
    this.#examinationCost = (this.#examinationCost + ms) / 2;
    this.#nextExamination = step + this.#interval;
    this.#interval *= 2;
  }

  /** Decides whether the next step, whose number is given, is recorded. */
  plan(number: number): void {
    const recorder = this.#recorder;
    if (recorder?.isListening === true) {
      // the program does not call forward of the model
      if (!recorder.isStarted) recorder.start();
      return;
    }
    if (recorder !== null) {
      this.stop();
      this.#pause = this.#nextPause;
      this.#nextPause *= 2;
    }
    // what recording takes is known by the steps in between
    const isBetween = this.#budget.rate === null || number % unrecorded === 0;
    if (isBetween || this.#pause-- > 0 || !this.#budget.affords("records")) return;
    const isDue = number >= this.#nextExamination && !this.isWaiting;
    this.begin(isDue && this.#budget.affords("causes", this.#examinationCost) ? rowLength : 1);
  }
}
