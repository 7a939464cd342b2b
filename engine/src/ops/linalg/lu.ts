/** LU factorizations in their several forms. */
import { defineComposite, defineFunction } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { eye, zeros } from "../../tensor/create.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { tril, triu } from "../shape/triangle.ts";
import { narrow } from "../shape/window.ts";
import { requireMatrices } from "./checks.ts";
import { permutationOf } from "./exchange-rows.ts";
import { factorAs, type LuOptions } from "./lu-factor.ts";
import { type NamedTensors, named } from "./named.ts";
import { invertible } from "./samples.ts";

/**
 * Returns the factors of A = P L U, [..., m, n], in one tensor: U on and above the diagonal, and below it L, whose diagonal is 1; and `pivots` (int32), the rows that each
 * row was exchanged with, counted from 1.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for a pivot that is 0.
 * @example linalg.luFactor(tensor([[0, 2], [4, 2]])).pivots.toArray(); // [2, 2]
 */
export const luFactor: (A: Tensor, pivot?: boolean | LuOptions) => NamedTensors<"LU" | "pivots"> = defineFunction(
  {
    name: "luFactor",
    torch: "linalg.lu_factor",
    access: "function",
    signature: "A, pivot=true",
    tex: "P L U = X",
    samples: (r) => [{ A: invertible(r, [3, 3]) }, { A: r.normal([2, 3, 2]), pivot: true }],
  },
  (A: Tensor, pivot: boolean | LuOptions = {}): NamedTensors<"LU" | "pivots"> => {
    const [LU, pivots] = factorAs("linalg.luFactor", A, pivot, true);
    return named({ LU, pivots });
  },
);

/** Options of `lu`. */
export interface LuInfoOptions extends LuOptions {
  /** Whether to return `infos` too, rather than to throw an error for a pivot that is 0. */
  readonly getInfos?: boolean;
}

/**
 * Returns the factors of A = P L U in one tensor and the pivots, as `linalg.luFactor`; with `getInfos` also `infos` (int32): 0, or the number of the first pivot that is 0.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for a pivot that is 0, unless `getInfos` is set.
 * @example lu(tensor([[0, 2], [4, 2]]))[0].toArray(); // [[4, 2], [0, 2]]
 */
export const lu: (A: Tensor, pivot?: boolean | LuInfoOptions, getInfos?: boolean | LuInfoOptions) => readonly Tensor[] =
  defineFunction(
    {
      name: "lu",
      torch: "lu",
      access: "method",
      signature: "A, pivot=true, getInfos=false",
      tex: "P L U = X",
      samples: (r) => [{ A: invertible(r, [3, 3]) }, { A: r.normal([2, 3, 2]), pivot: true, getInfos: true }],
    },
    (A: Tensor, pivot: boolean | LuInfoOptions = {}, getInfos: boolean | LuInfoOptions = {}): readonly Tensor[] => {
      const rest = typeof getInfos === "boolean" ? { getInfos } : getInfos;
      const withInfos = (typeof pivot === "boolean" ? rest : { ...rest, ...pivot }).getInfos ?? false;
      const [LU, pivots, info] = factorAs("lu", A, pivot, !withInfos);
      return withInfos ? [LU, pivots, info] : [LU, pivots];
    },
  );

/** Returns L [..., m, k] and U [..., k, n], k = min(m, n), of factors in one tensor. */
function factorsOf(LU: Tensor): readonly [L: Tensor, U: Tensor] {
  const [m, n] = [LU.size(-2), LU.size(-1)];
  const k = Math.min(m, n);
  return [add(tril(narrow(LU, -1, 0, k), -1), eye(m, k, { dtype: LU.dtype })), triu(narrow(LU, -2, 0, k))];
}

/**
 * Returns P [..., m, m], L [..., m, k] and U [..., k, n], k = min(m, n), of A = P L U: a permutation, a lower triangle with the diagonal 1, and an upper triangle.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools.
 * @example linalg.lu(tensor([[0, 2], [4, 2]])).U.toArray(); // [[4, 2], [0, 2]]
 */
