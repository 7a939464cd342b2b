/** Dimensions moved to other places, merged and cut, as views where possible. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import { type Dims, normalizeDim, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { permute } from "./permute.ts";
import { reshape, view } from "./reshape.ts";

/** Returns dimensions counted from the start, of which none may be repeated. */
function places(name: string, dims: readonly number[], rank: number): number[] {
  const list = dims.map((d) => normalizeDim("movedim", d, rank));
  if (new Set(list).size !== list.length)
    throw new IndexError("movedim", `${name} must name each dimension once, but got [${dims.join(", ")}]`);
  return list;
}

/**
 * Returns a view with the dimensions `source` moved to the places `destination`; the others keep their order.
 * @throws ArgumentError when there are not as many destinations as sources; IndexError for a dimension out of range, or named twice.
 * @example movedim(zeros([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 */
export const movedim: (input: Tensor, source: Dims, destination: Dims) => Tensor = defineComposite(
  {
    name: "movedim",
    torch: "movedim",
    aliases: ["moveaxis"],
    access: "method",
    signature: "input, source, destination",
    tex: "y_{i_{\\pi}} = x_{i}",
    samples: (r) => [
      { input: r.normal([2, 3, 4]), source: 0, destination: -1 },
      { input: r.normal([2, 3, 4]), source: [0, 1], destination: [2, 0] },
    ],
  },
  (input: Tensor, source: Dims, destination: Dims): Tensor => {
    const x = requireTensor("movedim", input);
    const [from, to] = [source, destination].map((dims) => (typeof dims === "number" ? [dims] : dims));
    if (from.length !== to.length)
      throw new ArgumentError(
        "movedim",
        `as many destinations as sources are needed, but got [${from.join(", ")}] and [${to.join(", ")}]`,
      );
    const [sources, destinations] = [places("source", from, x.ndim), places("destination", to, x.ndim)];
    if (x.ndim === 0) return x;
    const others = x.shape.map((_, d) => d).filter((d) => !sources.includes(d));
    const order = x.shape.map((_, d) => {
      const k = destinations.indexOf(d);
      return k >= 0 ? sources[k] : (others.shift() as number);
    });
    return permute(x, order);
  },
);

/**
 * Returns the elements in row-major order as a vector: a view where they lie in memory in this order, else a copy.
 * @example ravel(tensor([[1, 2], [3, 4]])).toArray(); // [1, 2, 3, 4]
 */
export const ravel: (input: Tensor) => Tensor = defineComposite(
  {
    name: "ravel",
    torch: "ravel",
    access: "method",
    signature: "input",
    tex: "y = x \\text{, as a vector}",
    samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([]) }],
  },
  (input: Tensor): Tensor => reshape(requireTensor("ravel", input), [-1]),
);

/**
 * Returns a view with a dimension cut into several of the sizes `sizes`, whose product is its size; one of them may be -1, which is inferred.
 * @throws ShapeError when the product of the sizes is another one; IndexError for a dimension out of range.
 * @example unflatten(arange(6), 0, [2, -1]).shape; // [2, 3]
 */
export const unflatten: (input: Tensor, dim: number, sizes: Shape) => Tensor = defineComposite(
  {
    name: "unflatten",
    torch: "unflatten",
    access: "method",
    signature: "input, dim, sizes|unflattenedSize",
    tex: "y = x \\text{, a dimension cut}",
    samples: (r) => [{ input: r.normal([2, 6]), dim: -1, sizes: [3, -1] }],
  },
  (input: Tensor, dim: number, sizes: Shape): Tensor => {
    const x = requireTensor("unflatten", input);
    if (sizes.length === 0) throw new ArgumentError("unflatten", "sizes must not be empty");
    if (x.ndim === 0) throw new IndexError("unflatten", "a scalar has no dimension to cut");
    const d = normalizeDim("unflatten", dim, x.ndim);
    const n = x.shape[d];
    if (sizes.some((s) => !Number.isInteger(s) || s < -1) || sizes.filter((s) => s === -1).length > 1)
      throw new ArgumentError(
        "unflatten",
        `sizes must be integers of at least 0, but for one -1, and got [${sizes.join(", ")}]`,
      );
    const known = sizeOf(sizes.filter((s) => s !== -1));
    const filled = sizes.map((s) => (s === -1 && known > 0 ? n / known : s));
    if (sizeOf(filled) !== n || filled.some((s) => !Number.isInteger(s) || s < 0))
      throw new ShapeError("unflatten", `the product of the sizes [${sizes.join(", ")}] must be the ${n} of dim ${d}`, [
        x.shape,
      ]);
    return view(x, [...x.shape.slice(0, d), ...filled, ...x.shape.slice(d + 1)]);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view with dimensions moved to other places. */
    movedim(source: Dims, destination: Dims): Tensor;
    /** Returns the elements in row-major order as a vector. */
    ravel(): Tensor;
    /** Returns a view with a dimension cut into several. */
    unflatten(dim: number, sizes: Shape): Tensor;
  }
}
