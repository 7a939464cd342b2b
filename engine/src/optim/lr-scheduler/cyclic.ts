/** Schedulers that raise and lower the learning rate, and the momentum in the opposite direction. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { ParamGroup } from "../groups.ts";
import type { Optimizer } from "../optimizer.ts";
import { LRScheduler, requireOptimizer, type SchedulerOptions, valuesPerGroup } from "./scheduler.ts";

/** A group with the setting that is its momentum: that of SGD, or the first of the betas of Adam. */
type WithMomentum = ParamGroup & { momentum?: number; betas?: readonly number[] };

/** Throws unless the optimizer has a momentum or betas. */
function requireMomentum(name: string, optimizer: Optimizer): void {
  if (!("momentum" in optimizer.defaults) && !("betas" in optimizer.defaults))
    throw new ArgumentError(
      name,
      "cycleMomentum needs an optimizer with momentum or betas; pass { cycleMomentum: false }",
    );
}

/** Sets the momentum of each group, or the first of its betas. */
function setMomentum(optimizer: Optimizer, momentum: readonly number[]): void {
  optimizer.paramGroups.forEach((group: WithMomentum, k) => {
    if (group.betas === undefined) group.momentum = momentum[k];
    else group.betas = [momentum[k], ...group.betas.slice(1)];
  });
}

/** Options of momentum in schedulers that cycle. */
export interface CycleMomentumOptions extends SchedulerOptions {
  /** Whether the momentum is cycled too; true by default. */
  readonly cycleMomentum?: boolean;
  /** Momentum at the largest learning rate, for all groups or for each. */
  readonly baseMomentum?: number | readonly number[];
  /** Momentum at the smallest learning rate, for all groups or for each. */
  readonly maxMomentum?: number | readonly number[];
}

/** The change of the amplitude of `CyclicLR`: none, by halves each cycle, or by `gamma` to the power of the epoch. */
export type CyclicMode = "triangular" | "triangular2" | "expRange";

/** Options of `CyclicLR`. */
export interface CyclicLROptions extends CycleMomentumOptions {
  /** Number of epochs in which the learning rate rises; 2000 by default. */
  readonly stepSizeUp?: number;
  /** Number of epochs in which it falls; that of the rise by default. */
  readonly stepSizeDown?: number | null;
  /** Change of the amplitude; "triangular" by default. */
  readonly mode?: CyclicMode;
  /** Base of the amplitude's decay in mode "expRange"; 1 by default. */
  readonly gamma?: number;
  /** The amplitude, by the number of the cycle or of the epoch, in place of a mode. */
  readonly scaleFn?: (x: number) => number;
  /** Argument of `scaleFn`: the number of the "cycle", from 1 on, by default, or of "iterations". */
  readonly scaleMode?: "cycle" | "iterations";
}

/**
 * Lets the learning rate rise from `baseLr` to `maxLr` and fall back, again and again, and the momentum, 0.8 to 0.9 by default, go the opposite way. It is stepped after each
 * batch. `baseLr` and `maxLr` are numbers, or lists with one for each group. Source: Smith, 2017.
 * @throws ArgumentError for lists of another length than that of the groups, and for an optimizer without momentum unless `cycleMomentum` is false.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1, momentum: 0.9 });
 * const scheduler = new optim.lrScheduler.CyclicLR(optimizer, 0, 1, { stepSizeUp: 2 });
 * [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr)); // [0.5, 1, 0.5, 0]
 */
export class CyclicLR extends LRScheduler {
  readonly maxLrs: readonly number[];
  readonly stepSizeUp: number;
  readonly stepSizeDown: number;
  readonly mode: CyclicMode;
  readonly gamma: number;
  readonly cycleMomentum: boolean;
  readonly baseMomentums: readonly number[];
  readonly maxMomentums: readonly number[];
  readonly #scale: (cycle: number, epoch: number) => number;

