/** Order statistics and modes along a dimension. */

import type { MultiRun } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { IndexError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mergeAlong } from "../reduce/along.ts";
import type { ValuesIndices } from "../reduce/values-indices.ts";
import { byCount, byRank, pair, type Rank, singleParams } from "./by-rank.ts";
import { defineSelection, type Selection } from "./selection.ts";

/** Returns the rank of the last one of the most frequent elements, and of the smallest of equally frequent ones. */
const modeRank: Rank = (n, at) => {
  let [best, longest, length] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    length = k > 0 && at(k) === at(k - 1) ? length + 1 : 1;
    if (length > longest) [best, longest] = [k, length];
  }
  return best;
};

/** Parameters of `kthvalue`. */
interface Kth extends Selection {
  readonly k: number;
}

const kthvalueOp: MultiRun<Kth> = defineSelection<Kth>({
  name: "kthvalue",
  torch: "kthvalue",
  access: "method",
  signature: "input, k, dim=-1, keepdim=false",
  label: ({ k, dim }) => `value ${k} dim ${dim}`,
  tex: "y = x_{(k)}",
  selector: (x, n, { k }) => byCount(() => k - 1)(x, n),
  samples: (r) => [
    { input: r.distinct([5]), k: 2 },
    { input: r.distinct([4, 2]), k: 3, dim: 0, keepdim: true },
  ],
  call: kthvalue,
});

/** Options of `kthvalue` and `mode`. */
export interface RankOptions {
  /** Dimension to reduce; the last one by default. */
  readonly dim?: number;
  /** Whether the dimension is kept with size 1. */
  readonly keepdim?: boolean;
}

/** Returns the dimension and whether it is kept, of the calls `f(x, 1, true)`, `f(x, 1, { keepdim: true })` and `f(x, { dim: 1 })`. */
function rankParams(
  op: string,
  x: Tensor,
  dim: number | RankOptions | undefined,
  rest: boolean | RankOptions,
): Selection {
  const o = mergeAlong(dim, rest);
  return singleParams(op, x, o.dim ?? -1, o.keepdim ?? false);
}

/**
 * Returns the `k`-th smallest element along `dim`, counted from 1, and its index (int64). NaN is larger than any number. The gradient goes to that element.
 * @throws IndexError for a dimension out of range, and for k outside of 1 to its size.
 * @example kthvalue(tensor([3, 1, 2]), 2).values.item(); // 2
 */
export function kthvalue(
  input: Tensor,
  k: number,
  dim?: number | RankOptions,
  keepdim: boolean | RankOptions = {},
): ValuesIndices {
  const x = requireTensor("kthvalue", input);
  const p = rankParams("kthvalue", x, dim, keepdim);
  const n = x.shape[p.dim] ?? 1;
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new IndexError("kthvalue", `k must lie in 1 to ${n}, the size of dimension ${p.dim}, but got ${k}`);
  return pair(kthvalueOp, x, { ...p, k });
}

const modeOp: MultiRun<Selection> = defineSelection<Selection>({
  name: "mode",
  bools: true,
  torch: "mode",
  access: "method",
  signature: "input, dim=-1, keepdim=false",
  label: ({ dim }) => `mode dim ${dim}`,
  tex: "y = \\mathrm{mode}_i\\, x_i",
  selector: byRank(modeRank),
  samples: (r) => [{ input: r.distinct([5]) }, { input: r.distinct([4, 2]), dim: 0, keepdim: true }],
  call: mode,
});

/**
 * Returns the most frequent element along `dim`, of several the smallest, and the index (int64) of the last element that equals it. The gradient goes to that element.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce.
 * @example mode(tensor([3, 1, 3])).values.item(); // 3
 */
export function mode(input: Tensor, dim?: number | RankOptions, keepdim: boolean | RankOptions = {}): ValuesIndices {
  const x = requireTensor("mode", input);
  return pair(modeOp, x, rankParams("mode", x, dim, keepdim));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the k-th smallest element along a dimension, counted from 1, and its index. */
    kthvalue(k: number, dim?: number | RankOptions, keepdim?: boolean | RankOptions): ValuesIndices;
    /** Returns the most frequent element along a dimension, and the index of the last one. */
    mode(dim?: number | RankOptions, keepdim?: boolean | RankOptions): ValuesIndices;
  }
}
