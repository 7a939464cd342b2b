/** Distributions of integers. Their samples have no gradients; those of expectations are in `estimators`. */
import { binomial, poisson } from "../ops/random/counts.ts";
import { xlog1py } from "../ops/special/xlog1py.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { rand } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  broadcastParameters,
  Distribution,
  type Parameter,
  randomLike,
  requireOneOf,
  type SampleOptions,
} from "./distribution.ts";
import { standardGamma } from "./standard-gamma.ts";
import { requireWithin } from "./support.ts";

/** Probabilities, or their logits log(p / (1 - p)). */
export interface ProbsOrLogits {
  readonly probs?: Parameter;
  readonly logits?: Parameter;
}

/** Returns the generator option of ops. */
const withGenerator = ({ generator }: SampleOptions): { generator?: NonNullable<SampleOptions["generator"]> } =>
  generator === undefined ? {} : { generator };

/** Returns logits, from probabilities that are kept away from 0 and 1 by the machine epsilon as in PyTorch. */
function logitsOf(op: string, parameters: ProbsOrLogits): Tensor {
  requireOneOf(op, parameters);
  const { probs, logits } = parameters;
  if (logits !== undefined) return broadcastParameters(op, { logits }, { logits: "real" })[0];
  const [p] = broadcastParameters(op, { probs: probs as Parameter }, { probs: "in [0, 1]" });
  const eps = p.dtype === "float64" ? Number.EPSILON : 2 ** -23;
  const clamped = p.clamp(eps, 1 - eps);
  return clamped.log().sub(clamped.neg().log1p());
}

/** Returns log(1 + exp(x)). */
const softplus = (x: Tensor): Tensor => x.clamp(0).add(x.abs().neg().exp().log1p());

/**
 * The Bernoulli distribution: 1 with probability p, else 0.
 * @throws ArgumentError unless just one of `probs` and `logits` is given, and for probabilities outside of [0, 1].
 * @example new distributions.Bernoulli({ probs: 0.25 }).variance.item(); // 0.1875
 */
export class Bernoulli extends Distribution {
  readonly probs: Tensor;
  readonly logits: Tensor;

  constructor(parameters: ProbsOrLogits) {
    checkNew(new.target, arguments);
    const logits = logitsOf("Bernoulli", parameters);
    super(logits.shape);
    this.logits = logits;
    const { probs } = parameters;
    this.probs =
      probs === undefined ? logits.sigmoid() : broadcastParameters("Bernoulli", { probs }, { probs: "in [0, 1]" })[0];
  }

  get mean(): Tensor {
    return this.probs;
  }

  get variance(): Tensor {
    return this.probs.mul(this.probs.neg().add(1));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return rand(shape, randomLike(this.probs, options)).lt(this.probs).to(this.probs.dtype);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "0 or 1");
    return value.mul(this.logits).sub(softplus(this.logits));
  }

  override entropy(): Tensor {
    return softplus(this.logits).sub(this.probs.mul(this.logits));
  }
}

/**
 * The geometric distribution: the number of failures before the first success, of probability p.
 * @throws ArgumentError unless just one of `probs` and `logits` is given, and for probabilities outside of (0, 1].
 * @example new distributions.Geometric({ probs: 0.25 }).mean.item(); // 3
 */
export class Geometric extends Distribution {
  readonly probs: Tensor;

  constructor(parameters: ProbsOrLogits) {
    checkNew(new.target, arguments);
    requireOneOf("Geometric", parameters);
    const { probs } = parameters;
    const p =
      probs === undefined
        ? logitsOf("Geometric", parameters).sigmoid()
        : broadcastParameters("Geometric", { probs }, { probs: "in (0, 1]" })[0];
    super(p.shape);
    this.probs = p;
  }

  get mean(): Tensor {
    return this.probs.reciprocal().sub(1);
  }

  get variance(): Tensor {
    return this.probs.reciprocal().sub(1).div(this.probs);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const u = rand(shape, randomLike(this.probs, options)).neg().add(1);
    return u.log().div(this.probs.neg().log1p()).floor();
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "a non-negative integer");
    return xlog1py(value, this.probs.neg()).add(this.probs.log());
  }

  override entropy(): Tensor {
    const p = this.probs;
    return xlog1py(p.neg().add(1), p.neg()).add(p.xlogy(p)).neg().div(p);
  }
}

