/** Distributions of a location and a scale, sampled by the inverse of their distribution function. */

import { eulerGamma } from "../ops/elementwise/gamma-function.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { rand } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, type Parameter, randomLike, type SampleOptions } from "./distribution.ts";
import { requireWithin } from "./support.ts";

/**
 * The Laplace distribution, with the density exp(-|x - loc| / scale) / (2 scale).
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Laplace(0, 1).variance.item(); // 2
 */
export class Laplace extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters("Laplace", { loc, scale }, { loc: "real", scale: "positive" });
    super(p0.shape);
    this.loc = p0;
    this.scale = p1;
  }

  get mean(): Tensor {
    return this.loc;
  }

  get variance(): Tensor {
    return this.scale.square().mul(2);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const u = rand(shape, randomLike(this.loc, options)).sub(0.5);
    return this.loc.sub(this.scale.mul(u.sign().mul(u.abs().mul(-2).log1p())));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    return value.sub(this.loc).abs().neg().div(this.scale).sub(this.scale.mul(2).log());
  }

  override entropy(): Tensor {
    return this.scale.mul(2).log().add(1);
  }

  override cdf(value: Tensor): Tensor {
    const z = value.sub(this.loc);
    return z.sign().mul(z.abs().neg().div(this.scale).expm1()).mul(-0.5).add(0.5);
  }

  override icdf(probability: Tensor): Tensor {
    const u = probability.sub(0.5);
    return this.loc.sub(this.scale.mul(u.sign().mul(u.abs().mul(-2).log1p())));
  }
}

/**
 * The Cauchy distribution, which has no mean and an infinite variance.
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Cauchy(0, 1).cdf(tensor(1)).item(); // 0.75
 */
export class Cauchy extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters("Cauchy", { loc, scale }, { loc: "real", scale: "positive" });
    super(p0.shape);
    this.loc = p0;
    this.scale = p1;
  }

  get mean(): Tensor {
    return this.loc.detach().mul(Number.NaN);
  }

  get variance(): Tensor {
    return this.scale.detach().mul(Number.POSITIVE_INFINITY);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.loc, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    return value.sub(this.loc).div(this.scale).square().log1p().neg().sub(this.scale.log()).sub(Math.log(Math.PI));
  }

  override entropy(): Tensor {
    return this.scale.log().add(Math.log(4 * Math.PI));
  }

  override cdf(value: Tensor): Tensor {
    return value.sub(this.loc).div(this.scale).atan().div(Math.PI).add(0.5);
  }

  override icdf(probability: Tensor): Tensor {
    return probability.sub(0.5).mul(Math.PI).tan().mul(this.scale).add(this.loc);
  }
}

/**
 * The distribution of |x| for x from a Cauchy distribution around 0. Its mean and variance are infinite.
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.HalfCauchy(1).cdf(tensor(1)).item(); // 0.5
 */
export class HalfCauchy extends Distribution {
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(scale: Parameter) {
    checkNew(new.target, arguments);
    const [p0] = broadcastParameters("HalfCauchy", { scale }, { scale: "positive" });
    super(p0.shape);
    this.scale = p0;
  }

  get mean(): Tensor {
    return this.scale.detach().mul(Number.POSITIVE_INFINITY);
  }

  get variance(): Tensor {
    return this.scale.detach().mul(Number.POSITIVE_INFINITY);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.icdf(rand(shape, randomLike(this.scale, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "non-negative");
    return value
      .div(this.scale)
      .square()
      .log1p()
      .neg()
      .sub(this.scale.log())
      .add(Math.log(2 / Math.PI));
  }

  override entropy(): Tensor {
    return this.scale.log().add(Math.log(2 * Math.PI));
  }

  override cdf(value: Tensor): Tensor {
    return value
      .div(this.scale)
      .atan()
      .mul(2 / Math.PI);
  }

  override icdf(probability: Tensor): Tensor {
    return probability
      .mul(Math.PI / 2)
      .tan()
      .mul(this.scale);
  }
}

/**
 * The Gumbel distribution of extremes, with the distribution function exp(-exp(-(x - loc) / scale)).
 * @throws ArgumentError for parameters outside of their domain.
 * @example new distributions.Gumbel(0, 1).mean.item().toFixed(4); // "0.5772"
 */
export class Gumbel extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter) {
    checkNew(new.target, arguments);
    const [p0, p1] = broadcastParameters("Gumbel", { loc, scale }, { loc: "real", scale: "positive" });
    super(p0.shape);
    this.loc = p0;
    this.scale = p1;
  }

  get mean(): Tensor {
    return this.loc.add(this.scale.mul(eulerGamma));
  }

  get variance(): Tensor {
    return this.scale.square().mul(Math.PI ** 2 / 6);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    // 1 - u is above 0
    return this.icdf(rand(shape, randomLike(this.loc, options)).neg().add(1));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    const z = this.loc.sub(value).div(this.scale);
    return z.sub(z.exp()).sub(this.scale.log());
  }

  override entropy(): Tensor {
    return this.scale.log().add(1 + eulerGamma);
  }

  override cdf(value: Tensor): Tensor {
    return this.loc.sub(value).div(this.scale).exp().neg().exp();
  }

  override icdf(probability: Tensor): Tensor {
    return this.loc.sub(probability.log().neg().log().mul(this.scale));
  }
}
