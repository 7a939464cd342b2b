/** The exports of `distributions`: probability distributions. */
export { Categorical, type ClassParameters, Multinomial, OneHotCategorical } from "./categorical.ts";
export { Independent, MixtureSameFamily } from "./compound.ts";
export { Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson, type ProbsOrLogits } from "./discrete.ts";
export { Distribution, type Parameter, type SampleOptions } from "./distribution.ts";
export { Chi2, Gamma, InverseGamma } from "./gammas.ts";
export { Exponential, Kumaraswamy, Pareto, Uniform, Weibull } from "./intervals.ts";
export { klDivergence } from "./kl.ts";
export { Cauchy, Gumbel, HalfCauchy, Laplace } from "./location-scale.ts";
export { type CovarianceParameters, MultivariateNormal } from "./multivariate-normal.ts";
export { HalfNormal, LogNormal, Normal } from "./normal.ts";
export { Beta, Dirichlet } from "./proportions.ts";
export { FisherSnedecor, StudentT } from "./ratios.ts";
