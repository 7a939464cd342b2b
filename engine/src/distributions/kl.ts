/** Kullback-Leibler divergences in closed form. */

import { eulerGamma } from "../ops/elementwise/gamma-function.ts";
import { solveTriangular } from "../ops/linalg/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Categorical, OneHotCategorical } from "./categorical.ts";
import { Independent } from "./compound.ts";
import { Bernoulli, Binomial, Geometric, Poisson } from "./discrete.ts";
import { type Distribution, sumLast } from "./distribution.ts";
import { Gamma, InverseGamma } from "./gammas.ts";
import { Exponential, Pareto, Uniform } from "./intervals.ts";
import { Cauchy, Gumbel, HalfCauchy, Laplace } from "./location-scale.ts";
import { MultivariateNormal } from "./multivariate-normal.ts";
import { HalfNormal, LogNormal, Normal } from "./normal.ts";
import { Beta, Dirichlet } from "./proportions.ts";

type Rule<P extends Distribution, Q extends Distribution> = (p: P, q: Q) => Tensor;

/** A class whose constructor is not called. */
type Class<T extends Distribution> = abstract new (...args: never[]) => T;

/** A rule for two classes. */
interface Entry {
  readonly p: Class<Distribution>;
  readonly q: Class<Distribution>;
  readonly rule: Rule<Distribution, Distribution>;
}

const entry = <P extends Distribution, Q extends Distribution>(p: Class<P>, q: Class<Q>, rule: Rule<P, Q>): Entry => ({
  p,
  q,
  rule: rule as Rule<Distribution, Distribution>,
});

const infinite = (t: Tensor): Tensor => t.detach().mul(0).add(Number.POSITIVE_INFINITY);

const normals: Rule<Normal, Normal> = (p, q) => {
  const ratio = p.scale.div(q.scale).square();
  const distance = p.loc.sub(q.loc).div(q.scale).square();
  return ratio.add(distance).sub(1).sub(ratio.log()).div(2);
};

const gammas: Rule<Gamma, Gamma> = (p, q) =>
  q.concentration
    .mul(p.rate.div(q.rate).log())
    .add(q.concentration.lgamma().sub(p.concentration.lgamma()))
    .add(p.concentration.sub(q.concentration).mul(p.concentration.digamma()))
    .add(q.rate.sub(p.rate).mul(p.concentration.div(p.rate)));

/** log(((s + t)² + d²) / (4 s t)) for the scales s and t and the distance d (Chyzak and Nielsen 2019). */
const cauchys = (s: Tensor, t: Tensor, distance: Tensor): Tensor =>
  s.add(t).square().add(distance.square()).log().sub(s.mul(t).mul(4).log());

/** Σ p (log p - log q), infinite where p has probability that q has not. */
const classes: Rule<Categorical, Categorical> = (p, q) => {
  const terms = p.probs.mul(p.logits.sub(q.logits)).where(p.probs.gt(0), 0);
  const impossible = q.probs.eq(0).logicalAnd(p.probs.gt(0));
  return terms.where(impossible.logicalNot(), Number.POSITIVE_INFINITY).sum(-1);
};

const bernoullis: Rule<Bernoulli, Bernoulli> = (p, q) => {
  const one = p.probs.mul(p.probs.div(q.probs).log()).where(p.probs.ne(0), 0);
  const zero = p.probs.neg().add(1);
  const other = zero.mul(zero.div(q.probs.neg().add(1)).log()).where(zero.ne(0), 0);
  return one.add(other);
};

const betas: Rule<Beta, Beta> = (p, q) => {
  const [a, b, c, d] = [p.concentration1, p.concentration0, q.concentration1, q.concentration0];
  const total = a.add(b);
  return c
    .lgamma()
    .add(d.lgamma())
    .add(total.lgamma())
    .sub(c.add(d).lgamma())
    .sub(a.lgamma())
    .sub(b.lgamma())
    .add(a.sub(c).mul(a.digamma()))
    .add(b.sub(d).mul(b.digamma()))
    .add(c.add(d).sub(total).mul(total.digamma()));
};

const dirichlets: Rule<Dirichlet, Dirichlet> = (p, q) => {
  const [a, b] = [p.concentration, q.concentration];
  const total = a.sum(-1, true);
  const norms = a.sum(-1).lgamma().sub(b.sum(-1).lgamma()).sub(a.lgamma().sub(b.lgamma()).sum(-1));
  return norms.add(a.sub(b).mul(a.digamma().sub(total.digamma())).sum(-1));
};

const vectors: Rule<MultivariateNormal, MultivariateNormal> = (p, q) => {
  const [k] = p.eventShape;
  const logDet = (n: MultivariateNormal): Tensor => n.scaleTril.diagonal(0, -2, -1).log().sum(-1);
  const [mine, theirs] = [p.scaleTril.add(q.scaleTril.detach().mul(0)), q.scaleTril.add(p.scaleTril.detach().mul(0))];
  const spread = solveTriangular(theirs, mine, false).square().sum([-2, -1]);
  const difference = q.loc.sub(p.loc).unsqueeze(-1).add(mine.select(-1, 0).unsqueeze(-1).detach().mul(0));
  const distance = solveTriangular(theirs, difference, false).square().sum([-2, -1]);
  return logDet(q).sub(logDet(p)).add(spread.add(distance).sub(k).div(2));
};

