/** The larger and the smaller of two tensors where NaN counts as missing, and the remainder with the sign of the dividend. */
import { everyElement } from "../../dispatch/batched.ts";
import { binary, promotedDType } from "../../dispatch/elementwise.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { isFloating, resultType } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { neg } from "./arithmetic.ts";
import { ge, isnan, le, logicalNot, logicalOr } from "./compare.ts";
import { div } from "./division.ts";
import { where } from "./where.ts";

/** Defines `fmax` or `fmin`. */
const extremum = (name: "fmax" | "fmin"): ((input: Operand, other: Operand) => Tensor) => {
  const largest = name === "fmax";
  const pick = largest ? Math.max : Math.min;
  const reaches = largest ? ge : le;
  const sign = largest ? "\\ge" : "\\le";
  const first = (x: Tensor, z: Tensor): Tensor => logicalOr(reaches(x, z), isnan(z));
  return binary(
    {
      name,
      torch: name,
      access: "method",
      stops: "choice",
      label: name,
      tex: {
        forward: `y = \\${largest ? "max" : "min"}(x, z)`,
        vjp: `\\bar x = [x ${sign} z]\\, \\bar y,\\ \\bar z = \\bar y - \\bar x`,
      },
      keepsFinite: "both",
      f: (x, z) => (Number.isNaN(x) ? z : Number.isNaN(z) ? x : pick(x, z)),
      bigints: (x, z) => (x > z === largest ? x : z),
      result: promotedDType,
      saves: { inputs: [0, 1] },
      partials: [
        { select: (g, { inputs: [x, z] }) => where(first(x, z), g, 0) },
        { select: (g, { inputs: [x, z] }) => where(logicalNot(first(x, z)), g, 0) },
      ],
      samples: (r) => {
        const all = r.distinct([12]);
        return [{ input: all.narrow(0, 0, 6).reshape([2, 3]), other: all.narrow(0, 6, 3) }];
      },
    },
    (input: Tensor, other: Tensor) => (largest ? fmax(input, other) : fmin(input, other)),
  );
};

const fmaxOp = extremum("fmax");
const fminOp = extremum("fmin");

/**
 * Returns the larger element of each pair, with broadcasting, or the other one if one of the two is NaN. At a tie `input` gets the gradient.
 * @throws ShapeError when the shapes do not broadcast.
 * @example fmax(tensor([1, NaN]), tensor([3, 2])).toArray(); // [3, 2]
 */
export function fmax(input: Tensor, other: Tensor): Tensor {
  return fmaxOp(requireTensor("fmax", input), requireTensor("fmax", other));
}

/**
 * Returns the smaller element of each pair, with broadcasting, or the other one if one of the two is NaN. At a tie `input` gets the gradient.
 * @throws ShapeError when the shapes do not broadcast.
 * @example fmin(tensor([1, NaN]), tensor([3, 2])).toArray(); // [1, 2]
 */
export function fmin(input: Tensor, other: Tensor): Tensor {
  return fminOp(requireTensor("fmin", input), requireTensor("fmin", other));
}

const fmodOp = binary(
  {
    name: "fmod",
    torch: "fmod",
    access: "in-place",
    label: "fmod",
    tex: {
      forward: "y = x - z\\, \\mathrm{trunc}(x / z)",
      vjp: "\\bar x = \\bar y,\\ \\bar z = -\\mathrm{trunc}(x / z)\\, \\bar y",
    },
    f: (x, z) => x % z,
    bigints: (x, z) => x % z,
    result: promotedDType,
    saves: [{}, { inputs: [0, 1] }],
    partials: [1, ({ inputs: [x, z] }) => neg(div(x, z, { roundingMode: "trunc" }))],
    samples: (r) => [
      { input: r.distinct([2, 3]), other: r.uniform([3], 0.9, 0.95) },
      { input: r.uniform([3], 5.1, 5.4), other: -2 },
    ],
  },
  fmod,
);

/**
 * Returns the remainder of division, which has the sign of `input`, as JavaScript's `%`, with broadcasting.
 * @throws ArgumentError when integers are divided by 0; DTypeError for bools; ShapeError when the shapes do not broadcast.
 * @example fmod(tensor([-3, 5]), 4).toArray(); // [-3, 1]
 */
export function fmod(input: Tensor, other: Operand): Tensor {
  const [x, z] = [requireTensor("fmod", input), toOperand("fmod", other)];
  const dtype = resultType([x, z]);
  if (dtype === "bool") throw new DTypeError("fmod", "bools have no remainder", [x.dtype, z.dtype]);
  if (!isFloating(dtype) && everyElement(z).includes(0)) throw new ArgumentError("fmod", "integer division by zero");
  return fmodOp(x, z);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the larger element of each pair, or the other one if one is NaN. */
    fmax(other: Tensor): Tensor;
    /** Returns the smaller element of each pair, or the other one if one is NaN. */
    fmin(other: Tensor): Tensor;
    /** Returns the remainder of division, which has the sign of this tensor. */
    fmod(other: Operand): Tensor;
    /** Replaces each element by its remainder of division. */
    fmod_(other: Operand): Tensor;
  }
}
