/** Losses with a linear layer of their own, for many classes. */
import { linearCrossEntropy } from "../../ops/functional/linear-cross-entropy.ts";
import type { Reduction } from "../../ops/functional/loss-reduction.ts";
import { logSoftmax } from "../../ops/functional/softmax.ts";
import { cat } from "../../ops/shape/join.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import type { Buffer } from "../base/parameter.ts";
import { Sequential } from "./container.ts";
import { Linear } from "./linear.ts";
import { bufferOf } from "./loss-base.ts";

/** Options of `LinearCrossEntropyLoss`. */
export interface LinearCrossEntropyLossOptions {
  /** Sizes of further dimensions of the logits, behind the classes; none by default. */
  readonly outFeatures?: Shape;
  /** Whether the linear layer has a bias; false by default. */
  readonly bias?: boolean;
  /** Factor of each class, [numClasses]. */
  readonly weight?: Tensor | null;
  readonly reduction?: Reduction;
  /** Target that is left out of the loss; -100 by default. */
  readonly ignoreIndex?: number | null;
  /** Share of the target that is spread evenly over all classes, in [0, 1]. */
  readonly labelSmoothing?: number;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/**
 * A linear layer from `inFeatures` to the logits of `numClasses`, and their cross-entropy with targets.
 * @throws ArgumentError for a label smoothing outside of [0, 1]; ShapeError for a weight of another shape than [numClasses].
 * @example new nn.LinearCrossEntropyLoss(4, 3).forward(ones([2, 4]), tensor([0, 2], { dtype: "int64" })).shape; // []
 */
export class LinearCrossEntropyLoss extends Module {
  readonly numClasses: number;
  readonly outFeatures: Shape;
  readonly reduction: Reduction;
  readonly ignoreIndex: number | null;
  readonly labelSmoothing: number;
  weight: Buffer | null;
  linear: Linear;

  constructor(inFeatures: number, numClasses: number, options: LinearCrossEntropyLossOptions = {}) {
    checkNew(new.target, arguments);
    const { outFeatures = [], bias = false, weight = null, reduction = "mean", ignoreIndex = null } = options;
    const { labelSmoothing = 0, dtype = "float32", generator = defaultGenerator } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
      throw new ArgumentError("LinearCrossEntropyLoss", `labelSmoothing must lie in [0, 1], but got ${labelSmoothing}`);
    if (weight !== null && (weight.ndim !== 1 || weight.shape[0] !== numClasses))
      throw new ShapeError("LinearCrossEntropyLoss", `weight must be [${numClasses}]`, [weight.shape]);
    super();
    this.numClasses = numClasses;
    this.outFeatures = [...outFeatures];
    this.reduction = reduction;
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    this.weight = bufferOf(weight);
    this.linear = new Linear(inFeatures, numClasses * sizeOf(outFeatures), { bias, dtype, generator });
  }

  /** Initializes the linear layer again. */
  resetParameters(generator: Generator = defaultGenerator): void {
    this.linear.resetParameters(generator);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { linear, weight, reduction, ignoreIndex, labelSmoothing } = this;
    const shape = [this.numClasses, ...this.outFeatures];
    const columns = linear.weight.shape[1];
    return linearCrossEntropy(input, linear.weight.reshape([...shape, columns]), target, {
      linearBias: linear.bias?.reshape(shape) ?? null,
      weight,
      reduction,
      ignoreIndex,
      labelSmoothing,
    });
  }

  override extraRepr(): string {
    return `${this.linear.weight.shape[1]}, ${this.numClasses}, reduction=${this.reduction}`;
  }
}

/** Options of `AdaptiveLogSoftmaxWithLoss`. */
export interface AdaptiveLogSoftmaxOptions {
  /** Factor by which the size of the projection falls from cluster to cluster; 4 by default. */
  readonly divValue?: number;
  /** Whether the head has a bias; false by default. */
  readonly headBias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Log-probabilities of the targets, [N], and the mean of their negatives, the loss. */
export interface AdaptiveLogSoftmaxOutput {
  readonly output: Tensor;
  readonly loss: Tensor;
}

/**
 * Softmax over many classes that are sorted by frequency, the most frequent first: a head has the classes below the first of `cutoffs` and one entry for each cluster of the
 * rarer ones, whose projections are the smaller the rarer they are. Source: Grave et al., 2017.
 * @throws ArgumentError for cutoffs that do not increase from at least 1 to at most nClasses - 1. Forward throws ShapeError for inputs that do not fit, and ArgumentError for
 * targets that are no class.
 * @example new nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 10]).forward(ones([3, 8]), tensor([1, 5, 19], { dtype: "int64" })).output.shape; // [3]
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  readonly inFeatures: number;
  readonly nClasses: number;
  /** Ends of the shortlist and of each cluster; the last is `nClasses`. */
  readonly cutoffs: readonly number[];
  head: Linear;
  tail: Sequential[];

