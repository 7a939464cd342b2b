/** Adam for row gradients. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { contiguousArray, storeElements } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdamOptions } from "./adam.ts";
import { type Params, requireBetas, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { changeRows } from "./row-updates.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `SparseAdam`. */
export type SparseAdamOptions = Pick<AdamOptions, "lr" | "betas" | "eps" | "maximize">;

/** Settings of a group of `SparseAdam`. */
export type SparseAdamSettings = Settings & { betas: readonly [number, number]; eps: number; maximize: boolean };

/** State of one parameter: the number of its updates, and the moments of its gradient. */
type Moments = { step: number; expAvg: Tensor; expAvgSq: Tensor };

/**
 * Adam for row gradients, as of `nn.Embedding(…, { sparse: true })`: only rows with a gradient are updated, and only their moments decay, as in PyTorch's `SparseAdam`. The
 * bias correction counts the steps of the parameter, not of the row. There is no weight decay.
 * @throws ArgumentError for negative settings and betas outside of [0, 1); `step` throws for a dense gradient.
 * @example
 * const table = new nn.Embedding(1000, 2, { sparse: true });
 * const optimizer = new optim.SparseAdam(table.parameters(), { lr: 0.1 });
 * table.forward(tensor([3], { dtype: "int32" })).sum().backward();
 * optimizer.step();
 * optimizer.steps; // 1
 */
export class SparseAdam extends Optimizer<SparseAdamSettings> {
  constructor(parameters: Params<SparseAdamOptions>, options: SparseAdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, maximize = false } = options;
    super("SparseAdam", parameters, { lr, betas, eps, maximize }, (group) => {
      requireBetas("SparseAdam", group.betas);
      requireNonNegative("SparseAdam", "eps", group.eps);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor): ParameterState {
    const moments: Moments = { step: 0, expAvg: zerosFor(p), expAvgSq: zerosFor(p) };
    return moments;
  }

  protected override updateRows(p: Tensor, { index, values }: RowGradient, i: number): boolean {
    const s = this.stateOf(p, i) as Moments;
    const { lr, eps, betas } = this.groupAt(i);
    const [b1, b2] = betas;
    s.step++;
    const stepSize = (lr * Math.sqrt(1 - b2 ** s.step)) / (1 - b1 ** s.step);
    const [g, at, m, v] = [values, index, s.expAvg, s.expAvgSq].map(contiguousArray);
    changeRows("SparseAdam", p, index, (row, k) => {
      for (let j = 0, from = k * row.length, to = at[k] * row.length; j < row.length; j++, from++, to++) {
        m[to] += (1 - b1) * (g[from] - m[to]);
        v[to] += (1 - b2) * (g[from] * g[from] - v[to]);
        row[j] -= (stepSize * m[to]) / (Math.sqrt(v[to]) + eps);
      }
    });
    storeElements(s.expAvg, m);
    storeElements(s.expAvgSq, v);
    return true;
  }

  protected override update(): void {
    throw new ArgumentError("SparseAdam", "the gradient is dense; use Adam, or look rows up with { sparse: true }");
  }
}
