/** L-BFGS. */

import { cat } from "../ops/shape/join.ts";
import { viewAsReal } from "../ops/shape/view-as-complex.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { zeros } from "../tensor/create.ts";
import { isComplex } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Params, type Settings } from "./groups.ts";
import { type LinePoint, strongWolfe } from "./line-search.ts";
import { Optimizer } from "./optimizer.ts";
import type { ParameterState } from "./state.ts";

/** Options of `LBFGS`. */
export interface LBFGSOptions {
  /** Learning rate: the length of a step without a line search, the first one tried with it; 1 by default. */
  readonly lr?: number;
  /** Largest number of iterations in a step; 20 by default. */
  readonly maxIter?: number;
  /** Largest number of evaluations in a step; a quarter more than `maxIter` by default. */
  readonly maxEval?: number | null;
  /** Largest absolute element of the gradient at which a step ends; 1e-7 by default. */
  readonly toleranceGrad?: number;
  /** Change of the loss or of a parameter at which a step ends; 1e-9 by default. */
  readonly toleranceChange?: number;
  /** Number of updates that approximate the Hessian; 100 by default. */
  readonly historySize?: number;
  /** "strongWolfe" for a line search for the strong Wolfe conditions; `null`, steps of length `lr`, by default. */
  readonly lineSearchFn?: "strongWolfe" | null;
}

/** Settings of `LBFGS`. */
export type LBFGSSettings = Settings & {
  maxIter: number;
  maxEval: number | null;
  toleranceGrad: number;
  toleranceChange: number;
  historySize: number;
  lineSearchFn: "strongWolfe" | null;
};

/** The state: counts, the last direction, step length, gradient and loss, and the history of changes of gradient y and position s, with 1 / yᵀs. */
type History = {
  funcEvals: number;
  nIter: number;
  d?: Tensor;
  t?: number;
  oldDirs?: Tensor[];
  oldStps?: Tensor[];
  ro?: number[];
  HDiag?: number;
  prevFlatGrad?: Tensor;
  prevLoss?: number;
};

const dot = (a: Tensor, b: Tensor): number => a.dot(b).item();
const largest = (x: Tensor): number => (x.numel() === 0 ? 0 : x.abs().max().item());
const flat = (x: Tensor): Tensor => (isComplex(x.dtype) ? viewAsReal(x) : x).reshape([-1]);

/**
 * L-BFGS, a quasi-Newton method for smooth losses of whole batches: directions -H g, where H approximates the inverse Hessian by the last `historySize` changes of position and
 * gradient. `step` needs a closure, which it evaluates several times. All parameters are in one group. Source: Nocedal and Wright, Numerical Optimization, algorithm 7.4.
 * @throws ArgumentError for several groups, another `lineSearchFn`, and a `step` without a closure.
 * @example
 * const w = tensor([3, -2], { requiresGrad: true });
 * const optimizer = new optim.LBFGS([w], { lineSearchFn: "strongWolfe" });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = w.sub(tensor([1, 2])).square().sum();
 *   loss.backward();
 *   return loss;
 * });
 * w.round().toArray(); // [1, 2]
 */