  constructor(
    inFeatures: number,
    nClasses: number,
    cutoffs: readonly number[],
    options: AdaptiveLogSoftmaxOptions = {},
  ) {
    checkNew(new.target, arguments);
    const { divValue = 4, headBias = false, dtype = "float32", generator = defaultGenerator } = options;
    const increases = cutoffs.every((c, k) => Number.isInteger(c) && c > (cutoffs[k - 1] ?? 0) && c < nClasses);
    if (cutoffs.length === 0 || !increases)
      throw new ArgumentError(
        "AdaptiveLogSoftmaxWithLoss",
        `cutoffs must be integers that increase from at least 1 to at most ${nClasses - 1}, but got [${cutoffs.join(", ")}]`,
      );
    super();
    this.inFeatures = inFeatures;
    this.nClasses = nClasses;
    this.cutoffs = [...cutoffs, nClasses];
    this.head = new Linear(inFeatures, cutoffs[0] + cutoffs.length, { bias: headBias, dtype, generator });
    this.tail = cutoffs.map((first, k) => {
      const size = Math.floor(inFeatures / divValue ** (k + 1));
      const count = this.cutoffs[k + 1] - first;
      return new Sequential(
        new Linear(inFeatures, size, { bias: false, dtype, generator }),
        new Linear(size, count, { bias: false, dtype, generator }),
      );
    });
  }

  /** Initializes the head and the clusters again. */
  resetParameters(generator: Generator = defaultGenerator): void {
    for (const layer of [this.head, ...this.tail.flatMap((cluster) => [...cluster.children()])])
      if (layer instanceof Linear) layer.resetParameters(generator);
  }

  override forward(input: Tensor, target: Tensor): AdaptiveLogSoftmaxOutput {
    if (target.ndim > 1 || input.ndim !== target.ndim + 1 || (target.ndim === 1 && input.shape[0] !== target.shape[0]))
      throw new ShapeError(
        "AdaptiveLogSoftmaxWithLoss",
        "expected an input [N, inFeatures] and a target [N], or one without N",
        [input.shape, target.shape],
      );
    const classes = Array.from(target.toTypedArray() as ArrayLike<number>, Number);
    const wrong = classes.find((c) => !(c >= 0 && c < this.nClasses));
    if (wrong !== undefined)
      throw new ArgumentError(
        "AdaptiveLogSoftmaxWithLoss",
        `targets must be classes from 0 to ${this.nClasses - 1}, but got ${wrong}`,
      );
    const isBatched = target.ndim === 1;
    const x = isBatched ? input : input.unsqueeze(0);
    const targets = isBatched ? target : target.unsqueeze(0);
    const shortlist = this.cutoffs[0];
    // the entry of the head: the class itself, or that of its cluster
    let entries = targets.minimum(targets.mul(0).add(shortlist - 1));
    let output: Tensor | null = null;
    this.tail.forEach((cluster, k) => {
      const [low, high] = [this.cutoffs[k], this.cutoffs[k + 1]];
      if (!classes.some((c) => c >= low && c < high)) return;
      const inCluster = targets.ge(low).logicalAnd(targets.lt(high));
      entries = entries.maskedFill(inCluster, shortlist + k);
      const rows = inCluster.nonzero().squeeze(1);
      const members = targets.indexSelect(0, rows).sub(low);
      const logs = logSoftmax(cluster.forward(x.indexSelect(0, rows)), 1);
      const own = logs.gather(1, members.unsqueeze(1)).squeeze(1);
      output = (output ?? x.select(1, 0).mul(0)).indexAdd(0, rows, own);
    });
    const ofHead = logSoftmax(this.head.forward(x), 1).gather(1, entries.unsqueeze(1)).squeeze(1);
    const sum = output === null ? ofHead : ofHead.add(output);
    return { output: isBatched ? sum : sum.squeeze(0), loss: sum.neg().mean() };
  }

  /** Returns the log-probabilities [N, nClasses] of all classes. */
  logProb(input: Tensor): Tensor {
    const head = logSoftmax(this.head.forward(input), 1);
    const shortlist = this.cutoffs[0];
    const clusters = this.tail.map((cluster, k) =>
      logSoftmax(cluster.forward(input), 1).add(head.narrow(1, shortlist + k, 1)),
    );
    return cat([head.narrow(1, 0, shortlist), ...clusters], 1);
  }

  /** Returns the most probable class [N] of each input. */
  predict(input: Tensor): Tensor {
    return this.logProb(input).argmax(1);
  }
}
