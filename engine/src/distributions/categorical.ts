/** Distributions of classes and of counts of classes. */

import { oneHot } from "../ops/functional/one-hot.ts";
import { multinomial } from "../ops/random/multinomial.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, requireOneOf, type SampleOptions } from "./distribution.ts";
import { requireWithin } from "./support.ts";

/** Probabilities of classes along the last dimension, which need not have the sum 1, or their logarithms. */
export interface ClassParameters {
  readonly probs?: Tensor;
  readonly logits?: Tensor;
}

/** Returns the logarithms of probabilities with sum 1. */
function logProbsOf(op: string, parameters: ClassParameters): Tensor {
  requireOneOf(op, parameters);
  const { probs, logits } = parameters;
  const [t] =
    probs === undefined
      ? broadcastParameters(op, { logits: logits as Tensor }, { logits: "real" })
      : broadcastParameters(op, { probs }, { probs: "non-negative" });
  if (t.ndim === 0) throw new ArgumentError(op, "the parameter must have a dimension of classes");
  if (probs === undefined) return t.sub(t.logsumexp(-1, true));
  const eps = t.dtype === "float64" ? Number.EPSILON : 2 ** -23;
  return t
    .div(t.sum(-1, true))
    .clamp(eps, 1 - eps)
    .log();
}

/** Returns classes of a shape whose last dimensions are those of the batch. */
function drawClasses(probs: Tensor, shape: Shape, { generator }: SampleOptions): Tensor {
  const k = probs.shape[probs.ndim - 1];
  const batch = sizeOf(probs.shape.slice(0, -1));
  const n = batch === 0 ? 0 : sizeOf(shape) / batch;
  const drawn = multinomial(probs.detach().reshape([batch, k]), Math.max(n, 1), {
    replacement: true,
    ...(generator === undefined ? {} : { generator }),
  });
  return drawn.narrow(1, 0, n).t().reshape(shape);
}

/**
 * The distribution of classes 0 to k - 1 (int64), with probabilities or logits [...batch, k].
 * @throws ArgumentError unless just one of `probs` and `logits` is given, and for negative probabilities.
 * @example new distributions.Categorical({ probs: tensor([1, 3]) }).logProb(tensor(1)).exp().item(); // 0.75
 */
export class Categorical extends Distribution {
  /** Logarithms of the probabilities. */
  readonly logits: Tensor;
  readonly probs: Tensor;

  constructor(parameters: ClassParameters) {
    checkNew(new.target, arguments);
    const logits = logProbsOf("Categorical", parameters);
    super(logits.shape.slice(0, -1));
    this.logits = logits;
    const { probs } = parameters;
    this.probs = probs === undefined ? logits.exp() : probs.div(probs.sum(-1, true));
  }

  /** NaN, as classes have no mean. */
  get mean(): Tensor {
    return this.logits.select(-1, 0).detach().mul(Number.NaN);
  }

  get variance(): Tensor {
    return this.mean;
  }

  /** The class of the largest probability. */
  get mode(): Tensor {
    return this.probs.argmax(-1);
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    return drawClasses(this.probs, shape, options);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "a non-negative integer");
    const k = this.logits.shape[this.logits.ndim - 1];
    if (value.detach().ge(k).any().item()) throw new ArgumentError("logProb", `values must be classes below ${k}`);
    const shape = [...value.shape];
    const batch = this.batchShape;
    while (shape.length < batch.length) shape.unshift(1);
    const full = shape.map((n, d) => Math.max(n, batch[d - shape.length + batch.length] ?? 1));
    const index = value.to("int64").expand(full).unsqueeze(-1);
    return this.logits
      .expand([...full, k])
      .gather(-1, index)
      .squeeze(-1);
  }

  override entropy(): Tensor {
    return this.probs.mul(this.logits).sum(-1).neg();
  }
}

/**
 * The distribution of rows with a 1 at the class and 0 elsewhere, with probabilities or logits [...batch, k].
 * @throws ArgumentError unless just one of `probs` and `logits` is given, and for negative probabilities.
 * @example new distributions.OneHotCategorical({ probs: tensor([0, 1]) }).sample().toArray(); // [0, 1]
 */
export class OneHotCategorical extends Distribution {
  readonly base: Categorical;

  constructor(parameters: ClassParameters) {
    checkNew(new.target, arguments);
    const base = new Categorical(parameters);
    super(base.batchShape, base.logits.shape.slice(-1));
    this.base = base;
  }

  get mean(): Tensor {
    return this.base.probs;
  }

  get variance(): Tensor {
    return this.base.probs.mul(this.base.probs.neg().add(1));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const [k] = this.eventShape;
    return oneHot(drawClasses(this.base.probs, shape.slice(0, -1), options), k).to(this.base.probs.dtype);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "0 or 1");
    if (value.detach().sum(-1).ne(1).any().item())
      throw new ArgumentError("logProb", "values must have one 1 along the last dimension");
    return this.base.logits.mul(value).sum(-1);
  }

  override entropy(): Tensor {
    return this.base.entropy();
  }
}

/**
 * The distribution of the counts of classes in `totalCount` draws, with probabilities or logits [...batch, k].
 * @throws ArgumentError unless just one of `probs` and `logits` is given, for negative probabilities, and for a count that is no integer of at least 0.
 * @example new distributions.Multinomial(8, { probs: tensor([1, 3]) }).mean.toArray(); // [2, 6]
 */
export class Multinomial extends Distribution {
  readonly totalCount: number;
  readonly base: Categorical;

  constructor(totalCount: number, parameters: ClassParameters) {
    checkNew(new.target, arguments);
    if (!(Number.isInteger(totalCount) && totalCount >= 0))
      throw new ArgumentError("Multinomial", `totalCount must be an integer of at least 0, but got ${totalCount}`);
    const base = new Categorical(parameters);
    super(base.batchShape, base.logits.shape.slice(-1));
    this.totalCount = totalCount;
    this.base = base;
  }

  get mean(): Tensor {
    return this.base.probs.mul(this.totalCount);
  }

  get variance(): Tensor {
    return this.mean.mul(this.base.probs.neg().add(1));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const [k] = this.eventShape;
    const classes = drawClasses(this.base.probs, [this.totalCount, ...shape.slice(0, -1)], options);
    return oneHot(classes, k).sum(0).to(this.base.probs.dtype);
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "a non-negative integer");
    const ways = value.sum(-1).add(1).lgamma().sub(value.add(1).lgamma().sum(-1));
    return ways.add(value.mul(this.base.logits).sum(-1));
  }
}
