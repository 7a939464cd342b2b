/** Methods of pruning, which choose the elements of a tensor that are set to 0. */
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { rand, zerosLike } from "../../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../../tensor/random.ts";
import { normalizeDim } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** Rounds halves to even, as Python does. */
const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
};

/** Returns the number of elements, or channels, out of `size` that an amount stands for. @throws ArgumentError for a count above `size`. */
function countOf(op: string, amount: number, size: number): number {
  if (amount < 1) return roundHalfEven(amount * size);
  if (amount <= size) return amount;
  throw new ArgumentError(op, `the amount must be at most ${size}, the number that there is, but got ${amount}`);
}

function requireAmount(op: string, amount: number): void {
  if (!(amount >= 0) || (amount > 1 && !Number.isInteger(amount)))
    throw new ArgumentError(op, `the amount must be a fraction below 1, or an integer, but got ${amount}`);
}

/** Returns a mask with 0 for the elements with the smallest scores. */
function withoutSmallest(mask: Tensor, scores: Tensor, count: number): Tensor {
  const flat = mask.reshape([-1]).clone();
  if (count > 0) flat.indexFill_(0, scores.reshape([-1]).topk(count, { largest: false }).indices, 0);
  return flat.reshape(mask.shape);
}

/** Returns a mask with 1 for the given channels, times another mask. */
function channelsKept(mask: Tensor, dim: number, channels: Tensor): Tensor {
  return zerosLike(mask).indexFill_(dim, channels, 1).mul(mask);
}

/**
 * A method of pruning. `computeMask` gets scores, by default the elements themselves, and the mask so far, and returns the mask: 1 for the elements that are kept, 0 for the others. An "unstructured" method gets
 * the vector of elements that are not pruned yet, a "structured" one all slices along its `dim` that are not, and a "global" one everything.
 * @example
 * class Negative extends nn.utils.prune.BasePruningMethod {
 *   readonly pruningType = "unstructured";
 *   computeMask(scores: Tensor, mask: Tensor): Tensor {
 *     return mask.mul(scores.gt(0));
 *   }
 * }
 * const layer = new nn.Linear(3, 2);
 * nn.utils.prune.applyTo(layer, "weight", new Negative());
 * layer.weight.amin().item() >= 0; // true
 */
export abstract class BasePruningMethod {
  abstract readonly pruningType: "unstructured" | "structured" | "global";
  /** The dimension of the channels, for a structured method. */
  readonly dim: number = -1;
  abstract computeMask(scores: Tensor, mask: Tensor): Tensor;
}

/**
 * Keeps all elements, but registers the mask.
 * @example new nn.utils.prune.Identity().computeMask(zeros([2]), ones([2])).toArray(); // [1, 1]
 */
export class Identity extends BasePruningMethod {
  override readonly pruningType = "unstructured";
  override computeMask(_scores: Tensor, mask: Tensor): Tensor {
    return mask;
  }
}

/**
 * Prunes the elements with the smallest absolute scores: a fraction of them below 1, or that many.
 * @throws ArgumentError for a negative amount, or one above 1 that is no integer.
 * @example new nn.utils.prune.L1Unstructured(1).computeMask(tensor([3, -1, 2]), ones([3])).toArray(); // [1, 0, 1]
 */
export class L1Unstructured extends BasePruningMethod {
  override readonly pruningType = "unstructured";
  readonly amount: number;
  constructor(amount: number) {
    checkNew(new.target, arguments);
    requireAmount("L1Unstructured", amount);
    super();
    this.amount = amount;
  }
  override computeMask(scores: Tensor, mask: Tensor): Tensor {
    return withoutSmallest(mask, scores.abs(), countOf("L1Unstructured", this.amount, scores.numel()));
  }
}

/**
 * Prunes elements at random: a fraction of them below 1, or that many.
 * @throws ArgumentError for a negative amount, or one above 1 that is no integer.
 * @example new nn.utils.prune.RandomUnstructured(2).computeMask(zeros([3]), ones([3])).sum().item(); // 1
 */