export const linalgLu: (A: Tensor, pivot?: boolean | LuOptions) => NamedTensors<"P" | "L" | "U"> = defineComposite(
  {
    name: "linalgLu",
    torch: "linalg.lu",
    access: "function",
    signature: "A, pivot=true",
    tex: "P L U = X",
    samples: (r) => [{ A: invertible(r, [3, 3]) }, { A: r.normal([2, 2, 3]), pivot: true }],
  },
  (A: Tensor, pivot: boolean | LuOptions = {}): NamedTensors<"P" | "L" | "U"> => {
    const [LU, pivots] = factorAs("linalg.lu", A, pivot, false);
    const [L, U] = factorsOf(LU);
    return named({ P: permutationOf(pivots, LU.size(-2), LU.dtype), L, U });
  },
);

/** Options of `luUnpack`. */
export interface LuUnpackOptions {
  /** Whether L and U are returned, rather than empty tensors; `true` by default. */
  readonly unpackData?: boolean;
  /** Whether P is returned, rather than an empty tensor; `true` by default. */
  readonly unpackPivots?: boolean;
}

/**
 * Returns P, L and U of factors in one tensor, [..., m, n], and pivots, [..., k], as `linalg.luFactor` returns them.
 * @throws ShapeError when the shapes do not fit; DTypeError unless the pivots are int32.
 * @example luUnpack(...linalg.luFactor(tensor([[0, 2], [4, 2]]))).P.toArray(); // [[0, 1], [1, 0]]
 */
export const luUnpack: (
  LUData: Tensor,
  LUPivots: Tensor,
  unpackData?: boolean | LuUnpackOptions,
  unpackPivots?: boolean | LuUnpackOptions,
) => NamedTensors<"P" | "L" | "U"> = defineComposite(
  {
    name: "luUnpack",
    torch: "lu_unpack",
    access: "function",
    signature: "LUData, LUPivots, unpackData=true, unpackPivots=true",
    tex: "P, L, U",
    samples: (r) => [
      { LUData: r.normal([2, 3, 3]), LUPivots: r.integers([2, 3], 1, 4) },
      { LUData: r.normal([3, 2]), LUPivots: r.integers([2], 1, 4), unpackPivots: false },
      { LUData: r.normal([2, 3]), LUPivots: r.integers([2], 1, 3), unpackData: false },
    ],
  },
  (
    LUData: Tensor,
    LUPivots: Tensor,
    unpackData: boolean | LuUnpackOptions = {},
    unpackPivots: boolean | LuUnpackOptions = {},
  ): NamedTensors<"P" | "L" | "U"> => {
    const rest = typeof unpackPivots === "boolean" ? { unpackPivots } : unpackPivots;
    const o: LuUnpackOptions = typeof unpackData === "boolean" ? { ...rest, unpackData } : { ...rest, ...unpackData };
    const LU = requireMatrices("luUnpack", LUData);
    const pivots = checkPivots("luUnpack", LUPivots, LU);
    const empty = zeros([0], { dtype: LU.dtype });
    const [L, U] = o.unpackData === false ? [empty, empty] : factorsOf(LU);
    return named({ P: o.unpackPivots === false ? empty : permutationOf(pivots, LU.size(-2), LU.dtype), L, U });
  },
);

/**
 * Returns the pivots, which must fit the factors.
 * @throws DTypeError or ShapeError otherwise.
 */
export function checkPivots(op: string, pivots: Tensor, LU: Tensor): Tensor {
  const given = requireTensor(op, pivots);
  if (given.dtype !== "int32") throw new DTypeError(op, "expected int32 pivots", [given.dtype]);
  const expected = [...LU.shape.slice(0, -2), Math.min(LU.size(-1), LU.size(-2))];
  if (!sameShape(given.shape, expected))
    throw new ShapeError(op, `expected pivots of the shape [${expected.join(", ")}]`, [given.shape]);
  return given;
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the factors of A = P L U in one tensor and the pivots; with `getInfos` also `infos`: 0, or the number of the first pivot that is 0. */
    lu(pivot?: boolean | LuInfoOptions, getInfos?: boolean | LuInfoOptions): readonly Tensor[];
  }
}
