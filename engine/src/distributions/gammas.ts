/** The gamma distribution and those that it makes. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, type Parameter, type SampleOptions } from "./distribution.ts";
import { gammaOf } from "./standard-gamma.ts";
import { requireWithin } from "./support.ts";

/**
 * The gamma distribution, with the density rate^α x^(α - 1) exp(-rate x) / Γ(α). Gradients of samples are implicit ones.
 * @throws ArgumentError for parameters that are not positive.
 * @example new distributions.Gamma(3, 2).mean.item(); // 1.5
 */
export class Gamma extends Distribution {
  readonly concentration: Tensor;
  readonly rate: Tensor;
  override readonly hasRsample = true;

  constructor(concentration: Parameter, rate: Parameter) {
    // a subclass has checked its own
    if (new.target === Gamma) checkNew(new.target, arguments);
    const sets = { concentration: "positive", rate: "positive" } as const;
    const [a, r] = broadcastParameters(new.target.name, { concentration, rate }, sets);
    super(a.shape);
    this.concentration = a;
    this.rate = r;
  }

  get mean(): Tensor {
    return this.concentration.div(this.rate);
  }

  get variance(): Tensor {
    return this.concentration.div(this.rate.square());
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return gammaOf(this.concentration, shape, options).div(this.rate);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "non-negative");
    const [a, r] = [this.concentration, this.rate];
    return a.xlogy(r).add(a.sub(1).xlogy(value)).sub(r.mul(value)).sub(a.lgamma());
  }

  override entropy(): Tensor {
    const a = this.concentration;
    return a.sub(this.rate.log()).add(a.lgamma()).add(a.neg().add(1).mul(a.digamma()));
  }

  override cdf(value: Tensor): Tensor {
    return this.concentration.igamma(value.mul(this.rate));
  }
}

/**
 * The χ² distribution with `df` degrees of freedom.
 * @throws ArgumentError for degrees of freedom that are not positive.
 * @example new distributions.Chi2(3).variance.item(); // 6
 */
export class Chi2 extends Gamma {
  readonly df: Tensor;

  constructor(df: Parameter) {
    checkNew(new.target, arguments);
    const [k] = broadcastParameters("Chi2", { df }, { df: "positive" });
    super(k.div(2), 0.5);
    this.df = k;
  }
}

/**
 * The distribution of 1 / x for x from a gamma distribution.
 * @throws ArgumentError for parameters that are not positive.
 * @example new distributions.InverseGamma(3, 2).mean.item(); // 1
 */
export class InverseGamma extends Distribution {
  readonly base: Gamma;
  override readonly hasRsample = true;

  constructor(concentration: Parameter, rate: Parameter) {
    checkNew(new.target, arguments);
    const sets = { concentration: "positive", rate: "positive" } as const;
    const [a, r] = broadcastParameters("InverseGamma", { concentration, rate }, sets);
    super(a.shape);
    this.base = new Gamma(a, r);
  }

  get concentration(): Tensor {
    return this.base.concentration;
  }

  get rate(): Tensor {
    return this.base.rate;
  }

  get mean(): Tensor {
    const a = this.concentration;
    return this.rate.div(a.sub(1)).where(a.gt(1), Number.POSITIVE_INFINITY);
  }

  get variance(): Tensor {
    const a = this.concentration;
    const finite = this.rate.square().div(a.sub(1).square().mul(a.sub(2)));
    return finite.where(a.gt(2), Number.POSITIVE_INFINITY);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return this.rate.div(gammaOf(this.concentration, shape, options));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "positive");
    return this.base.logProb(value.reciprocal()).sub(value.log().mul(2));
  }

  override entropy(): Tensor {
    const a = this.concentration;
    return a.add(this.rate.log()).add(a.lgamma()).sub(a.add(1).mul(a.digamma()));
  }

  override cdf(value: Tensor): Tensor {
    return this.concentration.igammac(this.rate.div(value));
  }
}
