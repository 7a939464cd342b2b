/** Methods that replace all elements by random numbers. No gradient flows through them. */

import { registerMethod } from "../../dispatch/registry.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { full } from "../../tensor/create/fill.ts";
import { draw, rand, uniformIn } from "../../tensor/create/random.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import { addMethods } from "../../tensor/methods.ts";
import type { Generator } from "../../tensor/random.ts";
import { requireBroadcast } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { copyElements } from "../elementwise/assign.ts";
import { clampMin } from "../elementwise/clamp.ts";
import { ge, lt } from "../elementwise/compare.ts";
import { to as castTo } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { exp, log } from "../elementwise/exponential.ts";
import { ceil } from "../elementwise/rounding.ts";
import { tan } from "../elementwise/trigonometric.ts";
import { where } from "../elementwise/where.ts";
import { isWithin } from "./bounds.ts";

/** Options of methods that draw random numbers. */
export interface GeneratorOption {
  /** The generator that draws the numbers; by default the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Returns a number from the open interval (0, 1), of which logarithms are finite. */
export const positiveUniform = (g: Generator): number => {
  const u = g.uniform();
  return u > 0 ? u : positiveUniform(g);
};

/** Replaces the elements of `x` by a tensor of random numbers. */
const refill = (op: string, x: Tensor, numbers: () => Tensor): Tensor => copyElements(op, x, noGrad(numbers));

/** The dtype in which numbers are drawn: they are rounded to narrower ones. */
const drawnIn = (dtype: DType): DType => (dtype === "float32" ? "float32" : "float64");

/** Returns uniform numbers on [0, 1), of 24 bits in float32 and of 53 bits otherwise. */
const uniforms = (op: string, { shape }: Tensor, options: GeneratorOption, dtype: DType): Tensor =>
  draw(op, shape, options, dtype, uniformIn(dtype), "uniform");

/** Returns uniform numbers of float64 above 0, of which logarithms are finite. */
const positive = (op: string, x: Tensor, options: GeneratorOption): Tensor =>
  clampMin(uniforms(op, x, options, "float64"), 2 ** -54);

/** Returns standard normal numbers. */
const normals = (op: string, { shape }: Tensor, options: GeneratorOption, dtype: DType): Tensor =>
  draw(op, shape, options, dtype, (g) => g.normal(), "normal");

/** @throws DTypeError for integers and bools. */
function requireFloats(op: string, x: Tensor): void {
  if (!isFloating(x.dtype)) throw new DTypeError(op, "expected a float tensor", [x.dtype]);
}

/** @throws ArgumentError unless the parameter is above 0. */
function requirePositive(op: string, name: string, value: number): void {
  if (!(value > 0)) throw new ArgumentError(op, `${name} must be above 0, but got ${value}`);
}

/** Digits of the significands: integers below 2 to that power are exact. */
const significand: Readonly<Partial<Record<DType, number>>> = { float16: 11, bfloat16: 8, float32: 24, float64: 53 };

/** One more than the largest integer that `random_` draws for a dtype. */
const randomEnd: Readonly<Partial<Record<DType, number>>> = {
  bool: 2,
  uint8: 2 ** 8,
  int8: 2 ** 7,
  int16: 2 ** 15,
  int32: 2 ** 31,
};

addMethods({
  uniform_(from = 0, to = 1, options = {}) {
    requireFloats("uniform_", this);
    if (!(from <= to)) throw new ArgumentError("uniform_", `from must be at most to, but got ${from} and ${to}`);
    return refill("uniform_", this, () => {
      const u = uniforms("uniform_", this, options, drawnIn(this.dtype));
      if (from === 0 && to === 1) return u;
      const v = castTo(add(mul(u, to - from), from), this.dtype);
      // rounding must not give the end, which is excluded
      return from < to ? where(ge(v, to), from, v) : v;
    });
  },
  normal_(mean = 0, std = 1, options = {}) {
    requireFloats("normal_", this);
    if (!(std >= 0)) throw new ArgumentError("normal_", `std must be at least 0, but got ${std}`);
    return refill("normal_", this, () => {
      const z = normals("normal_", this, options, drawnIn(this.dtype));
      return mean === 0 && std === 1 ? z : add(mul(z, std), mean);
    });
  },
  exponential_(lambd = 1, options = {}) {
    requireFloats("exponential_", this);
    requirePositive("exponential_", "lambd", lambd);
    return refill("exponential_", this, () => div(log(positive("exponential_", this, options)), -lambd));
  },
  cauchy_(median = 0, sigma = 1, options = {}) {
    requireFloats("cauchy_", this);
    requirePositive("cauchy_", "sigma", sigma);
    return refill("cauchy_", this, () => {
      const u = positive("cauchy_", this, options);
      return add(mul(tan(mul(sub(u, 0.5), Math.PI)), sigma), median);
    });
  },
  logNormal_(mean = 1, std = 2, options = {}) {
    requireFloats("logNormal_", this);
    requirePositive("logNormal_", "std", std);
    return refill("logNormal_", this, () => exp(add(mul(normals("logNormal_", this, options, "float64"), std), mean)));
  },
  geometric_(p, options = {}) {
    if (this.dtype === "bool") throw new DTypeError("geometric_", "expected numbers", [this.dtype]);
    if (!(p > 0 && p < 1)) throw new ArgumentError("geometric_", `p must lie between 0 and 1, but got ${p}`);
    return refill("geometric_", this, () => ceil(div(log(positive("geometric_", this, options)), Math.log1p(-p))));
  },
  bernoulli_(p = 0.5, { generator } = {}) {
    const given = p instanceof Tensor ? p : full([], p, { dtype: "float64" });
    if (!isWithin(given, 0, 1)) throw new ArgumentError("bernoulli_", "the probabilities must lie in [0, 1]");
    requireBroadcast("bernoulli_", "p", given.shape, this.shape);
    const options = generator === undefined ? {} : { generator };
    return copyElements("bernoulli_", this, lt(rand(this.shape, { dtype: "float64", ...options }), given.detach()));
  },
  random_(from = 0, to = null, options = {}) {
    const end = to ?? randomEnd[this.dtype] ?? 2 ** (significand[this.dtype] ?? 53);
    if (![from, end].every(Number.isInteger) || from >= end)
      throw new ArgumentError("random_", `from and to must be integers with from < to, but got ${from} and ${end}`);
    const integer = (g: Generator): number => from + Math.floor(g.uniform() * (end - from));
    return refill("random_", this, () =>
      draw("random_", this.shape, options, drawnIn(this.dtype), integer, { low: from, high: end }),
    );
  },
});

/** Parameters of the methods, as options. */
type Named = GeneratorOption & Readonly<Record<string, number>>;

/** The generator alone. */
const only = ({ generator }: GeneratorOption): GeneratorOption => (generator === undefined ? {} : { generator });

registerMethod("uniform_", "Tensor.uniform_", "input, from=0, to=1, generator=null", (x: Tensor, o: Named) =>
  x.uniform_(o["from"], o["to"], only(o)),
);
registerMethod("normal_", "Tensor.normal_", "input, mean=0, std=1, generator=null", (x: Tensor, o: Named) =>
  x.normal_(o["mean"], o["std"], only(o)),
);
registerMethod("exponential_", "Tensor.exponential_", "input, lambd=1, generator=null", (x: Tensor, o: Named) =>
  x.exponential_(o["lambd"], only(o)),
);
registerMethod("cauchy_", "Tensor.cauchy_", "input, median=0, sigma=1, generator=null", (x: Tensor, o: Named) =>
  x.cauchy_(o["median"], o["sigma"], only(o)),
);
registerMethod("logNormal_", "Tensor.log_normal_", "input, mean=1, std=2, generator=null", (x: Tensor, o: Named) =>
  x.logNormal_(o["mean"], o["std"], only(o)),
);
registerMethod("geometric_", "Tensor.geometric_", "input, p, generator=null", (x: Tensor, p: number, o: Named) =>
  x.geometric_(p, only(o)),
);
registerMethod("bernoulli_", "Tensor.bernoulli_", "input, p=0.5, generator=null", (x: Tensor, o: Named) =>
  x.bernoulli_(o["p"], only(o)),
);
registerMethod("random_", "Tensor.random_", "input, from=0, to=null, generator=null", (x: Tensor, o: Named) =>
  x.random_(o["from"], o["to"], only(o)),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Replaces all elements by random numbers from the uniform distribution on [from, to), by default [0, 1).
     * @throws DTypeError for integers and bools; ArgumentError when `from` is above `to`; GradError for a leaf that requires a gradient.
     * @example zeros([3]).uniform_(2, 2).toArray(); // [2, 2, 2]
     */
    uniform_(from?: number, to?: number, options?: GeneratorOption): Tensor;
    /**
     * Replaces all elements by random numbers from the normal distribution, by default with mean 0 and standard deviation 1.
     * @throws DTypeError for integers and bools; ArgumentError for a negative standard deviation; GradError for a leaf that requires a gradient.
     * @example zeros([2]).normal_(5, 0).toArray(); // [5, 5]
     */
    normal_(mean?: number, std?: number, options?: GeneratorOption): Tensor;
    /**
     * Replaces all elements by random numbers from the exponential distribution with density λ exp(-λ x), by default λ = 1.
     * @throws DTypeError for integers and bools; ArgumentError unless `lambd` is above 0.
     * @example zeros([3]).exponential_(2).gt(0).all().item(); // 1
     */
    exponential_(lambd?: number, options?: GeneratorOption): Tensor;
    /**
     * Replaces all elements by random numbers from the Cauchy distribution with the given median and scale, by default 0 and 1.
     * @throws DTypeError for integers and bools; ArgumentError unless `sigma` is above 0.
     * @example zeros([3]).cauchy_().shape; // [3]
     */
    cauchy_(median?: number, sigma?: number, options?: GeneratorOption): Tensor;
    /**
     * Replaces all elements by exp(z) for random z from the normal distribution with the given mean and standard deviation, by default 1 and 2.
     * @throws DTypeError for integers and bools; ArgumentError unless `std` is above 0.
     * @example zeros([3]).logNormal_().gt(0).all().item(); // 1
     */
    logNormal_(mean?: number, std?: number, options?: GeneratorOption): Tensor;
    /**
     * Replaces all elements by random numbers of trials until the first success, 1, 2, …, where each trial succeeds with probability `p`.
     * @throws DTypeError for bools; ArgumentError for a `p` outside of (0, 1).
     * @example zeros([3]).geometric_(0.5).ge(1).all().item(); // 1
     */
    geometric_(p: number, options?: GeneratorOption): Tensor;
    /**
     * Replaces each element by 1 with probability `p`, else by 0. A tensor of probabilities is broadcast.
     * @throws ArgumentError for a probability outside of [0, 1]; ShapeError when the probabilities do not broadcast to the shape of this tensor.
     * @example zeros([2]).bernoulli_(tensor([0, 1])).toArray(); // [0, 1]
     */
    bernoulli_(p?: number | Tensor, options?: GeneratorOption): Tensor;
    /**
     * Replaces all elements by random integers from `from` to `to` - 1, all equally likely; without `to`, up to the largest integer of the dtype, and for floats up to the
     * largest of which all smaller ones are exact.
     * @throws ArgumentError when `from` and `to` are no integers, or `from` is not below `to`.
     * @example zeros([3]).random_(4, 5).toArray(); // [4, 4, 4]
     */
    random_(from?: number, to?: number | null, options?: GeneratorOption): Tensor;
  }
}
