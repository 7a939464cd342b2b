/** Grids of coordinates, tuples and combinations of elements. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { indexSelect } from "../indexing/index-select.ts";
import { expand } from "./expand.ts";
import { listOf, stack } from "./join.ts";
import { reshape } from "./reshape.ts";

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** `"ij"` (the default): the first vector runs along the rows; `"xy"`: along the columns. */
  readonly indexing?: "ij" | "xy";
}

/** Returns the vectors as views on a grid with a dimension for each. */
function gridOf(op: string, list: readonly Tensor[]): Tensor[] {
  if (list.some((x) => x.ndim > 1))
    throw new ShapeError(
      op,
      "expected vectors or scalars",
      list.map((x) => x.shape),
    );
  const shape = list.map((x) => x.numel());
  return list.map((x, k) =>
    expand(
      reshape(
        x,
        shape.map((n, d) => (d === k ? n : 1)),
      ),
      shape,
    ),
  );
}

/**
 * Returns the coordinates of a grid: for each vector a view in which it varies along its own dimension and is repeated along the others. Scalars stand for
 * vectors of one element.
 * @throws ArgumentError for an empty list, or another `indexing`; ShapeError for more than one dimension; DTypeError for different dtypes.
 * @example meshgrid([tensor([1, 2]), tensor([3, 4])])[1].toArray(); // [[3, 4], [3, 4]]
 */
export const meshgrid: (tensors: readonly Tensor[], options?: MeshgridOptions) => readonly Tensor[] = defineComposite(
  {
    name: "meshgrid",
    torch: "meshgrid",
    access: "function",
    signature: 'tensors, indexing="ij"',
    tex: "(y_k)_{i_1 i_2 \\dots} = (x_k)_{i_k}",
    samples: (r) => [
      { tensors: [r.normal([2]), r.normal([3])] },
      { tensors: [r.normal([2]), r.normal([3]), r.normal([])], indexing: "xy" },
    ],
  },
  (tensors: readonly Tensor[], { indexing = "ij" }: MeshgridOptions = {}): readonly Tensor[] => {
    const list = listOf("meshgrid", tensors);
    if (indexing !== "ij" && indexing !== "xy")
      throw new ArgumentError("meshgrid", `indexing must be "ij" or "xy", but got ${JSON.stringify(indexing)}`);
    if (list.some((x) => x.dtype !== list[0].dtype))
      throw new DTypeError(
        "meshgrid",
        "all dtypes must be equal",
        list.map((x) => x.dtype),
      );
    if (indexing === "ij" || list.length < 2) return gridOf("meshgrid", list);
    const [x, y, ...others] = list;
    const [gy, gx, ...rest] = gridOf("meshgrid", [y, x, ...others]);
    return [gx, gy, ...rest];
  },
);

/**
 * Returns all tuples of one element of each vector, as rows; of a single vector, the vector itself.
 * @throws ArgumentError for an empty list; ShapeError for tensors that are not vectors.
 * @example cartesianProd([tensor([1, 2]), tensor([3, 4])]).toArray(); // [[1, 3], [1, 4], [2, 3], [2, 4]]
 */
export const cartesianProd: (tensors: readonly Tensor[]) => Tensor = defineComposite(
  {
    name: "cartesianProd",
    torch: "cartesian_prod",
    access: "function",
    signature: "tensors",
    tex: "y = x_1 \\times x_2 \\times \\dots",
    samples: (r) => [{ tensors: [r.normal([2]), r.normal([3])] }],
  },
  (tensors: readonly Tensor[]): Tensor => {
    const list = listOf("cartesianProd", tensors);
    if (list.some((x) => x.ndim !== 1))
      throw new ShapeError(
        "cartesianProd",
        "expected vectors",
        list.map((x) => x.shape),
      );
    if (list.length === 1) return list[0];
    return stack(
      gridOf("cartesianProd", list).map((x) => reshape(x, [-1])),
      1,
    );
  },
);

/** Options of `combinations`. */
export interface CombinationsOptions {
  /** Elements of each combination; 2 by default. */
  readonly r?: number;
  /** Whether an element may be chosen repeatedly; false by default. */
  readonly withReplacement?: boolean;
}

/** Returns the number of combinations of `r` of `n` elements. */
function countOf(n: number, r: number, withReplacement: boolean): number {
  const pool = withReplacement ? n + r - 1 : n;
  let count = r > pool ? 0 : 1;
  for (let i = 1; i <= Math.min(r, pool); i++) count = Math.round((count * (pool - i + 1)) / i);
  return count;
}

/** Returns the positions of all combinations of `r` of `n` elements, in lexicographic order, one after the other. */
function chosen(n: number, r: number, withReplacement: boolean): Int32Array {
  const found = new Int32Array(r * countOf(n, r, withReplacement));
  const step = withReplacement ? 0 : 1;
  const row = Int32Array.from({ length: r }, (_, i) => i * step);
  for (let at = 0; at < found.length; at += r) {
    for (let i = 0; i < r; i++) found[at + i] = row[i];
    // the last position that can rise, behind which the positions follow each other
    let last = r - 1;
    while (last >= 0 && row[last] === n - 1 - (r - 1 - last) * step) last--;
    if (last < 0) break;
    row[last]++;
    for (let i = last + 1; i < r; i++) row[i] = row[i - 1] + step;
  }
  return found;
}

/**
 * Returns all combinations of `r` elements of a vector, as rows in lexicographic order of their positions.
 * @throws ShapeError for a tensor that is not a vector; ArgumentError for an `r` below 0.
 * @example combinations(tensor([1, 2, 3])).toArray(); // [[1, 2], [1, 3], [2, 3]]
 */
export const combinations: (input: Tensor, r?: number | CombinationsOptions, withReplacement?: boolean) => Tensor =
  defineComposite(
    {
      name: "combinations",
      torch: "combinations",
      access: "function",
      signature: "input, r=2, withReplacement=false",
      tex: "y_k = (x_{i_1}, \\dots, x_{i_r}),\\ i_1 < \\dots < i_r",
      samples: (g) => [{ input: g.normal([4]) }, { input: g.normal([3]), r: 3, withReplacement: true }],
    },
    (input: Tensor, r: number | CombinationsOptions = 2, withReplacement = false): Tensor => {
      const x = requireTensor("combinations", input);
      const options = typeof r === "number" ? { r, withReplacement } : { r: 2, withReplacement: false, ...r };
      if (x.ndim !== 1) throw new ShapeError("combinations", "expected a vector", [x.shape]);
      if (!Number.isInteger(options.r) || options.r < 0)
        throw new ArgumentError("combinations", `r must be an integer of at least 0, but got ${options.r}`);
      const index = options.r === 0 ? new Int32Array(0) : chosen(x.numel(), options.r, options.withReplacement);
      const picked = indexSelect(x, 0, fromArray(index, "int32", [index.length]));
      return options.r === 0 ? picked : reshape(picked, [index.length / options.r, options.r]);
    },
  );
