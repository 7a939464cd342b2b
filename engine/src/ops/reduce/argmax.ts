/** Where the largest and the smallest elements are. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { tensorOnly } from "../../dispatch/operand.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import type { Along, AlongOptions } from "./along.ts";
import { alongParams, alongShape, argExtremes, mergeAlong } from "./along.ts";

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
      return { shape: alongShape(x, p), dtype: "int32" };
    },
    kernel: (out, [x], { params, inputs }) => argExtremes(out, null, x, inputs[0].shape, params.dim, largest),
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

/** Index of the largest (int32), of the flattened tensor or along `dim`; the first at a tie. @example argmax(tensor([1, 5, 2])).item(); // 1 */
export function argmax(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor {
  const x = tensorOnly("argmax", input);
  return argmaxOp([x], alongParams("argmax", x, mergeAlong(dim, keepdim)));
}

/** Index of the smallest (int32), of the flattened tensor or along `dim`; the first at a tie. */
export function argmin(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor {
  const x = tensorOnly("argmin", input);
  return argminOp([x], alongParams("argmin", x, mergeAlong(dim, keepdim)));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Index of the largest (int32), of all or along a dimension; the first at a tie. */
    argmax(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): Tensor;
    /** Index of the smallest (int32), of all or along a dimension; the first at a tie. */
    argmin(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): Tensor;
  }
}
