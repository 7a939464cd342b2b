/** The larger and the smaller of two tensors, element by element. */

import { binary, promotedDType, type Selection, scaled } from "../../dispatch/elementwise.ts";
import { type Operand, requireTensor } from "../../dispatch/operand.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { eq, gt, lt } from "./compare.ts";
import { where } from "./where.ts";

/** Returns the part of the cotangent g that flows to `a` from the maximum or minimum of `a` and `b`: `atTie` of it at a tie, all of it at a NaN. */
const share = (g: Tensor, loses: (a: Tensor, b: Operand) => Tensor, a: Tensor, b: Tensor, atTie: number): Tensor =>
  where(loses(a, b), 0, where(eq(a, b), scaled(g, atTie), g));

/** Defines `maximum` or `minimum`. */
const extremum = (name: "maximum" | "minimum"): ((input: Operand, other: Operand) => Tensor) => {
  const largest = name === "maximum";
  const loses = largest ? lt : gt;
  const pick = largest ? Math.max : Math.min;
  const sign = largest ? ">" : "<";
  const partialsOf = (first: number): readonly [Selection, Selection] => [
    { select: (g, { inputs: [x, z] }) => share(g, loses, x, z, first) },
    { select: (g, { inputs: [x, z] }) => share(g, loses, z, x, 1 - first) },
  ];
  return binary(
    {
      name,
      torch: name,
      access: "method",
      stops: "choice",
      label: largest ? "max" : "min",
      tex: {
        forward: `y = \\${largest ? "max" : "min"}(x, z)`,
        vjp: `\\bar x = [x ${sign} z]\\, \\bar y,\\ \\bar z = [z ${sign} x]\\, \\bar y`,
      },
      keepsFinite: "both",
      f: (x, z) => pick(x, z),
      bigints: (x, z) => (x > z === largest ? x : z),
      result: promotedDType,
      saves: { inputs: [0, 1] },
      partials: partialsOf(0.5),
      kink: {
        option: name,
        at: "x = z",
        default: 0.5,
        choices: [0, 1],
        partials: partialsOf,
        tex: (first) =>
          `\\bar x = ([x ${sign} z] + ${first}\\, [x = z])\\, \\bar y,\\ \\bar z = ([z ${sign} x] + ${1 - first}\\, [x = z])\\, \\bar y`,
      },
      samples: (r) => {
        const all = r.distinct([12]);
        return [{ input: all.narrow(0, 0, 6).reshape([2, 3]), other: all.narrow(0, 6, 3) }];
      },
    },
    (input: Tensor, other: Tensor) => (largest ? maximum(input, other) : minimum(input, other)),
  );
};

const maximumOp = extremum("maximum");

const minimumOp = extremum("minimum");

/**
 * Returns the larger element of each pair, with broadcasting, or NaN if one of the two is NaN. At a tie each operand gets half of the gradient,
 * or the shares that `autograd.setSubgradients` chooses.
 * @throws ShapeError when the shapes do not broadcast.
 * @example maximum(tensor([1, 5]), tensor([3, 2])).toArray(); // [3, 5]
 */
export function maximum(input: Tensor, other: Tensor): Tensor {
  return maximumOp(requireTensor("maximum", input), requireTensor("maximum", other));
}

/**
 * Returns the smaller element of each pair, with broadcasting, or NaN if one of the two is NaN. At a tie each operand gets half of the gradient,
 * or the shares that `autograd.setSubgradients` chooses.
 * @throws ShapeError when the shapes do not broadcast.
 * @example minimum(tensor([1, 5]), tensor([3, 2])).toArray(); // [1, 2]
 */
export function minimum(input: Tensor, other: Tensor): Tensor {
  return minimumOp(requireTensor("minimum", input), requireTensor("minimum", other));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the larger element of each pair, or NaN. At a tie each operand gets half of the gradient. */
    maximum(other: Tensor): Tensor;
    /** Returns the smaller element of each pair, or NaN. At a tie each operand gets half of the gradient. */
    minimum(other: Tensor): Tensor;
  }
}