  constructor(
    optimizer: Optimizer,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options: CyclicLROptions = {},
  ) {
    checkNew(new.target, arguments);
    const name = "CyclicLR";
    requireOptimizer(name, optimizer);
    const { stepSizeUp = 2000, mode = "triangular", gamma = 1, cycleMomentum = true, lastEpoch = -1 } = options;
    const { scaleFn, scaleMode = "cycle", baseMomentum = 0.8, maxMomentum = 0.9 } = options;
    const baseLrs = valuesPerGroup(name, "baseLr", optimizer, baseLr);
    const maxLrs = valuesPerGroup(name, "maxLr", optimizer, maxLr);
    if (cycleMomentum) requireMomentum(name, optimizer);
    if (lastEpoch === -1)
      optimizer.paramGroups.forEach((group, k) => {
        group.lr = baseLrs[k];
      });
    super(optimizer, options);
    this.baseLrs = baseLrs;
    this.maxLrs = maxLrs;
    this.stepSizeUp = stepSizeUp;
    this.stepSizeDown = options.stepSizeDown ?? stepSizeUp;
    this.mode = mode;
    this.gamma = gamma;
    this.cycleMomentum = cycleMomentum;
    this.baseMomentums = valuesPerGroup(name, "baseMomentum", optimizer, baseMomentum);
    this.maxMomentums = valuesPerGroup(name, "maxMomentum", optimizer, maxMomentum);
    if (scaleFn !== undefined) this.#scale = (cycle, epoch) => scaleFn(scaleMode === "cycle" ? cycle : epoch);
    else if (mode === "triangular2") this.#scale = (cycle) => 2 ** (1 - cycle);
    else if (mode === "expRange") this.#scale = (_cycle, epoch) => gamma ** epoch;
    else this.#scale = () => 1;
    this.start();
  }

  override getLr(): number[] {
    const { lastEpoch, stepSizeUp, stepSizeDown, baseMomentums, maxMomentums } = this;
    const total = stepSizeUp + stepSizeDown;
    const cycle = Math.floor(1 + lastEpoch / total);
    const x = 1 + lastEpoch / total - cycle;
    const ratio = stepSizeUp / total;
    const height = (x <= ratio ? x / ratio : (x - 1) / (ratio - 1)) * this.#scale(cycle, lastEpoch);
    if (this.cycleMomentum)
      setMomentum(
        this.optimizer,
        maxMomentums.map((most, k) => most - (most - baseMomentums[k]) * height),
      );
    return this.baseLrs.map((lr, k) => lr + (this.maxLrs[k] - lr) * height);
  }
}

/** Options of `OneCycleLR`. */
export interface OneCycleLROptions extends CycleMomentumOptions {
  /** Number of steps of the cycle; else `epochs` times `stepsPerEpoch`. */
  readonly totalSteps?: number | null;
  /** Number of epochs. */
  readonly epochs?: number | null;
  /** Number of steps in an epoch. */
  readonly stepsPerEpoch?: number | null;
  /** Part of the cycle in which the learning rate rises; 0.3 by default. */
  readonly pctStart?: number;
  /** Whether the learning rate follows half a cosine, "cos", the default, or a line, "linear". */
  readonly annealStrategy?: "cos" | "linear";
  /** The first learning rate is `maxLr` divided by it; 25 by default. */
  readonly divFactor?: number;
  /** The last learning rate is the first one divided by it; 1e4 by default. */
  readonly finalDivFactor?: number;
  /** Whether the learning rate falls to the first one as fast as it rose, and from there to the last one; false by default. */
  readonly threePhase?: boolean;
}

