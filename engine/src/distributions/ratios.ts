/** Distributions of ratios with gamma variables: Student's t and F. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { randn } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, type Parameter, randomLike, type SampleOptions } from "./distribution.ts";
import { gammaOf, logBeta } from "./standard-gamma.ts";
import { requireWithin } from "./support.ts";

/**
 * Student's t distribution with `df` degrees of freedom, moved by `loc` and stretched by `scale`.
 * @throws ArgumentError for degrees of freedom or a scale that are not positive.
 * @example new distributions.StudentT(4).variance.item(); // 2
 */
export class StudentT extends Distribution {
  readonly df: Tensor;
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(df: Parameter, loc: Parameter = 0, scale: Parameter = 1) {
    checkNew(new.target, arguments);
    const sets = { df: "positive", loc: "real", scale: "positive" } as const;
    const [k, m, s] = broadcastParameters("StudentT", { df, loc, scale }, sets);
    super(k.shape);
    this.df = k;
    this.loc = m;
    this.scale = s;
  }

  get mean(): Tensor {
    return this.loc.where(this.df.gt(1), Number.NaN);
  }

  get variance(): Tensor {
    const finite = this.scale.square().mul(this.df).div(this.df.sub(2));
    return finite.where(this.df.gt(2), Number.POSITIVE_INFINITY).where(this.df.gt(1), Number.NaN);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const z = randn(shape, randomLike(this.loc, options));
    const chi2 = gammaOf(this.df.div(2), shape, options).mul(2);
    return z.mul(chi2.div(this.df).rsqrt()).mul(this.scale).add(this.loc);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "real");
    const k = this.df;
    const z = value.sub(this.loc).div(this.scale);
    const norm = this.scale.log().add(k.mul(Math.PI).log().div(2)).add(k.div(2).lgamma()).sub(k.add(1).div(2).lgamma());
    return k.add(1).div(-2).mul(z.square().div(k).log1p()).sub(norm);
  }

  override entropy(): Tensor {
    const k = this.df;
    const [half, next] = [k.div(2), k.add(1).div(2)];
    const beta = half
      .lgamma()
      .add(0.5 * Math.log(Math.PI))
      .sub(next.lgamma());
    return this.scale
      .log()
      .add(next.mul(next.digamma().sub(half.digamma())))
      .add(k.log().div(2))
      .add(beta);
  }
}

/**
 * The F distribution of Fisher and Snedecor: of the ratio of two χ² variables, each divided by its degrees of freedom.
 * @throws ArgumentError for degrees of freedom that are not positive.
 * @example new distributions.FisherSnedecor(2, 4).mean.item(); // 2
 */
export class FisherSnedecor extends Distribution {
  readonly df1: Tensor;
  readonly df2: Tensor;
  override readonly hasRsample = true;

  constructor(df1: Parameter, df2: Parameter) {
    checkNew(new.target, arguments);
    const [a, b] = broadcastParameters("FisherSnedecor", { df1, df2 }, { df1: "positive", df2: "positive" });
    super(a.shape);
    this.df1 = a;
    this.df2 = b;
  }

  get mean(): Tensor {
    return this.df2.div(this.df2.sub(2)).where(this.df2.gt(2), Number.NaN);
  }

  get variance(): Tensor {
    const [a, b] = [this.df1, this.df2];
    const finite = b
      .square()
      .mul(a.add(b).sub(2))
      .mul(2)
      .div(a.mul(b.sub(2).square()).mul(b.sub(4)));
    return finite.where(b.gt(4), Number.NaN);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const over = gammaOf(this.df1.div(2), shape, options).div(this.df1);
    return over.div(gammaOf(this.df2.div(2), shape, options).div(this.df2));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "positive");
    const [a, b] = [this.df1.div(2), this.df2.div(2)];
    const ratio = this.df1.div(this.df2);
    return a
      .mul(ratio.log())
      .add(a.sub(1).mul(value.log()))
      .sub(a.add(b).mul(ratio.mul(value).log1p()))
      .sub(logBeta(a, b));
  }
}