export class LBFGS extends Optimizer<LBFGSSettings> {
  constructor(parameters: Params<LBFGSOptions>, options: LBFGSOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1, maxIter = 20, toleranceGrad = 1e-7, toleranceChange = 1e-9, historySize = 100 } = options;
    const { maxEval = null, lineSearchFn = null } = options;
    const defaults = { lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn };
    super("LBFGS", parameters, defaults, (group) => {
      if (group.lineSearchFn !== null && group.lineSearchFn !== "strongWolfe")
        throw new ArgumentError(
          "LBFGS",
          `lineSearchFn must be "strongWolfe" or null, but got ${String(group.lineSearchFn)}`,
        );
    });
    if (this.paramGroups.length > 1) throw new ArgumentError("LBFGS", "all parameters must be in one group");
  }

  #gradient(): Tensor {
    return cat(this.parameters.map((p) => (p.grad === null ? flat(zeros(p.shape, { dtype: p.dtype })) : flat(p.grad))));
  }

  #position(): Tensor {
    return cat(this.parameters.map((p) => flat(p.detach()))).clone();
  }

  #moveTo(x: Tensor): void {
    let at = 0;
    for (const p of this.parameters) {
      const part = isComplex(p.dtype) ? viewAsReal(p.detach()) : p.detach();
      part.copy_(x.narrow(0, at, part.numel()).reshape(part.shape));
      at += part.numel();
    }
  }

  protected override initialState(): ParameterState {
    return { funcEvals: 0, nIter: 0 };
  }

  protected override takeStep(closure: (() => Tensor) | undefined): Tensor {
    if (closure === undefined)
      throw new ArgumentError(
        "LBFGS",
        "step needs a closure that clears the gradients, computes the loss, runs backward, and returns the loss",
      );
    return noGrad(() => this.#iterate(() => enableGrad(closure)));
  }

  protected override update(): void {
    throw new ArgumentError("LBFGS", "parameters are not updated one by one");
  }

  #iterate(evaluate: () => Tensor): Tensor {
    const { lr, maxIter, toleranceGrad, toleranceChange, lineSearchFn } = this.paramGroups[0];
    const maxEval = this.paramGroups[0].maxEval ?? Math.floor((maxIter * 5) / 4);
    const s = this.stateOf(this.parameters[0], 0) as History;
    const initial = evaluate();
    let loss = initial.item();
    let gradient = this.#gradient();
    let evaluations = 1;
    s.funcEvals++;
    if (largest(gradient) <= toleranceGrad) return initial;
    for (let k = 1; k <= maxIter; k++) {
      s.nIter++;
      const d = this.#direction(s, gradient);
      const isFirst = s.nIter === 1;
      const before = loss;
      s.d = d;
      s.prevFlatGrad = gradient.clone();
      s.prevLoss = loss;
      s.t = isFirst ? Math.min(1, 1 / gradient.abs().sum().item()) * lr : lr;
      const slope = dot(gradient, d);
      if (slope > -toleranceChange) break;
      const x = this.#position();
      let used = 0;
      if (lineSearchFn === null) {
        this.#moveTo(x.add(d, { alpha: s.t }));
        // the loss after the last iteration is not needed
        if (k !== maxIter) {
          loss = evaluate().item();
          gradient = this.#gradient();
          used = 1;
        }
      } else {
        const at = (t: number): LinePoint => {
          this.#moveTo(x.add(d, { alpha: t }));
          const value = evaluate().item();
          const g = this.#gradient();
          return { t, loss: value, gradient: g, slope: dot(g, d) };
        };
        const start = { t: 0, loss, gradient, slope };
        const line = { start, at, length: largest(d), tolerance: toleranceChange, limit: maxEval - evaluations };
        const [point, count] = strongWolfe(line, s.t);
        ({ loss, gradient, t: s.t } = point);
        used = count;
        this.#moveTo(x.add(d, { alpha: s.t }));
      }
      evaluations += used;
      s.funcEvals += used;
      if (k === maxIter || evaluations >= maxEval || largest(gradient) <= toleranceGrad) break;
      if (largest(d) * Math.abs(s.t) <= toleranceChange || Math.abs(loss - before) < toleranceChange) break;
    }
    return initial;
  }

  /** Adds the last step to the history, and returns -H g by the two-loop recursion. */
  #direction(s: History, gradient: Tensor): Tensor {
    if (s.nIter === 1 || s.d === undefined || s.prevFlatGrad === undefined) {
      Object.assign(s, { oldDirs: [], oldStps: [], ro: [], HDiag: 1 } satisfies Partial<History>);
      return gradient.neg();
    }
    const { oldDirs: changes = [], oldStps: steps = [], ro: inverses = [] } = s;
    const y = gradient.sub(s.prevFlatGrad);
    const step = s.d.mul(s.t ?? 0);
    const curvature = dot(y, step);
    if (curvature > 1e-10) {
      if (changes.length === this.paramGroups[0].historySize)
        for (const list of [changes, steps, inverses]) list.shift();
      changes.push(y);
      steps.push(step);
      inverses.push(1 / curvature);
      s.HDiag = curvature / dot(y, y);
    }
    const weights = new Array<number>(changes.length);
    const q = gradient.neg();
    for (let k = changes.length - 1; k >= 0; k--) {
      weights[k] = dot(steps[k], q) * inverses[k];
      q.add_(changes[k], { alpha: -weights[k] });
    }
    const r = q.mul(s.HDiag ?? 1);
    for (let k = 0; k < changes.length; k++) r.add_(steps[k], { alpha: weights[k] - dot(changes[k], r) * inverses[k] });
    return r;
  }
}
