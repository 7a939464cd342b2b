/** Indices of the largest and the smallest elements. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import type { Along, AlongOptions } from "./along.ts";
import { alongParams, alongShape, argExtremes, mergeAlong } from "./along.ts";

/** Defines `argmax` or `argmin`. */
function argExtreme(name: "argmax" | "argmin"): Run<Along> {
  const largest = name === "argmax";
  const run: Run<Along> = defineOp<Along>({
    name,
    torch: name,
    access: "method",
    signature: "input, dim=null, keepdim=false",
    label: ({ dim }) => (dim === null ? name : `${name} dim ${dim}`),
    tex: { forward: `y = \\arg\\${largest ? "max" : "min"}_i x_i`, vjp: "" },
    outputs: ([x], p) => {
      if (x.dtype === "bool") throw new DTypeError(name, "expected numbers", ["bool"]);
      return { shape: alongShape(x, p), dtype: "int64" };
    },
    kernel: (out, [x], { params, inputs }) => argExtremes(out, null, x, inputs[0].shape, params.dim, largest),
    indices: { outputs: [0] },
    saves: {},
    vjp: "none",
    jvp: "none",
    batch: ([x], _batched, { dim, keepdim }, size) =>
      dim === null
        ? reshape(
            run([reshape(x, [size, -1])], { dim: 1, keepdim: false }),
            keepdim ? x.shape.map((n, d) => (d === 0 ? n : 1)) : [size],
          )
        : x.ndim === 1
          ? run([unsqueeze(x, 1)], { dim: 1, keepdim: false })
          : run([x], { dim: dim + 1, keepdim }),
    samples: (r) => [
      { input: r.distinct([2, 3]) },
      { input: r.distinct([2, 3]), dim: 1 },
      { input: r.distinct([2, 3]), dim: 0, keepdim: true },
    ],
    call: largest ? argmax : argmin,
  });
  return run;
}

const argmaxOp = argExtreme("argmax");

const argminOp = argExtreme("argmin");

/**
 * Returns the index (int64) of the largest element of the flattened tensor, or along `dim`; of equal elements that of the first, and that of the first
 * NaN if there is one.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce; DTypeError for bools.
 * @example argmax(tensor([1, 5, 2])).item(); // 1
 */
export function argmax(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor {
  const x = requireTensor("argmax", input);
  return argmaxOp([x], alongParams("argmax", x, mergeAlong(dim, keepdim)));
}

/**
 * Returns the index (int64) of the smallest element of the flattened tensor, or along `dim`; of equal elements that of the first, and that of the first
 * NaN if there is one.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce; DTypeError for bools.
 * @example argmin(tensor([1, 5, 0])).item(); // 2
 */
export function argmin(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor {
  const x = requireTensor("argmin", input);
  return argminOp([x], alongParams("argmin", x, mergeAlong(dim, keepdim)));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the index (int64) of the largest element, of the flattened tensor or along `dim`. */
    argmax(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): Tensor;
    /** Returns the index (int64) of the smallest element, of the flattened tensor or along `dim`. */
    argmin(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): Tensor;
  }
}
