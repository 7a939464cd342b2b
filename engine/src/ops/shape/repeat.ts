/** Repetitions of a tensor or of its elements, which are copies. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { arange } from "../../tensor/create.ts";
import { isIndex } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { type Listed, listed, normalizeDim } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";
import { indexSelect } from "../indexing/index-select.ts";
import { expand, unsqueeze } from "./expand.ts";
import { reshape } from "./reshape.ts";

/** Returns `x` repeated `repeats[d]` times along each dimension; dimensions are added in front where there are more repeats. */
function repeated(op: string, x: Tensor, repeats: readonly number[]): Tensor {
  const lead = repeats.length - x.ndim;
  if (lead < 0) throw new ShapeError(op, "there must be a number of repeats for each dimension", [x.shape, repeats]);
  if (repeats.some((n) => !Number.isInteger(n) || n < 0))
    throw new ArgumentError(op, `repeats must be integers of at least 0, but got [${repeats.join(", ")}]`);
  const sizes = repeats.map((_, d) => (d < lead ? 1 : x.shape[d - lead]));
  // each dimension behind a dimension of size 1, which is expanded to the number of repeats
  const apart = reshape(
    x,
    sizes.flatMap((n) => [1, n]),
  );
  const all = expand(
    apart,
    sizes.flatMap((n, d) => [repeats[d], n]),
  );
  return reshape(
    clone(all),
    sizes.map((n, d) => n * repeats[d]),
  );
}

/**
 * Returns copies of the tensor side by side, `repeats[d]` of them along dimension d. Dimensions are added in front where there are more repeats than dimensions.
 * The gradient is the sum over the copies.
 * @throws ShapeError when there are fewer repeats than dimensions.
 * @example repeat(tensor([1, 2]), [2, 2]).toArray(); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export const repeat: (input: Tensor, repeats: readonly number[]) => Tensor = defineComposite(
  {
    name: "repeat",
    torch: "Tensor.repeat",
    access: "method",
    signature: "input, repeats...",
    tex: "y_i = x_{i \\bmod n}",
    samples: (r) => [
      { input: r.normal([2, 3]), repeats: [2, 1] },
      { input: r.normal([3]), repeats: [2, 2] },
    ],
  },
  (input: Tensor, repeats: readonly number[]): Tensor =>
    repeated("repeat", requireTensor("repeat", input), listed(repeats)),
);

/**
 * Returns copies of the tensor side by side, as `repeat` does, with a 1 in front of `dims` for each dimension that it does not name.
 * @example tile(tensor([[1, 2]]), [2]).toArray(); // [[1, 2, 1, 2]]
 */
export const tile: (input: Tensor, dims: readonly number[]) => Tensor = defineComposite(
  {
    name: "tile",
    torch: "tile",
    access: "method",
    signature: "input, dims...",
    tex: "y_i = x_{i \\bmod n}",
    samples: (r) => [
      { input: r.normal([2, 3]), dims: [2] },
      { input: r.normal([3]), dims: [2, 2] },
    ],
  },
  (input: Tensor, dims: readonly number[]): Tensor => {
    const x = requireTensor("tile", input);
    const list = listed(dims);
    return repeated("tile", x, [...new Array<number>(Math.max(x.ndim - list.length, 0)).fill(1), ...list]);
  },
);

/** Options of `repeatInterleave`. */
export interface RepeatInterleaveOptions {
  /** The dimension; by default the elements are repeated in row-major order, and the result is a vector. */
  readonly dim?: number | null;
  /** The size of the dimension in the result, which is checked if it is given. */
  readonly outputSize?: number | null;
}

/** Returns the index of each element of the result, for numbers of repeats. */
function indices(counts: ArrayLike<number>): Int32Array {
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i] >= 0))
      throw new ArgumentError("repeatInterleave", `repeats must not be negative, but got ${counts[i]}`);
    total += counts[i];
  }
  if (total >= 2 ** 31) throw new ArgumentError("repeatInterleave", `${total} elements are too many`);
  const out = new Int32Array(total);
  for (let i = 0, at = 0; i < counts.length; at += counts[i++]) out.fill(i, at, at + counts[i]);
  return out;
}

/** The second argument of `repeatInterleave`: repeats, or options that may have them. */
type Repeats = number | Tensor | readonly number[];
type NamedRepeats = RepeatInterleaveOptions & { readonly repeats?: Repeats | null };

const isRepeats = (x: Repeats | null | NamedRepeats): x is Repeats | null =>
  x === null || typeof x === "number" || x instanceof Tensor || Array.isArray(x);