const rules: readonly Entry[] = [
  entry(Normal, Normal, normals),
  entry(LogNormal, LogNormal, (p, q) => normals(p.base, q.base)),
  entry(HalfNormal, HalfNormal, (p, q) => {
    const ratio = p.scale.div(q.scale).square();
    return ratio.sub(1).sub(ratio.log()).div(2);
  }),
  entry(Gamma, Gamma, gammas),
  entry(Exponential, Exponential, (p, q) => {
    const ratio = q.rate.div(p.rate);
    return ratio.sub(1).sub(ratio.log());
  }),
  entry(Laplace, Laplace, (p, q) => {
    const distance = p.loc.sub(q.loc).abs();
    const ratio = p.scale.div(q.scale);
    return distance
      .div(q.scale)
      .add(ratio.mul(distance.div(p.scale).neg().exp()))
      .sub(1)
      .sub(ratio.log());
  }),
  entry(Cauchy, Cauchy, (p, q) => cauchys(p.scale, q.scale, p.loc.sub(q.loc))),
  entry(HalfCauchy, HalfCauchy, (p, q) => cauchys(p.scale, q.scale, p.scale.detach().mul(0))),
  entry(InverseGamma, InverseGamma, (p, q) => gammas(p.base, q.base)),
  entry(Pareto, Pareto, (p, q) => {
    const ratio = q.alpha.div(p.alpha);
    const inside = q.alpha.mul(p.scale.div(q.scale).log()).sub(ratio.log()).add(ratio).sub(1);
    return inside.where(p.scale.ge(q.scale), Number.POSITIVE_INFINITY);
  }),
  entry(Gumbel, Gumbel, (p, q) => {
    const ratio = p.scale.div(q.scale);
    const [mine, theirs] = [p.loc.div(q.scale), q.loc.div(q.scale)];
    const tail = theirs.sub(mine).add(ratio.add(1).lgamma()).exp();
    return ratio
      .log()
      .neg()
      .sub(theirs)
      .add(mine)
      .add(ratio.mul(eulerGamma))
      .add(tail)
      .sub(1 + eulerGamma);
  }),
  entry(Uniform, Uniform, (p, q) => {
    const ratio = q.high.sub(q.low).div(p.high.sub(p.low)).log();
    const isInside = q.low.le(p.low).logicalAnd(q.high.ge(p.high));
    return ratio.where(isInside, Number.POSITIVE_INFINITY);
  }),
  entry(Uniform, Normal, (p, q) => {
    const width = p.high.sub(p.low);
    const away = p.mean.sub(q.loc).square().add(width.square().div(12));
    return q.scale
      .mul(Math.sqrt(2 * Math.PI))
      .div(width)
      .log()
      .add(away.div(q.variance.mul(2)));
  }),
  entry(Normal, Uniform, (p, q) => infinite(p.loc.add(q.low))),
  entry(Beta, Beta, betas),
  entry(Dirichlet, Dirichlet, dirichlets),
  entry(Bernoulli, Bernoulli, bernoullis),
  entry(Binomial, Binomial, (p, q) => {
    const same = bernoullis(new Bernoulli({ logits: p.logits }), new Bernoulli({ logits: q.logits }));
    if (p.totalCount.lt(q.totalCount).any().item())
      throw new ArgumentError(
        "klDivergence",
        "the count of the first binomial distribution is below that of the second",
      );
    return p.totalCount.mul(same).where(p.totalCount.le(q.totalCount), Number.POSITIVE_INFINITY);
  }),
  entry(Poisson, Poisson, (p, q) => p.rate.mul(p.rate.log().sub(q.rate.log())).sub(p.rate.sub(q.rate))),
  entry(Geometric, Geometric, (p, q) => {
    const failing = q.probs.neg().log1p();
    return p.entropy().neg().sub(failing.div(p.probs)).sub(q.probs.log().sub(failing));
  }),
  entry(Categorical, Categorical, classes),
  entry(OneHotCategorical, OneHotCategorical, (p, q) => classes(p.base, q.base)),
  entry(MultivariateNormal, MultivariateNormal, vectors),
];

/**
 * Returns the Kullback-Leibler divergence KL(p || q) in nats, [...batchShape]: the mean, over values of p, of log p - log q.
 * @throws ArgumentError for pairs of distributions for which no closed form is known here.
 * @example distributions.klDivergence(new distributions.Normal(1, 1), new distributions.Normal(0, 1)).item(); // 0.5
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  if (p instanceof Independent && q instanceof Independent) {
    if (p.reinterpretedBatchNdims !== q.reinterpretedBatchNdims)
      throw new ArgumentError("klDivergence", "the distributions have events of different numbers of dimensions");
    return sumLast(klDivergence(p.base, q.base), p.reinterpretedBatchNdims);
  }
  const found = rules.find((rule) => p instanceof rule.p && q instanceof rule.q);
  if (found === undefined)
    throw new ArgumentError("klDivergence", `no closed form for ${p.constructor.name} and ${q.constructor.name}`);
  return found.rule(p, q);
}
