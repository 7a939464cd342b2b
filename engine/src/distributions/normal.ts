/** The normal distribution and those that it makes. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { randn } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, type Parameter, randomLike, type SampleOptions } from "./distribution.ts";
import { requireWithin } from "./support.ts";

const halfLogTau = Math.log(2 * Math.PI) / 2;

/**
 * The normal distribution N(loc, scale²).
 * @throws ArgumentError for a scale that is not positive.
 * @example new distributions.Normal(0, 1).logProb(tensor(0)).item().toFixed(4); // "-0.9189"
 */
export class Normal extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter) {
    checkNew(new.target, arguments);
    const [m, s] = broadcastParameters(new.target.name, { loc, scale }, { loc: "real", scale: "positive" });
    super(m.shape);
    this.loc = m;
    this.scale = s;
  }

  get mean(): Tensor {
    return this.loc;
  }

  get variance(): Tensor {
    return this.scale.square();
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return randn(shape, randomLike(this.loc, options)).mul(this.scale).add(this.loc);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    return value.sub(this.loc).div(this.scale).square().div(-2).sub(this.scale.log()).sub(halfLogTau);
  }

  override entropy(): Tensor {
    return this.scale.log().add(halfLogTau + 0.5);
  }

  override cdf(value: Tensor): Tensor {
    return value.sub(this.loc).div(this.scale.mul(Math.SQRT2)).erf().add(1).div(2);
  }

  override icdf(probability: Tensor): Tensor {
    return probability.mul(2).sub(1).erfinv().mul(this.scale.mul(Math.SQRT2)).add(this.loc);
  }
}

/**
 * The distribution of exp(x) for normal x.
 * @throws ArgumentError for a scale that is not positive.
 * @example new distributions.LogNormal(0, 1).mean.item().toFixed(4); // "1.6487"
 */
export class LogNormal extends Distribution {
  readonly base: Normal;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter) {
    checkNew(new.target, arguments);
    const [m, s] = broadcastParameters("LogNormal", { loc, scale }, { loc: "real", scale: "positive" });
    const base = new Normal(m, s);
    super(base.batchShape);
    this.base = base;
  }

  get mean(): Tensor {
    return this.base.loc.add(this.base.variance.div(2)).exp();
  }

  get variance(): Tensor {
    const { loc, variance } = this.base;
    return variance.expm1().mul(loc.mul(2).add(variance).exp());
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const { loc, scale } = this.base;
    return randn(shape, randomLike(loc, options)).mul(scale).add(loc).exp();
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "positive");
    return this.base.logProb(value.log()).sub(value.log());
  }

  override entropy(): Tensor {
    return this.base.entropy().add(this.base.loc);
  }

  override cdf(value: Tensor): Tensor {
    return this.base.cdf(value.log());
  }

  override icdf(probability: Tensor): Tensor {
    return this.base.icdf(probability).exp();
  }
}

/**
 * The distribution of |x| for x from N(0, scale²).
 * @throws ArgumentError for a scale that is not positive.
 * @example new distributions.HalfNormal(1).mean.item().toFixed(4); // "0.7979"
 */
export class HalfNormal extends Distribution {
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(scale: Parameter) {
    checkNew(new.target, arguments);
    const [s] = broadcastParameters("HalfNormal", { scale }, { scale: "positive" });
    super(s.shape);
    this.scale = s;
  }

  get mean(): Tensor {
    return this.scale.mul(Math.sqrt(2 / Math.PI));
  }

  get variance(): Tensor {
    return this.scale.square().mul(1 - 2 / Math.PI);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return randn(shape, randomLike(this.scale, options)).abs().mul(this.scale);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "non-negative");
    return value
      .div(this.scale)
      .square()
      .div(-2)
      .sub(this.scale.log())
      .add(Math.LN2 - halfLogTau);
  }

  override entropy(): Tensor {
    return this.scale.log().add(halfLogTau + 0.5 - Math.LN2);
  }

  override cdf(value: Tensor): Tensor {
    return value.div(this.scale.mul(Math.SQRT2)).erf();
  }

  override icdf(probability: Tensor): Tensor {
    return probability.erfinv().mul(this.scale.mul(Math.SQRT2));
  }
}
