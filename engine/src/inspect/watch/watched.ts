/** A training that is watched. */

import type { Optimizer } from "../../optim/optimizer.ts";
import type { TapeData, WatchAlarm, WatchData } from "../../protocol/index.ts";
import type { HookHandle } from "../../tape/graph/hooks.ts";
import { listen, type WalkInfo } from "../../tape/graph/listener.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import { watchTable } from "../../view/watch/html.ts";
import { watchOutput } from "../../view/watch/output.ts";
import { watchText } from "../../view/watch/text.ts";
import type { Step } from "../diagnose/record/call.ts";
import { StepEnd } from "../diagnose/record/step-end.ts";
import type { Subject } from "../diagnose/run/options.ts";
import { Tape } from "../tape/tape.ts";
import { Alarms } from "./alarms.ts";
import { Budget, type Purpose } from "./budget.ts";
import { Curves } from "./curves.ts";
import { encodeWatch, liveBundle, type OtherRun, type Run } from "./data.ts";
import { deadShares, type Layer, layersOf } from "./layers.ts";
import { Pace, present } from "./live.ts";
import { Losses } from "./losses.ts";
import { type Measured, Measurement } from "./measure.ts";
import { defaultShare, type WatchTrainingOptions } from "./options.ts";
import { Sampler } from "./sampler.ts";

declare const performance: { now(): number };

declare const crypto: { randomUUID(): string };

const noneDead: ReadonlyMap<Layer, number> = new Map();

/** One in so many steps, the time of what is done in every step is measured. */
const hooksEvery = 64;

/** The watch of each optimizer, of which a new one takes the place. */
const watches = new WeakMap<Optimizer, Watch>();

/** A training that is watched: its curves, alarms, and the tapes of the steps that showed them. */
export class Watch {
  /** Id of the watch, which a view sends to its kernel. */
  readonly id: string = crypto.randomUUID();
  readonly name: string;
  readonly #subject: Subject;
  readonly #stepEnd: StepEnd;
  readonly #layers: readonly Layer[];
  readonly #curves: Curves;
  readonly #alarms: Alarms;
  readonly #budget: Budget;
  readonly #sampler: Sampler;
  readonly #pace = new Pace();
  readonly #others: readonly OtherRun[];
  readonly #handles: readonly HookHandle[];
  /** The measurement of the step that runs; `null` where it is not measured. */
  #measurement: Measurement | null = null;
  /** Milliseconds that the measurement has taken so far. */
  #measureMs = 0;
  #isRunning = true;
  /** Whether the last update ended a step. */
  #isEnd = false;
  readonly #losses: Losses;
  #stepBegan: number = performance.now();