/**
 * Returns each element, or each slice of a dimension, `repeats` times in a row; a vector of integers has a number for each of them. The gradient is the sum over the repeats. Without repeats, the input
 * is the vector of them, and the result has each index as many times.
 * @throws ArgumentError for a negative number of repeats, or another size than `outputSize`; ShapeError when `repeats` has another size than the dimension;
 * DTypeError for repeats that are neither int64 nor int32.
 * @example
 * repeatInterleave(tensor([1, 2]), 2).toArray(); // [1, 1, 2, 2]
 * repeatInterleave(tensor([2, 0, 1], { dtype: "int32" })).toArray(); // [0, 0, 2]
 */
export const repeatInterleave: (
  input: Tensor,
  repeats?: Repeats | null | NamedRepeats,
  dim?: number | null | RepeatInterleaveOptions,
  options?: Omit<RepeatInterleaveOptions, "dim">,
) => Tensor = defineComposite(
  {
    name: "repeatInterleave",
    torch: "repeat_interleave",
    access: "method",
    signature: "input, repeats=null, dim=null, outputSize=null",
    tex: "y_i = x_{k_i}",
    samples: (r) => [
      { input: r.normal([2, 3]), repeats: 2 },
      { input: r.normal([2, 3]), repeats: [1, 0, 3], dim: -1, outputSize: 4 },
      { input: r.normal([3, 2]), repeats: r.integers([3], 1, 3), dim: 0 },
      { input: r.integers([3], 0, 3) },
    ],
  },
  (
    input: Tensor,
    second: Repeats | null | NamedRepeats = null,
    dim: number | null | RepeatInterleaveOptions = null,
    options: Omit<RepeatInterleaveOptions, "dim"> = {},
  ): Tensor => {
    const given = requireTensor("repeatInterleave", input);
    const rest = typeof dim === "number" || dim === null ? { ...options, dim } : { ...options, ...dim };
    const named: NamedRepeats = isRepeats(second) ? { ...rest, repeats: second } : { ...rest, ...second };
    const repeats = named.repeats ?? null;
    if (repeats === null) {
      if (given.ndim !== 1)
        throw new ShapeError("repeatInterleave", "without repeats, the input must be a vector of them", [given.shape]);
      const { outputSize = null } = named;
      const places = arange(given.numel(), { dtype: given.dtype });
      return repeatInterleave(places, given, { dim: 0, outputSize });
    }
    const along = named.dim ?? null;
    const x = along === null || given.ndim === 0 ? reshape(given, [-1]) : given;
    const d = along === null ? 0 : normalizeDim("repeatInterleave", along, given.ndim);
    const n = x.shape[d];
    const checkSize = (total: number): void => {
      const size = named.outputSize ?? total;
      if (size !== total)
        throw new ArgumentError(
          "repeatInterleave",
          `outputSize must be the sum ${total} of the repeats, but got ${size}`,
        );
    };
    // copying an expanded view is faster than picking elements one by one
    if (typeof repeats === "number" && n > 0) {
      indices(countsOf(repeats, 1));
      checkSize(n * repeats);
      return reshape(
        clone(expand(unsqueeze(x, d + 1), x.shape.toSpliced(d + 1, 0, repeats))),
        x.shape.with(d, n * repeats),
      );
    }
    const index = indices(countsOf(repeats, n));
    checkSize(index.length);
    return indexSelect(x, d, fromArray(index, "int32", [index.length]));
  },
);

/** Returns the number of repeats of each of `n` elements. */
function countsOf(repeats: number | Tensor | readonly number[], n: number): ArrayLike<number> {
  if (repeats instanceof Tensor && !isIndex(repeats.dtype))
    throw new DTypeError("repeatInterleave", "repeats must be integers or an int64 or int32 tensor", [repeats.dtype]);
  if (repeats instanceof Tensor && repeats.ndim > 1)
    throw new ShapeError("repeatInterleave", "repeats must be a number or a vector", [repeats.shape]);
  const list = typeof repeats === "number" ? [repeats] : repeats instanceof Tensor ? contiguousArray(repeats) : repeats;
  const wrong = Array.from(list).find((v) => !Number.isInteger(v));
  if (wrong !== undefined) throw new ArgumentError("repeatInterleave", `repeats must be integers, but got ${wrong}`);
  if (list.length === 1) return new Array<number>(n).fill(list[0]);
  if (list.length !== n)
    throw new ShapeError("repeatInterleave", `repeats must have the size ${n} of the dimension`, [[list.length]]);
  return list;
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns copies of the tensor side by side, a number of them along each dimension. */
    repeat(...repeats: Listed): Tensor;
    /** Returns copies of the tensor side by side; dimensions that are not named are not repeated. */
    tile(...dims: Listed): Tensor;
    /** Returns each element, or each slice of a dimension, several times in a row. */
    repeatInterleave(
      repeats?: Repeats | null | NamedRepeats,
      dim?: number | null | RepeatInterleaveOptions,
      options?: Omit<RepeatInterleaveOptions, "dim">,
    ): Tensor;
  }
}
