/** The largest and the smallest over dimensions, with equal ones sharing the gradient. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { tensorOnly } from "../../dispatch/operand.ts";
import type { Arguments, RuleContext, SampleSource } from "../../dispatch/spec.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Dims, reducedShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { eq, isnan, logicalOr, where } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { reshape } from "../shape/reshape.ts";
import {
  countOf,
  fold,
  merge,
  type Reduce,
  type ReduceOptions,
  reducedLabel,
  reduceParams,
  shifted,
  unreduce,
} from "./reduction.ts";
import { sumOver } from "./sum.ts";

/** Parameters of `amax` and `amin`. */
export interface Extreme extends Reduce {
  /** Whether an extreme of NaN passes its gradient to the NaN among the elements, as PyTorch's `max()` does; its `amax` gives NaN to all. */
  readonly toNaN: boolean;
}

/** Returns where the extreme is, and in how many places, as a tensor that broadcasts against the input. */
function places({ inputs: [x], output, params }: RuleContext<Extreme>): readonly [hits: Tensor, count: Tensor] {
  const equal = eq(x, unreduce(output, x.shape, params));
  const hits = params.toNaN ? logicalOr(equal, isnan(x)) : equal;
  return [hits, sumOver(to(hits, x.dtype), { dims: params.dims, keepdim: true })];
}

const distinctReduce = (r: SampleSource): Arguments[] => [
  { input: r.distinct([2, 3]) },
  { input: r.distinct([2, 3, 4]), dim: [0, 2] },
  { input: r.distinct([2, 3]), dim: -1, keepdim: true },
];

function extreme(name: "amax" | "amin"): Run<Extreme> {
  const largest = name === "amax";
  const run: Run<Extreme> = defineOp<Extreme>({
    name,
    torch: name,
    access: "method",
    signature: "input, dim=null, keepdim=false",
    label: reducedLabel(largest ? "max" : "min"),
    tex: {
      forward: `y = \\${largest ? "max" : "min"}_i x_i`,
      vjp: "\\bar x_i = [x_i = y]\\, \\bar y / \\textstyle\\sum_j [x_j = y]",
    },
    outputs: ([x], { dims, keepdim }) => {
      if (countOf(x.shape, dims) === 0 && sizeOf(reducedShape(x.shape, dims, keepdim)) > 0)
        throw new ShapeError(name, "nothing has no extreme; expected at least one element to reduce", [x.shape]);
      return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
    },
    kernel: (out, [x], { params: { dims }, inputs }) =>
      fold(out, inputs[0].shape, dims, (start, members) => {
        let best = x[start + members[0]];
        for (let j = 1; j < members.length; j++) {
          const v = x[start + members[j]];
          if (Number.isNaN(v) || (largest ? v > best : v < best)) best = v;
        }
        return best;
      }),
    saves: { inputs: [0], outputs: [0] },
    vjp: (g, ctx) => {
      const [hits, count] = places(ctx);
      return [div(where(hits, unreduce(g, ctx.metas[0].shape, ctx.params), 0), count)];
    },
    jvp: ([dx], ctx) => {
      const [hits, count] = places(ctx);
      return div(sumOver(where(hits, dx as Tensor, 0), ctx.params), reshape(count, ctx.output.shape));
    },
    batch: ([x], _batched, p) => run([x], { ...shifted(p), toNaN: p.toNaN }),
    samples: distinctReduce,
    call: largest ? amax : amin,
  });
  return run;
}
export const amaxOp: Run<Extreme> = extreme("amax");
export const aminOp: Run<Extreme> = extreme("amin");

/** Largest over dimensions; NaN if there is one. Equal ones share the gradient. */
export function amax(input: Tensor, dim?: Dims | null | ReduceOptions, keepdim: boolean | ReduceOptions = {}): Tensor {
  const x = tensorOnly("amax", input);
  return amaxOp([x], { ...reduceParams("amax", x, merge(dim, keepdim)), toNaN: false });
}

/** Smallest over dimensions; NaN if there is one. Equal ones share the gradient. */
export function amin(input: Tensor, dim?: Dims | null | ReduceOptions, keepdim: boolean | ReduceOptions = {}): Tensor {
  const x = tensorOnly("amin", input);
  return aminOp([x], { ...reduceParams("amin", x, merge(dim, keepdim)), toNaN: false });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Largest over dimensions; equal ones share the gradient. */
    amax(dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor;
    /** Smallest over dimensions; equal ones share the gradient. */
    amin(dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor;
  }
}