/** A part of the cycle: its last step, and what learning rate and momentum it leads from and to. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [from: Level, to: Level];
  readonly momentum: readonly [from: MomentumLevel, to: MomentumLevel];
}
type Level = "first" | "max" | "last";
type MomentumLevel = "base" | "max";

/**
 * Lets the learning rate rise from `maxLr` / `divFactor` to `maxLr` and fall to a small value in one cycle over the whole training, and the momentum, 0.95 to 0.85 by default,
 * go the opposite way. It is stepped after each batch. `maxLr` is a number, or a list with one for each group. Source: Smith and Topin, 2018.
 * @throws ArgumentError without the number of steps, for settings out of range, and for a step beyond the end.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { momentum: 0.9 });
 * const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 1, { totalSteps: 10 });
 * Math.abs(optimizer.lr - 0.04) < 1e-12; // true
 */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  readonly annealStrategy: "cos" | "linear";
  readonly cycleMomentum: boolean;
  readonly #phases: readonly Phase[];
  readonly #levels: readonly Readonly<Record<Level, number>>[];
  readonly #momenta: readonly Readonly<Record<MomentumLevel, number>>[];

  constructor(optimizer: Optimizer, maxLr: number | readonly number[], options: OneCycleLROptions = {}) {
    checkNew(new.target, arguments);
    const name = "OneCycleLR";
    requireOptimizer(name, optimizer);
    const { totalSteps = null, epochs = null, stepsPerEpoch = null, pctStart = 0.3, annealStrategy = "cos" } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95, divFactor = 25 } = options;
    const { finalDivFactor = 1e4, threePhase = false, lastEpoch = -1 } = options;
    const total = totalSteps ?? (epochs !== null && stepsPerEpoch !== null ? epochs * stepsPerEpoch : null);
    if (total === null) throw new ArgumentError(name, "expected totalSteps, or epochs and stepsPerEpoch");
    if (!Number.isInteger(total) || total < 1)
      throw new ArgumentError(name, `the number of steps must be a positive integer, but got ${total}`);
    if (!(pctStart >= 0 && pctStart <= 1))
      throw new ArgumentError(name, `pctStart must lie in [0, 1], but got ${pctStart}`);
    if (annealStrategy !== "cos" && annealStrategy !== "linear")
      throw new ArgumentError(name, `annealStrategy must be "cos" or "linear", but got ${String(annealStrategy)}`);
    if (cycleMomentum) requireMomentum(name, optimizer);
    const levels = valuesPerGroup(name, "maxLr", optimizer, maxLr).map((max) => {
      const first = max / divFactor;
      return { first, max, last: first / finalDivFactor };
    });
    const base = valuesPerGroup(name, "baseMomentum", optimizer, baseMomentum);
    const momenta = valuesPerGroup(name, "maxMomentum", optimizer, maxMomentum).map((max, k) => ({
      base: base[k],
      max,
    }));
    if (lastEpoch === -1)
      optimizer.paramGroups.forEach((group, k) => {
        group.initialLr = levels[k].first;
      });
    super(optimizer, options);
    this.totalSteps = total;
    this.annealStrategy = annealStrategy;
    this.cycleMomentum = cycleMomentum;
    this.#levels = levels;
    this.#momenta = momenta;
    const rise: Phase = { end: pctStart * total - 1, lr: ["first", "max"], momentum: ["max", "base"] };
    this.#phases = threePhase
      ? [
          rise,
          { end: 2 * pctStart * total - 2, lr: ["max", "first"], momentum: ["base", "max"] },
          { end: total - 1, lr: ["first", "last"], momentum: ["max", "max"] },
        ]
      : [rise, { end: total - 1, lr: ["max", "last"], momentum: ["base", "max"] }];
    this.start();
  }

  #anneal(from: number, to: number, part: number): number {
    if (this.annealStrategy === "linear") return (to - from) * part + from;
    return to + ((from - to) / 2) * (Math.cos(Math.PI * part) + 1);
  }

  override getLr(): number[] {
    const { lastEpoch, totalSteps } = this;
    if (lastEpoch > totalSteps)
      throw new ArgumentError(
        "OneCycleLR",
        `step was called ${lastEpoch} times, but the cycle has ${totalSteps} steps`,
      );
    const found = this.#phases.findIndex(({ end }) => lastEpoch <= end);
    const k = found < 0 ? this.#phases.length - 1 : found;
    const { end, lr, momentum } = this.#phases[k];
    const begin = k === 0 ? 0 : this.#phases[k - 1].end;
    const part = (lastEpoch - begin) / (end - begin);
    if (this.cycleMomentum)
      setMomentum(
        this.optimizer,
        this.#momenta.map((m) => this.#anneal(m[momentum[0]], m[momentum[1]], part)),
      );
    return this.#levels.map((level) => this.#anneal(level[lr[0]], level[lr[1]], part));
  }
}