/**
 * The binomial distribution: the number of successes of probability p in `totalCount` trials.
 * @throws ArgumentError unless just one of `probs` and `logits` is given, for probabilities outside of [0, 1], and for a count that is no integer of at least 0.
 * @example new distributions.Binomial(10, { probs: 0.5 }).mean.item(); // 5
 */
export class Binomial extends Distribution {
  readonly totalCount: Tensor;
  readonly probs: Tensor;
  readonly logits: Tensor;

  constructor(totalCount: Parameter, parameters: ProbsOrLogits) {
    checkNew(new.target, arguments);
    const [n, logits] = broadcastParameters(
      "Binomial",
      { totalCount, logits: logitsOf("Binomial", parameters) },
      { totalCount: "a non-negative integer", logits: "real" },
    );
    super(n.shape);
    this.totalCount = n;
    this.logits = logits;
    const { probs } = parameters;
    this.probs =
      probs === undefined
        ? logits.sigmoid()
        : broadcastParameters("Binomial", { totalCount: n, probs }, { totalCount: "real", probs: "in [0, 1]" })[1];
  }

  get mean(): Tensor {
    return this.totalCount.mul(this.probs);
  }

  get variance(): Tensor {
    return this.mean.mul(this.probs.neg().add(1));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return binomial(this.totalCount.expand(shape), this.probs.expand(shape), withGenerator(options));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "a non-negative integer");
    const n = this.totalCount;
    const ways = n.add(1).lgamma().sub(value.add(1).lgamma()).sub(n.sub(value).add(1).lgamma());
    const within = value.le(n).to(this.logits.dtype).log();
    return ways
      .add(value.mul(this.logits))
      .sub(n.mul(softplus(this.logits)))
      .add(within);
  }
}

/**
 * The Poisson distribution of counts with a mean of `rate`.
 * @throws ArgumentError for a negative rate.
 * @example new distributions.Poisson(2).logProb(tensor(0)).item(); // -2
 */
export class Poisson extends Distribution {
  readonly rate: Tensor;

  constructor(rate: Parameter) {
    checkNew(new.target, arguments);
    const [r] = broadcastParameters("Poisson", { rate }, { rate: "non-negative" });
    super(r.shape);
    this.rate = r;
  }

  get mean(): Tensor {
    return this.rate;
  }

  get variance(): Tensor {
    return this.rate;
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return poisson(this.rate.expand(shape), withGenerator(options));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "a non-negative integer");
    return value.xlogy(this.rate).sub(this.rate).sub(value.add(1).lgamma());
  }
}

/**
 * The negative binomial distribution: the number of successes of probability p before `totalCount` failures, which need be no integer.
 * @throws ArgumentError unless just one of `probs` and `logits` is given, for probabilities outside of [0, 1], and for a count that is not positive.
 * @example new distributions.NegativeBinomial(3, { probs: 0.5 }).mean.item(); // 3
 */
export class NegativeBinomial extends Distribution {
  readonly totalCount: Tensor;
  readonly logits: Tensor;
  readonly probs: Tensor;

  constructor(totalCount: Parameter, parameters: ProbsOrLogits) {
    checkNew(new.target, arguments);
    const [n, logits] = broadcastParameters(
      "NegativeBinomial",
      { totalCount, logits: logitsOf("NegativeBinomial", parameters) },
      { totalCount: "positive", logits: "real" },
    );
    super(n.shape);
    this.totalCount = n;
    this.logits = logits;
    this.probs = logits.sigmoid();
  }

  get mean(): Tensor {
    return this.totalCount.mul(this.logits.exp());
  }

  get variance(): Tensor {
    return this.mean.div(this.logits.neg().sigmoid());
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const rate = standardGamma(this.totalCount.detach().expand(shape).contiguous(), options.generator);
    return poisson(rate.mul(this.logits.exp()), withGenerator(options));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "a non-negative integer");
    const n = this.totalCount;
    const ways = n.add(value).lgamma().sub(value.add(1).lgamma()).sub(n.lgamma());
    // at 0 of 0 trials, log Γ(0) cancels
    const safe = ways.where(n.add(value).ne(0), 0);
    return n
      .mul(softplus(this.logits))
      .neg()
      .sub(value.mul(softplus(this.logits.neg())))
      .add(safe);
  }
}
