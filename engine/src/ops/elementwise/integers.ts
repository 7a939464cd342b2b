/** Greatest common divisors and least common multiples. */
import { binary, promotedDType } from "../../dispatch/elementwise.ts";
import type { Operand } from "../../dispatch/operand.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isInteger } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";

type Divisors = (input: Tensor, other: Tensor) => Tensor;

/** Returns the greatest common divisor by Euclid's algorithm, |x| where the other is 0. */
function divisor(x: number, z: number): number {
  let [a, b] = [Math.abs(x), Math.abs(z)];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);

/** Returns the greatest common divisor of integers beyond 2^53. */
function bigDivisor(x: bigint, z: bigint): bigint {
  let [a, b] = [magnitude(x), magnitude(z)];
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

/** Defines an elementwise function of two integers. */
function ofIntegers(
  name: "gcd" | "lcm",
  f: (x: number, z: number) => number,
  bigints: (x: bigint, z: bigint) => bigint,
): Divisors {
  const run = binary(
    {
      name,
      torch: name,
      access: "in-place",
      label: name,
      tex: { forward: `y = \\mathrm{${name}}(x, z)`, vjp: "" },
      f,
      bigints,
      result: (x: Meta, z: Meta) => {
        const dtype = promotedDType(x, z);
        if (!isInteger(dtype)) throw new DTypeError(name, "expected integers", [x.dtype, z.dtype]);
        return dtype;
      },
      saves: {},
      partials: "none",
      samples: (r) => [{ input: r.integers([2, 3], -20, 20), other: r.integers([3], -20, 20) }],
    },
    (input: Tensor, other: Tensor) => op(input, other),
  );
  const op = (input: Tensor, other: Operand): Tensor => run(requireTensor(name, input), requireTensor(name, other));
  return op;
}

/**
 * Returns the greatest common divisor of each pair of elements, with broadcasting; it is not negative, and |x| where the other element is 0.
 * @throws DTypeError for floats and bools; ShapeError when the shapes do not broadcast.
 * @example gcd(tensor([12, 0], { dtype: "int32" }), tensor([18, 5], { dtype: "int32" })).toArray(); // [6, 5]
 */
export const gcd: Divisors = ofIntegers("gcd", divisor, bigDivisor);

/**
 * Returns the least common multiple of each pair of elements, with broadcasting; it is not negative, and 0 where an element is 0.
 * @throws DTypeError for floats and bools; ShapeError when the shapes do not broadcast.
 * @example lcm(tensor([4, 0], { dtype: "int32" }), tensor([6, 5], { dtype: "int32" })).toArray(); // [12, 0]
 */
export const lcm: Divisors = ofIntegers(
  "lcm",
  (x, z) => (x === 0 || z === 0 ? 0 : Math.abs((x / divisor(x, z)) * z)),
  (x, z) => (x === 0n || z === 0n ? 0n : magnitude((x / bigDivisor(x, z)) * z)),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the greatest common divisor of each pair of integers. */
    gcd(other: Tensor): Tensor;
    /** Returns the least common multiple of each pair of integers. */
    lcm(other: Tensor): Tensor;
  }
}
