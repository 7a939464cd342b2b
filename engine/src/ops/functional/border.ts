/** The op of padding with elements of the tensor, and its gradient, the op that adds the border to the elements that it shows. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { contiguousStrides, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** The elements that a border shows: the mirror image without the edge, the edge, or those of the opposite side. */
export type BorderMode = "reflect" | "replicate" | "circular";

/** The parameters of both ops. */
export interface Border {
  readonly mode: BorderMode;
  /** Elements added before and after each of the last dimensions, of which the last comes last; negative numbers remove elements. */
  readonly sides: readonly (readonly [before: number, after: number])[];
}

/** Returns the index inside a dimension of `size` elements that padding shows at an index outside. */
const inside: Readonly<Record<BorderMode, (i: number, size: number) => number>> = {
  reflect: (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i),
  replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
  circular: (i, size) => (i + size) % size,
};

/** Returns a shape whose last dimensions are longer by the border, or shorter for a negative `sign`. */
function changedShape(shape: Shape, sides: Border["sides"], sign: 1 | -1): Shape {
  const first = shape.length - sides.length;
  return shape.map((n, d) => (d < first ? n : n + sign * (sides[d - first][0] + sides[d - first][1])));
}

/** Calls `visit` for each element of the padded tensor, with the position of the element of the tensor that it shows. */
function visitPadded(
  shape: Shape,
  padded: Shape,
  { sides, mode }: Border,
  visit: (at: number, from: number) => void,
): void {
  const strides = contiguousStrides(shape);
  const first = shape.length - sides.length;
  // along the last dimension the positions are listed, in front of it they are computed
  const along = padded.map((n, d) => {
    const at = Int32Array.from({ length: n }, (_, i) => i);
    if (d < first) return at.map((i) => i * strides[d]);
    return at.map((i) => inside[mode](i - sides[d - first][0], shape[d]) * strides[d]);
  });
  const ones = contiguousStrides(padded);
  const columns = padded[padded.length - 1];
  const last = along[along.length - 1];
  visitElements(padded.slice(0, -1), [ones.slice(0, -1)], (_row, [start]) => {
    let from = 0;
    for (let d = 0, rest = start; d < padded.length - 1; d++) {
      const i = Math.floor(rest / ones[d]);
      rest -= i * ones[d];
      from += along[d][i];
    }
    for (let j = 0; j < columns; j++) visit(start + j, from + last[j]);
  });
}

const labelOf = (name: string, { mode, sides }: Border): string =>
  `${name} ${mode} [${sides
    .toReversed()
    .map(([before, after]) => `${before}, ${after}`)
    .join(", ")}]`;

const padBorderOp: Run<Border> = defineOp<Border>({
  name: "padBorder",
  torch: "ops.aten._pad_enum",
  access: "internal",
  signature: "input, mode, sides",
  label: (p) => labelOf("pad", p),
  tex: { forward: "y_i = x_{p(i)}", vjp: "\\bar x_j = \\textstyle\\sum_{p(i) = j} \\bar y_i" },
  keepsFinite: "both",
  outputs: ([x], { sides }) => ({ shape: changedShape(x.shape, sides, 1), dtype: x.dtype }),
  kernel: (out, [x], { params, inputs: [m], outputs: [y] }) =>
    visitPadded(m.shape, y.shape, params, (at, from) => {
      out[at] = x[from];
    }),
  saves: {},
  vjp: (g, { params }) => [addBorderOp([g], params)],
  jvp: "linear",
  complex: "parts",
  // the dimensions are counted from the last one
  batch: ([x], _batched, params) => padBorderOp([x], params),
  samples: (r) => [
    { input: r.normal([2, 4]), mode: "reflect", sides: [[2, 3]] },
    {
      input: r.normal([2, 3, 4]),
      mode: "replicate",
      sides: [
        [1, 2],
        [5, 1],
      ],
    },
    { input: r.normal([3, 4]), mode: "circular", sides: [[4, 2]] },
    { input: r.normal([3, 5]), mode: "reflect", sides: [[-2, 3]] },
  ],
  call: (input: Tensor, mode: BorderMode, sides: Border["sides"]) => padBorderOp([input], { mode, sides }),
});

const addBorderOp: Run<Border> = defineOp<Border>({
  name: "addBorder",
  torch: "ops.aten.reflection_pad1d_backward",
  access: "internal",
  signature: "input, mode, sides",
  label: (p) => labelOf("add border", p),
  tex: { forward: "y_j = \\textstyle\\sum_{p(i) = j} x_i", vjp: "\\bar x_i = \\bar y_{p(i)}" },
  outputs: ([x], { sides }) => ({ shape: changedShape(x.shape, sides, -1), dtype: x.dtype }),
  kernel: (out, [x], { params, inputs: [m], outputs: [y] }) =>
    visitPadded(y.shape, m.shape, params, (at, from) => {
      out[from] += x[at];
    }),
  saves: {},
  vjp: (g, { params }) => [padBorderOp([g], params)],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, params) => addBorderOp([x], params),
  samples: (r) => [
    { input: r.normal([2, 9]), mode: "reflect", sides: [[2, 3]] },
    {
      input: r.normal([2, 6, 10]),
      mode: "replicate",
      sides: [
        [1, 2],
        [5, 1],
      ],
    },
    { input: r.normal([3, 10]), mode: "circular", sides: [[4, 2]] },
    { input: r.normal([3, 6]), mode: "reflect", sides: [[-2, 3]] },
  ],
  call: (input: Tensor, mode: BorderMode, sides: Border["sides"]) => addBorderOp([input], { mode, sides }),
});

/** Returns the tensor with elements of its own added around its last dimensions. */
export const padBorder = (x: Tensor, params: Border): Tensor => padBorderOp([x], params);
