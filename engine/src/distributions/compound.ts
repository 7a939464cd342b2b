/** Distributions made of others. */
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Categorical } from "./categorical.ts";
import { Distribution, type SampleOptions, sumLast } from "./distribution.ts";

/**
 * A distribution of which the last dimensions of the batch are dimensions of the event: their elements are independent, and their log-probabilities are summed.
 * @throws ArgumentError for more dimensions than the batch has.
 * @example
 * const pixels = new distributions.Independent(new distributions.Normal(zeros([3, 4]), ones([3, 4])), 1);
 * pixels.logProb(zeros([3, 4])).shape; // [3]
 */
export class Independent extends Distribution {
  readonly base: Distribution;
  readonly reinterpretedBatchNdims: number;
  override readonly hasRsample: boolean;

  constructor(base: Distribution, reinterpretedBatchNdims: number) {
    checkNew(new.target, arguments);
    const n = base.batchShape.length - reinterpretedBatchNdims;
    if (!Number.isInteger(reinterpretedBatchNdims) || reinterpretedBatchNdims < 0 || n < 0)
      throw new ArgumentError(
        "Independent",
        `expected 0 to ${base.batchShape.length} dimensions of the batch, but got ${reinterpretedBatchNdims}`,
      );
    super(base.batchShape.slice(0, n), [...base.batchShape.slice(n), ...base.eventShape]);
    this.base = base;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
    this.hasRsample = base.hasRsample;
  }

  get mean(): Tensor {
    return this.base.mean;
  }

  get variance(): Tensor {
    return this.base.variance;
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const own = this.base.batchShape.length + this.base.eventShape.length;
    const sample = shape.slice(0, shape.length - own);
    return this.hasRsample ? this.base.rsample(sample, options) : this.base.sample(sample, options);
  }

  logProb(value: Tensor): Tensor {
    return sumLast(this.base.logProb(value), this.reinterpretedBatchNdims);
  }

  override entropy(): Tensor {
    return sumLast(this.base.entropy(), this.reinterpretedBatchNdims);
  }
}

/**
 * A mixture: a component is drawn by a `Categorical` distribution over the last dimension of the batch of `components`, and a value by that component.
 * @throws ShapeError unless the last dimension of the batch of components is that of the classes.
 * @example
 * const peaks = new distributions.Normal(tensor([-2, 2]), tensor([1, 1]));
 * new distributions.MixtureSameFamily(new distributions.Categorical({ probs: ones([2]) }), peaks).variance.item(); // 5
 */
export class MixtureSameFamily extends Distribution {
  readonly mixture: Categorical;
  readonly components: Distribution;

  constructor(mixture: Categorical, components: Distribution) {
    checkNew(new.target, arguments);
    const classes = mixture.logits.shape;
    const batch = components.batchShape;
    const isBroadcast = classes.length === 1 && classes[0] === batch[batch.length - 1];
    if (!isBroadcast && !sameShape(classes, batch))
      throw new ShapeError(
        "MixtureSameFamily",
        "expected a batch of components with a class each in its last dimension",
        [classes, batch],
      );
    super(batch.slice(0, -1), components.eventShape);
    this.mixture = mixture;
    this.components = components;
  }

  /** Returns the mean of a property of the components over them. */
  #averaged(property: Tensor): Tensor {
    const probs = this.#besideEvents(this.mixture.probs);
    return probs.mul(property).sum(-1 - this.eventShape.length);
  }

  /** Returns a tensor of components with a dimension of size 1 for each of the event. */
  #besideEvents(t: Tensor): Tensor {
    return t.reshape([...t.shape, ...this.eventShape.map(() => 1)]);
  }

  get mean(): Tensor {
    return this.#averaged(this.components.mean);
  }

  /** The mean of the variances plus the variance of the means. */
  get variance(): Tensor {
    const away = this.components.mean.sub(this.mean.unsqueeze(-1 - this.eventShape.length)).square();
    return this.#averaged(this.components.variance.add(away));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const own = this.batchShape.length + this.eventShape.length;
    const sample = shape.slice(0, shape.length - own);
    const events = this.components.sample(sample, options);
    const classes = this.mixture.sample(
      this.mixture.batchShape.length === 0 ? [...sample, ...this.batchShape] : sample,
      options,
    );
    const dim = events.ndim - 1 - this.eventShape.length;
    const index = this.#besideEvents(classes.unsqueeze(-1));
    const at = index.expand(events.shape.map((n, d) => (d === dim ? 1 : n)));
    return events.gather(dim, at).squeeze(dim);
  }

  logProb(value: Tensor): Tensor {
    const each = this.components.logProb(value.unsqueeze(-1 - this.eventShape.length));
    return each.add(this.mixture.logits).logsumexp(-1);
  }

  override cdf(value: Tensor): Tensor {
    return this.components.cdf(value.unsqueeze(-1)).mul(this.mixture.probs).sum(-1);
  }
}
