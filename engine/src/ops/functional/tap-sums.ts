/**
 * Weighted sums of elements at given indices: y[n, c, p] = Σₜ w[n, p, t] x[n, c, k[n, p, t]], where an index of -1 stands for 0. With the transposes with respect to
 * x and w there are three ops, and the gradients of each are the other two.
 */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { RuleContext, SampleSource } from "../../dispatch/spec.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sameShape } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { mergeBatch, splitBatch } from "./sliding.ts";

/** Parameters of the ops. */
export interface TapSums {
  /** Number of elements of x in each channel. */
  readonly size: number;
}

/** The tensors of the form Σ w x y: x [N, C, size], w [N, P, T], y [N, C, P]. */
type Role = "x" | "w" | "y";

/** An op: the tensor that it computes, and those that it reads. */
interface Form {
  readonly name: string;
  readonly computes: Role;
  readonly reads: readonly [Role, Role];
  readonly tex: string;
}

const forms: Readonly<Record<Role, Form>> = {
  y: { name: "tapSum", computes: "y", reads: ["x", "w"], tex: "y_p = \\textstyle\\sum_t w_{pt}\\, x_{k_{pt}}" },
  x: {
    name: "tapSpread",
    computes: "x",
    reads: ["y", "w"],
    tex: "x_i = \\textstyle\\sum_{p,t:\\, k_{pt} = i} w_{pt}\\, y_p",
  },
  w: { name: "tapDot", computes: "w", reads: ["x", "y"], tex: "w_{pt} = \\textstyle\\sum_c y_{cp}\\, x_{c\\, k_{pt}}" },
};

/** Returns the shape of a tensor of the form. */
const shapeOf = (role: Role, [n, c, p, t]: Shape, size: number): Shape =>
  ({ x: [n, c, size], w: [n, p, t], y: [n, c, p] })[role];

/** Returns N, C, P and T from two of the tensors and the indices. */
function sizesOf({ reads }: Form, inputs: readonly Meta[]): Shape {
  const [n, p, t] = inputs[2].shape;
  return [n, inputs[reads[0] === "w" ? 1 : 0].shape[1], p, t];
}

/** Adds up one of the arrays of the form from the other two. */
function addUp(
  out: Role,
  arrays: Readonly<Record<Role, NumericArray>>,
  indices: NumericArray,
  [batch, channels, places, taps]: Shape,
  size: number,
): void {
  const sums = new Float64Array(arrays[out].length);
  const { x, w, y }: Record<Role, NumericArray> = Object.assign({ ...arrays }, { [out]: sums });
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < places; p++)
        for (let t = 0; t < taps; t++) {
          const j = (n * places + p) * taps + t;
          if (indices[j] < 0) continue;
          const [i, k] = [(n * channels + c) * size + indices[j], (n * channels + c) * places + p];
          if (out === "y") y[k] += w[j] * x[i];
          else if (out === "x") x[i] += w[j] * y[k];
          else w[j] += x[i] * y[k];
        }
  arrays[out].set(sums);
}

/** Returns samples: two examples, two channels of 5 elements, 3 places and 2 taps. */
function sampleArguments(r: SampleSource, { reads }: Form): Readonly<Record<string, unknown>>[] {
  const indices = fromArray(Int32Array.of(0, 4, -1, 2, 3, 3, 1, 0, 4, -1, 2, 1), "int32", [2, 3, 2]);
  const [first, second] = reads.map((role) => r.normal(shapeOf(role, [2, 2, 3, 2], 5)));
  return [{ input: first, other: second, indices, size: 5 }];
}

/** Registers the op that computes a tensor of the form; `ops` are all three. */
function defineForm(form: Form, ops: () => Readonly<Record<Role, Run<TapSums>>>): Run<TapSums> {
  const { name, computes, reads, tex } = form;
  /** Returns the tensor of a role from the other two. */
  const compute = (
    role: Role,
    given: Readonly<Partial<Record<Role, Tensor>>>,
    indices: Tensor,
    params: TapSums,
  ): Tensor => ops()[role]([...forms[role].reads.map((r) => given[r] as Tensor), indices], params);
  const run: Run<TapSums> = defineOp<TapSums>({
    name,
    torch: `ops.aten.grid_sampler_${{ y: "sum", x: "backward_input", w: "backward_grid" }[computes]}`,
    access: "internal",
    signature: "input, other, indices, size",
    label: () => name,
    tex: {
      forward: tex,
      vjp: reads.map((role) => `\\bar ${role} = ${forms[role].tex.replace(/^.*? = /, "")}`).join(",\\ "),
    },
    outputs: (inputs, { size }) => {
      const sizes = sizesOf(form, inputs);
      requireFloat(name, inputs[0].dtype);
      if (inputs[0].dtype !== inputs[1].dtype)
        throw new DTypeError(name, "all operands must have one dtype", [inputs[0].dtype, inputs[1].dtype]);
      reads.forEach((role, i) => {
        if (!sameShape(inputs[i].shape, shapeOf(role, sizes, size)))
          throw new ShapeError(name, "operands must be [N, C, size], [N, P, T] or [N, C, P]", [inputs[i].shape]);
      });
      return { shape: shapeOf(computes, sizes, size), dtype: inputs[0].dtype };
    },
    kernel: (out, [first, second, indices], { params: { size }, inputs }) => {
      const arrays = { [computes]: out, [reads[0]]: first, [reads[1]]: second } as Record<Role, NumericArray>;
      addUp(computes, arrays, indices, sizesOf(form, inputs), size);
    },
    saves: [{ inputs: [1, 2] }, { inputs: [0, 2] }, {}],
    vjp: (g, { inputs: [first, second, indices], needs, params }) => [
      needs[0] ? compute(reads[0], { [computes]: g, [reads[1]]: second }, indices, params) : null,
      needs[1] ? compute(reads[1], { [computes]: g, [reads[0]]: first }, indices, params) : null,
      null,
    ],
    jvp: (tangents, context) => tangentOf(run, tangents, context),
    batch: (inputs, batched, params, size) => {
      const all = inputs.map((t, i) => mergeBatch(batched[i] ? t : expand(unsqueeze(t, 0), [size, ...t.shape])));
      return splitBatch(run(all, params), size);
    },
    samples: (r) => sampleArguments(r, form),
    call: (input: Tensor, other: Tensor, indices: Tensor, size: number) => run([input, other, indices], { size }),
  });
  return run;
}

/** Returns the tangent of a product of the first two inputs. */
function tangentOf(
  run: Run<TapSums>,
  [first, second]: readonly (Tensor | null)[],
  { inputs, params }: RuleContext<TapSums>,
): Tensor {
  const left = first && run([first, inputs[1], inputs[2]], params);
  const right = second && run([inputs[0], second, inputs[2]], params);
  return left && right ? add(left, right) : ((left ?? right) as Tensor);
}

const ops: Readonly<Record<Role, Run<TapSums>>> = {
  y: defineForm(forms.y, () => ops),
  x: defineForm(forms.x, () => ops),
  w: defineForm(forms.w, () => ops),
};

/** Returns y[n, c, p] = Σₜ w[n, p, t] x[n, c, k[n, p, t]] for x [N, C, size], weights and indices [N, P, T]. */
export const tapSum = (x: Tensor, weights: Tensor, indices: Tensor): Tensor =>
  ops.y([x, weights, indices], { size: x.shape[2] });
