/** Products of several matrices, and the matrix of the powers of a vector, by the names that torch has beside linalg. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { arange, checkSizes, ones } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { pow } from "../elementwise/power.ts";
import { cumprod } from "../reduce/cumulative.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { flip } from "../shape/flip.ts";
import { cat } from "../shape/join.ts";
import { multiDot } from "./matrix-chain.ts";

/**
 * Returns the product of matrices, multiplied in the order that needs the fewest multiplications.
 * @throws ShapeError for other tensors than matrices, and when their sizes do not fit; ArgumentError for an empty list.
 * @example chainMatmul([ones([2, 3]), ones([3, 1])]).toArray(); // [[3], [3]]
 */
export const chainMatmul: (matrices: readonly Tensor[]) => Tensor = defineComposite(
  {
    name: "chainMatmul",
    torch: "chain_matmul",
    access: "function",
    signature: "matrices",
    tex: "Y = X_1 X_2 \\cdots X_n",
    samples: (r) => [{ matrices: [r.normal([2, 3]), r.normal([3, 4]), r.normal([4, 2])] }],
  },
  (matrices: readonly Tensor[]): Tensor => {
    if (matrices.length === 0) throw new ArgumentError("chainMatmul", "expected at least one matrix");
    const list = matrices.map((x) => requireTensor("chainMatmul", x));
    const wrong = list.find((x) => x.ndim !== 2);
    if (wrong !== undefined) throw new ShapeError("chainMatmul", "expected matrices", [wrong.shape]);
    return list.length === 1 ? list[0] : multiDot(list);
  },
);

/** Options of `vander`. */
export interface PowersOptions {
  /** The number of columns; as many as there are elements by default. */
  readonly N?: number | null;
  /** Whether powers rise from the first column on. */
  readonly increasing?: boolean;
}

/**
 * Returns the Vandermonde matrix of a vector: its elements to the powers N - 1 to 0, or with `increasing` 0 to N - 1, in the columns.
 * @throws ShapeError for other tensors than vectors; ArgumentError when N is negative or no integer.
 * @example vander(tensor([2, 3]), { N: 3 }).toArray(); // [[4, 2, 1], [9, 3, 1]]
 */
export const vander: (x: Tensor, N?: number | null | PowersOptions, increasing?: boolean) => Tensor = defineComposite(
  {
    name: "vander",
    torch: "vander",
    access: "function",
    signature: "x, N=null, increasing=false",
    tex: "y_{i j} = x_i^{N - 1 - j}",
    samples: (r) => [{ x: r.uniform([3], 0.5, 2) }, { x: r.uniform([3], 0.5, 2), N: 4, increasing: true }],
  },
  (x: Tensor, N: number | null | PowersOptions = {}, rising = false): Tensor => {
    const base = requireTensor("vander", x);
    if (base.ndim !== 1) throw new ShapeError("vander", "expected a vector", [base.shape]);
    const options: PowersOptions = typeof N === "number" ? { N, increasing: rising } : (N ?? { increasing: rising });
    const { increasing = false } = options;
    const count = options.N ?? base.numel();
    if (!Number.isInteger(count) || count < 0)
      throw new ArgumentError("vander", `N must be an integer of at least 0, but got ${count}`);
    checkSizes("vander", [Math.max(base.numel(), 1), count]);
    const n = base.numel();
    if (isFloating(base.dtype) && count > 0) {
      const factors = expand(unsqueeze(base, 1), [n, count - 1]);
      const powers = cumprod(cat([ones([n, 1], { dtype: base.dtype }), factors], 1), 1);
      return increasing ? powers : flip(powers, [1]);
    }
    const exponents = arange(count, { dtype: isFloating(base.dtype) ? base.dtype : "int64" });
    return pow(unsqueeze(base, 1), increasing ? exponents : flip(exponents, [0]));
  },
);