  constructor(subject: Subject, options: WatchTrainingOptions) {
    const { compare = [], share = defaultShare } = options;
    this.#subject = subject;
    this.#stepEnd = new StepEnd(subject.optimizers);
    const others = compare instanceof Watch ? [compare] : compare;
    this.#others = others.map((w) => ({ name: w.name, curves: w.#curves }));
    this.name = options.name ?? `run ${others.length + 1}`;
    this.#layers = layersOf(subject);
    this.#curves = new Curves(this.#layers.length);
    this.#alarms = new Alarms(subject);
    this.#losses = new Losses(subject);
    const elements = this.#layers.reduce((n, layer) => n + layer.elements, 0);
    this.#budget = new Budget(share, elements);
    this.#sampler = new Sampler(subject, this.#budget, {
      endsStep: () => this.#isEnd,
      onStep: (step) => this.#endStep(step),
    });
    this.#handles = [
      Watch.#listen(new WeakRef(this)),
      ...subject.optimizers.flatMap((o) => [
        o.registerStepPreHook(() => this.#beginUpdate(o)),
        o.registerStepPostHook(() => this.#stepped(o)),
      ]),
    ];
    for (const o of subject.optimizers) {
      watches.get(o)?.stop();
      watches.set(o, this);
    }
    if (this.#budget.recordsAtFirst) this.#sampler.begin();
  }

  /** Listens to walks, as long as the optimizer, whose hook refers to the watch, is alive. */
  static #listen(ref: WeakRef<Watch>): HookHandle {
    const handle: HookHandle = listen({
      walkBegan: (walk) => {
        const watch = ref.deref();
        if (watch === undefined) handle.remove();
        else watch.#beginWalk(walk);
      },
    });
    return handle;
  }

  /** Number of steps so far. */
  get steps(): number {
    return this.#curves.steps;
  }

  /** Number of steps in which the layers were measured. */
  get sampled(): number {
    return this.#curves.sampled;
  }

  /** Milliseconds of the training, and those that watching has added to its steps. The examination at the end, for which no step waits, is not counted. */
  get time(): { readonly training: number; readonly watching: number } {
    return { training: this.#budget.training, watching: this.#budget.spent };
  }

  /** The causes that were found so far, each with the step that shows it. */
  get alarms(): readonly WatchAlarm[] {
    return this.#alarms.list;
  }

  /** The curves, alarms and kept tapes as plain data. */
  get data(): WatchData {
    return encodeWatch(this.#run, { columns: 128, rows: 40, tapes: 180_000 });
  }

  get #run(): Run {
    return {
      id: this.id,
      name: this.name,
      isRunning: this.#isRunning,
      layers: this.#layers,
      curves: this.#curves,
      alarms: this.#alarms,
      rate: this.#budget.rate,
      others: this.#others,
    };
  }

  /**
   * Returns the tape that was kept of a step: of the first alarm by default.
   * @throws ArgumentError where none was kept.
   */
  tape(step?: number): Tape {
    const [first] = this.#alarms.list;
    const data = this.tapeData(step ?? first?.step ?? -1);
    if (data !== null) return new Tape(data);
    const kept = this.#alarms.steps;
    throw new ArgumentError(
      "tape",
      step === undefined
        ? "there is no alarm, so no tape was kept"
        : `no tape was kept of step ${step}; ${kept.length === 0 ? "there are none" : `there are those of ${kept.join(", ")}`}`,
    );
  }

  /** Returns the data of the tape that was kept of a step; `null` where none was. */
  tapeData(step: number): TapeData | null {
    return this.#alarms.tape(step);
  }

  /** Looks for causes in the steps that were recorded and not examined yet, unless told otherwise, and stops recording until the next step ends. */
  settle(examines = true): void {
    this.#sampler.stop();
    if (examines) this.#examine(true, false);
    this.#stepBegan = performance.now();
  }

  /** Stops watching, and shows the final state. */
  stop(): void {
    if (!this.#isRunning) return;
    for (const handle of this.#handles) handle.remove();
    this.settle();
    this.#isRunning = false;
    if (this.steps > 0) present(this, "stopped");
  }

  /** Returns the representations that a notebook stores. */
  bundle(): MimeBundle {
    return watchOutput.bundle(this.data);
  }

  /** Returns the layers as a table, in HTML and as text. */
  table(): MimeBundle {
    const { data } = this;
    return { "text/html": watchTable(data), "text/plain": watchText(data) };
  }

  /** Returns smaller representations, which a live display is updated with: below 32 kB together. */
  liveBundle(): MimeBundle {
    return liveBundle(this.#run);
  }

  toString(): string {
    return watchText(this.data);
  }

  /** Notes the loss of a walk to parameters of the model, and keeps the tape of the first one that is not finite. */
  #beginWalk(walk: WalkInfo): void {
    const loss = this.#losses.add(walk);
    if (loss === null) return;
    this.#beginMeasurement();
    if (Number.isFinite(loss) || this.#sampler.isRecording) return;
    const began = performance.now();
    this.#alarms.keepBroken(this.steps, walk.outputs);
    this.#spend("causes", began);
  }

  /** Measures the layers in the step that runs, if it is recorded or the budget allows. */
  #beginMeasurement(): void {
    if (this.#measurement !== null) return;
    if (!this.#sampler.isRecording && !this.#budget.measures(this.steps)) return;
    const began = performance.now();
    this.#measurement = new Measurement(this.#layers);
    this.#measureMs = this.#exclude(began);
  }

  #beginUpdate(optimizer: Optimizer): void {
    if (this.#measurement === null) return;
    const began = performance.now();
    this.#measurement.readGradients(optimizer.parameters);
    this.#measurement.readGradients(this.#subject.parameters.flatMap((p) => (p.isOptimized ? [] : [p.tensor])));
    this.#measureMs += this.#exclude(began);
  }

  /** Returns what was measured of the layers in the step that ends; `null` where nothing was. */
  #finishMeasurement(recorded: Step | null): readonly Measured[] | null {
    const measurement = this.#measurement;
    if (measurement === null) return null;
    this.#measurement = null;
    return measurement.finish(recorded === null ? noneDead : deadShares(recorded, this.#layers));
  }

  /** Excludes the time since then from that of the step, and returns it in milliseconds. */
  #exclude(began: number): number {
    const ms = performance.now() - began;
    this.#stepBegan += ms;
    return ms;
  }

  #spend(purpose: Purpose, began: number): void {
    this.#budget.spend(purpose, this.#exclude(began));
  }

  /** Called after each update by an optimizer. */
  #stepped(optimizer: Optimizer): void {
    this.#isEnd = this.#stepEnd.noteStep(optimizer);
    // the recorder, which is notified after this hook, ends a step that it records
    if (this.#isEnd && !this.#sampler.isRecording) this.#endStep(null);
  }

  #endStep(recorded: Step | null): void {
    const began = performance.now();
    this.#budget.endStep(began - this.#stepBegan, recorded?.calls.length ?? null);
    this.#stepBegan = began;
    const number = this.steps;
    const loss = this.#losses.take();
    const measured = this.#finishMeasurement(recorded);
    this.#curves.add(loss, measured);
    if (this.#alarms.isSuspicious(this.#curves, measured)) this.#sampler.hasten(number);
    if (measured !== null) this.#budget.spend("measures", this.#measureMs + this.#exclude(began));
    const isBroken = loss !== null && !Number.isFinite(loss);
    if (recorded !== null) this.#sampler.recorded({ step: recorded, number }, isBroken);
    if (this.#sampler.isWaiting) this.#examine(isBroken, true);
    const hasShown = this.#show();
    // what follows is a consequence
    if (!this.#alarms.isBroken) this.#sampler.plan(number + 1);
    if (number % hooksEvery === 0 && measured === null && !hasShown) this.#budget.noteHooks(this.#exclude(began));
  }

  /** Looks for causes in the steps that wait for it. `delays`: whether a training that goes on is delayed by that. */
  #examine(isForced: boolean, delays: boolean): void {
    for (const row of this.#sampler.takeDue(isForced)) {
      const began = performance.now();
      this.#alarms.examine(row);
      this.#sampler.examined(this.steps, performance.now() - began);
      if (delays) this.#spend("causes", began);
    }
  }

  /** Updates the display, unless the host has updated it just now. Returns whether it was updated. */
  #show(): boolean {
    const began = performance.now();
    if (!present(this, this.#pace.isDue(began) ? "due" : "step")) return false;
    this.#pace.note(began, performance.now() - began);
    this.#spend("display", began);
    return true;
  }

  static {
    printAsText(this.prototype);
    displayAs(this.prototype, (watch) => watch.bundle());
  }
}