export class RandomUnstructured extends BasePruningMethod {
  override readonly pruningType = "unstructured";
  readonly amount: number;
  readonly #generator: Generator;
  constructor(amount: number, generator: Generator = defaultGenerator) {
    checkNew(new.target, arguments);
    requireAmount("RandomUnstructured", amount);
    super();
    this.amount = amount;
    this.#generator = generator;
  }
  override computeMask(scores: Tensor, mask: Tensor): Tensor {
    const order = rand(mask.shape, { generator: this.#generator });
    return withoutSmallest(mask, order, countOf("RandomUnstructured", this.amount, scores.numel()));
  }
}

/** Base class of the methods that prune whole channels: those with the smallest scores. */
abstract class ChannelMethod extends BasePruningMethod {
  override readonly pruningType = "structured";
  readonly amount: number;
  override readonly dim: number;
  constructor(amount: number, dim: number) {
    requireAmount(new.target.name, amount);
    super();
    this.amount = amount;
    this.dim = dim;
  }
  protected abstract scoresOf(scores: Tensor, dim: number): Tensor;
  override computeMask(scores: Tensor, mask: Tensor): Tensor {
    const { name } = this.constructor;
    if (scores.ndim < 2) throw new ShapeError(name, "channels need at least 2 dimensions", [scores.shape]);
    const dim = normalizeDim(name, this.dim, scores.ndim);
    const size = scores.shape[dim];
    const kept = size - countOf(name, this.amount, size);
    return kept === size ? mask : channelsKept(mask, dim, this.scoresOf(scores, dim).topk(kept).indices);
  }
}

/**
 * Prunes the channels along a dimension whose norms of order `n` are smallest: a fraction of them below 1, or that many.
 * @throws ArgumentError for a negative amount, or one above 1 that is no integer.
 * @example new nn.utils.prune.LnStructured(1, 2, 0).computeMask(tensor([[1, 1], [3, 0]]), ones([2, 2])).toArray(); // [[0, 0], [1, 1]]
 */
export class LnStructured extends ChannelMethod {
  readonly n: number;
  constructor(amount: number, n: number, dim = -1) {
    checkNew(new.target, arguments);
    super(amount, dim);
    this.n = n;
  }
  protected override scoresOf(scores: Tensor, dim: number): Tensor {
    return scores.norm(
      this.n,
      scores.shape.map((_, d) => d).filter((d) => d !== dim),
    );
  }
}

/**
 * Prunes channels along a dimension at random: a fraction of them below 1, or that many.
 * @throws ArgumentError for a negative amount, or one above 1 that is no integer.
 * @example new nn.utils.prune.RandomStructured(1, 0).computeMask(zeros([3, 2]), ones([3, 2])).sum().item(); // 4
 */
export class RandomStructured extends ChannelMethod {
  readonly #generator: Generator;
  constructor(amount: number, dim = -1, generator: Generator = defaultGenerator) {
    checkNew(new.target, arguments);
    super(amount, dim);
    this.#generator = generator;
  }
  protected override scoresOf(scores: Tensor, dim: number): Tensor {
    return rand([scores.shape[dim]], { generator: this.#generator });
  }
}

/**
 * Prunes the elements for which a mask is 0.
 * @example new nn.utils.prune.CustomFromMask(tensor([1, 0])).computeMask(zeros([2]), ones([2])).toArray(); // [1, 0]
 */
export class CustomFromMask extends BasePruningMethod {
  override readonly pruningType = "global";
  readonly mask: Tensor;
  constructor(mask: Tensor) {
    checkNew(new.target, arguments);
    super();
    this.mask = mask;
  }
  override computeMask(_scores: Tensor, mask: Tensor): Tensor {
    return mask.mul(this.mask.to(mask.dtype));
  }
}
