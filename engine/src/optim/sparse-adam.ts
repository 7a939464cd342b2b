/** Adam for row gradients. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { type NumericArray, newArray } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdamOptions } from "./adam.ts";
import { Optimizer, requireNonNegative } from "./optimizer.ts";
import { changeRows } from "./row-updates.ts";

/** Moments of one parameter's gradient, row-major. */
interface Moments {
  readonly m: NumericArray;
  readonly v: NumericArray;
  steps: number;
}

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
export class SparseAdam extends Optimizer {
  readonly betas: readonly [number, number];
  readonly eps: number;
  #moments: (Moments | undefined)[] = [];

  constructor(parameters: Iterable<Tensor>, options: Omit<AdamOptions, "weightDecay"> = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8 } = options;
    super("SparseAdam", parameters, lr);
    if (betas.some((b) => !(b >= 0 && b < 1)))
      throw new ArgumentError("SparseAdam", `betas must lie in [0, 1), but got ${betas.join(", ")}`);
    requireNonNegative("SparseAdam", "eps", eps);
    this.betas = betas;
    this.eps = eps;
  }

  protected override updateRows(p: Tensor, { index, values }: RowGradient, i: number): boolean {
    this.#moments[i] ??= { m: newArray(p.dtype, p.numel()), v: newArray(p.dtype, p.numel()), steps: 0 };
    const s = this.#moments[i];
    const { lr, eps } = this;
    const [b1, b2] = this.betas;
    s.steps++;
    const stepSize = (lr * Math.sqrt(1 - b2 ** s.steps)) / (1 - b1 ** s.steps);
    const g = contiguousArray(values);
    const at = contiguousArray(index);
    changeRows("SparseAdam", p, index, (row, k) => {
      for (let j = 0, from = k * row.length, to = at[k] * row.length; j < row.length; j++, from++, to++) {
        s.m[to] += (1 - b1) * (g[from] - s.m[to]);
        s.v[to] += (1 - b2) * (g[from] * g[from] - s.v[to]);
        row[j] -= (stepSize * s.m[to]) / (Math.sqrt(s.v[to]) + eps);
      }
    });
    return true;
  }

  protected override update(): void {
    throw new ArgumentError("SparseAdam", "the gradient is dense; use Adam, or look rows up with { sparse: true }");
  }
}
