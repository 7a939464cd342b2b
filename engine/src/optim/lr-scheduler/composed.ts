/** Schedulers of schedulers. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { describe } from "../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Optimizer } from "../optimizer.ts";
import { LRScheduler, type SchedulerState } from "./scheduler.ts";

/** Throws unless all are schedulers of `optimizer` that step without a metric. */
function requireSchedulers(name: string, optimizer: Optimizer, schedulers: readonly LRScheduler[]): void {
  if (schedulers.length === 0) throw new ArgumentError(name, "expected at least one scheduler, but got none");
  schedulers.forEach((s, k) => {
    if (!(s instanceof LRScheduler))
      throw new ArgumentError(
        name,
        `expected schedulers that step without a metric, but number ${k} is ${describe(s)}`,
      );
    if (s.optimizer !== optimizer) throw new ArgumentError(name, `scheduler ${k} belongs to another optimizer`);
  });
}

/** Returns the states of schedulers in a state of their own. */
const statesOf = (schedulers: readonly LRScheduler[]): SchedulerState[] => schedulers.map((s) => s.stateDict());

function loadStates(name: string, schedulers: readonly LRScheduler[], states: unknown): void {
  if (!Array.isArray(states) || states.length !== schedulers.length)
    throw new ArgumentError(`${name}.loadStateDict`, `expected the states of ${schedulers.length} schedulers`);
  schedulers.forEach((s, k) => {
    s.loadStateDict(states[k] as SchedulerState);
  });
}

/**
 * Lets schedulers take turns: each of `milestones` is the epoch from which on the next one sets the learning rates, starting at its own epoch 0. There is one milestone less
 * than there are schedulers.
 * @throws ArgumentError for schedulers of other optimizers, and for another number of milestones.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const warmUp = new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.1, totalIters: 10 });
 * const decay = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
 * const scheduler = new optim.lrScheduler.SequentialLR(optimizer, [warmUp, decay], [2]);
 * [1, 2, 3].map(() => (scheduler.step(), optimizer.lr)); // [0.1, 1, 0.5]
 */
export class SequentialLR extends LRScheduler {
  readonly #schedulers: readonly LRScheduler[];
  readonly milestones: readonly number[];

  constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], milestones: readonly number[]) {
    checkNew(new.target, arguments);
    super(optimizer);
    requireSchedulers("SequentialLR", optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1)
      throw new ArgumentError(
        "SequentialLR",
        `expected ${schedulers.length - 1} milestones for ${schedulers.length} schedulers, but got ${milestones.length}`,
      );
    this.#schedulers = schedulers;
    this.milestones = [...milestones];
    this.lastEpoch = 0;
    // each scheduler has set its first learning rates already: back to the initial ones, of which the first scheduler starts
    for (const group of this.groups) group.lr = group.initialLr as number;
    for (const s of schedulers) s.undoStart();
    this.#current.start();
    this.setLr(this.present);
  }

  get #index(): number {
    return this.milestones.filter((m) => m <= this.lastEpoch).length;
  }

  get #current(): LRScheduler {
    return this.#schedulers[this.#index];
  }

  override undoStart(): void {
    for (const s of this.#schedulers) s.undoStart();
  }

  override getLr(): number[] {
    return this.present;
  }

  override step(): void {
    this.lastEpoch++;
    const k = this.#index;
    if (k > 0 && this.milestones[k - 1] === this.lastEpoch) this.#schedulers[k].restart();
    else this.#schedulers[k].step();
    this.setLr(this.present);
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), schedulers: statesOf(this.#schedulers) };
  }

  override loadStateDict({ schedulers, ...state }: SchedulerState): void {
    loadStates("SequentialLR", this.#schedulers, schedulers);
    super.loadStateDict(state);
  }
}

/**
 * Steps several schedulers one after the other, so that their factors multiply. Schedulers that compute the learning rate from the first one alone, such as `LambdaLR`,
 * discard what those before them did.
 * @throws ArgumentError for schedulers of several optimizers.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const first = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
 * const second = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
 * new optim.lrScheduler.ChainedScheduler([first, second]).step();
 * optimizer.lr; // 0.25
 */
export class ChainedScheduler extends LRScheduler {
  readonly #schedulers: readonly LRScheduler[];

  constructor(schedulers: readonly LRScheduler[], optimizer?: Optimizer) {
    checkNew(new.target, arguments);
    const common = optimizer ?? schedulers[0]?.optimizer;
    requireSchedulers("ChainedScheduler", common, schedulers);
    super(common);
    this.#schedulers = schedulers;
    this.lastEpoch = 0;
    this.setLr(this.present);
  }

  override undoStart(): void {
    for (const s of this.#schedulers) s.undoStart();
  }

  override getLr(): number[] {
    return this.present;
  }

  override step(): void {
    this.lastEpoch++;
    for (const s of this.#schedulers) s.step();
    this.setLr(this.present);
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), schedulers: statesOf(this.#schedulers) };
  }

  override loadStateDict({ schedulers, ...state }: SchedulerState): void {
    loadStates("ChainedScheduler", this.#schedulers, schedulers);
    super.loadStateDict(state);
  }
}
