/** Distributions on half-lines and intervals, sampled by the inverse of their distribution function. */

import { eulerGamma } from "../ops/elementwise/gamma-function.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { rand } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, type Parameter, randomLike, type SampleOptions } from "./distribution.ts";
import { requireWithin } from "./support.ts";

/**
 * The uniform distribution on [low, high).
 * @throws ArgumentError unless low is below high.
 * @example new distributions.Uniform(0, 4).mean.item(); // 2
 */
export class Uniform extends Distribution {
  readonly low: Tensor;
  readonly high: Tensor;
  override readonly hasRsample = true;

  constructor(low: Parameter, high: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters("Uniform", { low, high }, { low: "real", high: "real" });
    if (p1.le(p0).any().item()) throw new ArgumentError("Uniform", "low must be below high");
    super(p0.shape);
    this.low = p0;
    this.high = p1;
  }

  get mean(): Tensor {
    return this.low.add(this.high).div(2);
  }

  get variance(): Tensor {
    return this.high.sub(this.low).square().div(12);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.low, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    const within = value.ge(this.low).mul(value.lt(this.high)).to(value.dtype);
    return within.log().sub(this.high.sub(this.low).log());
  }

  override entropy(): Tensor {
    return this.high.sub(this.low).log();
  }

  override cdf(value: Tensor): Tensor {
    return value.sub(this.low).div(this.high.sub(this.low)).clamp(0, 1);
  }

  override icdf(probability: Tensor): Tensor {
    return probability.mul(this.high.sub(this.low)).add(this.low);
  }
}

/**
 * The exponential distribution, with the density rate · exp(-rate · x).
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Exponential(4).mean.item(); // 0.25
 */
export class Exponential extends Distribution {
  readonly rate: Tensor;
  override readonly hasRsample = true;

  constructor(rate: Parameter) {
    checkNew(new.target, arguments);
    const [p0] = broadcastParameters("Exponential", { rate }, { rate: "positive" });
    super(p0.shape);
    this.rate = p0;
  }

  get mean(): Tensor {
    return this.rate.reciprocal();
  }

  get variance(): Tensor {
    return this.rate.pow(-2);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.rate, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "non-negative");
    return this.rate.log().sub(this.rate.mul(value));
  }

  override entropy(): Tensor {
    return this.rate.log().neg().add(1);
  }

  override cdf(value: Tensor): Tensor {
    return this.rate.mul(value).neg().expm1().neg();
  }

  override icdf(probability: Tensor): Tensor {
    return probability.neg().log1p().neg().div(this.rate);
  }
}

/**
 * The Weibull distribution, with the distribution function 1 - exp(-(x / scale)^concentration).
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Weibull(2, 1).mean.item(); // 2
 */
export class Weibull extends Distribution {
  readonly scale: Tensor;
  readonly concentration: Tensor;
  override readonly hasRsample = true;

  constructor(scale: Parameter, concentration: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters(
      "Weibull",
      { scale, concentration },
      { scale: "positive", concentration: "positive" },
    );
    super(p0.shape);
    this.scale = p0;
    this.concentration = p1;
  }

  get mean(): Tensor {
    return this.scale.mul(this.concentration.reciprocal().add(1).lgamma().exp());
  }

  get variance(): Tensor {
    const [first, second] = [1, 2].map((n) => this.concentration.reciprocal().mul(n).add(1).lgamma());
    return this.scale.square().mul(second.exp().sub(first.mul(2).exp()));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.scale, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "non-negative");
    const z = value.div(this.scale);
    const k = this.concentration;
    return k.log().sub(this.scale.log()).add(k.sub(1).mul(z.log())).sub(z.pow(k));
  }

  override entropy(): Tensor {
    const k = this.concentration;
    return k.reciprocal().neg().add(1).mul(eulerGamma).add(this.scale.div(k).log()).add(1);
  }

  override cdf(value: Tensor): Tensor {
    return value.div(this.scale).pow(this.concentration).neg().expm1().neg();
  }

  override icdf(probability: Tensor): Tensor {
    return probability.neg().log1p().neg().pow(this.concentration.reciprocal()).mul(this.scale);
  }
}

/**
 * The Pareto distribution on [scale, ∞), with the density α scale^α / x^(α + 1).
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Pareto(1, 2).mean.item(); // 2
 */
export class Pareto extends Distribution {
  readonly scale: Tensor;
  readonly alpha: Tensor;
  override readonly hasRsample = true;

  constructor(scale: Parameter, alpha: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters("Pareto", { scale, alpha }, { scale: "positive", alpha: "positive" });
    super(p0.shape);
    this.scale = p0;
    this.alpha = p1;
  }

  get mean(): Tensor {
    const a = this.alpha.clamp(1);
    return a.mul(this.scale).div(a.sub(1));
  }

  get variance(): Tensor {
    const a = this.alpha.clamp(2);
    return this.scale
      .square()
      .mul(a)
      .div(a.sub(1).square().mul(a.sub(2)));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.scale, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "positive");
    const a = this.alpha;
    const within = value.ge(this.scale).to(value.dtype).log();
    return a.log().add(a.mul(this.scale.log())).sub(a.add(1).mul(value.log())).add(within);
  }

  override entropy(): Tensor {
    const a = this.alpha;
    return this.scale.div(a).log().add(a.reciprocal()).add(1);
  }

  override cdf(value: Tensor): Tensor {
    return this.scale.div(value).pow(this.alpha).neg().add(1).clamp(0);
  }

  override icdf(probability: Tensor): Tensor {
    return this.scale.mul(probability.neg().log1p().neg().div(this.alpha).exp());
  }
}

/**
 * The Kumaraswamy distribution on (0, 1), with the distribution function 1 - (1 - x^a)^b.
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Kumaraswamy(1, 1).mean.item(); // 0.5
 */
export class Kumaraswamy extends Distribution {
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;
  override readonly hasRsample = true;

  constructor(concentration1: Parameter, concentration0: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters(
      "Kumaraswamy",
      { concentration1, concentration0 },
      { concentration1: "positive", concentration0: "positive" },
    );
    super(p0.shape);
    this.concentration1 = p0;
    this.concentration0 = p1;
  }

  /** Returns E xⁿ = b B(1 + n / a, b). */
  #moment(n: number): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const first = a.reciprocal().mul(n).add(1);
    return b.mul(first.lgamma().add(b.lgamma()).sub(first.add(b).lgamma()).exp());
  }

  get mean(): Tensor {
    return this.#moment(1);
  }

  get variance(): Tensor {
    return this.#moment(2).sub(this.#moment(1).square());
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.concentration1, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "in [0, 1]");
    const [a, b] = [this.concentration1, this.concentration0];
    return a
      .log()
      .add(b.log())
      .add(a.sub(1).mul(value.log()))
      .add(b.sub(1).mul(value.pow(a).neg().log1p()));
  }

  override entropy(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const harmonic = b.add(1).digamma().add(eulerGamma);
    return b.reciprocal().neg().add(1).add(a.reciprocal().neg().add(1).mul(harmonic)).sub(a.log()).sub(b.log());
  }

  override cdf(value: Tensor): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    return value.pow(a).neg().log1p().mul(b).expm1().neg();
  }

  override icdf(probability: Tensor): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    return probability.neg().log1p().div(b).expm1().neg().pow(a.reciprocal());
  }
}
