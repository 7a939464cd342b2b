/** The base class of distributions, and their parameters. */
import { noGrad } from "../tape/graph/mode.ts";
import { full } from "../tensor/create.ts";
import { computeDType, isFloating } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Generator } from "../tensor/random.ts";
import { broadcastShapes, type Shape } from "../tensor/shape.ts";
import { printAsText } from "../tensor/symbols.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type NumberSet, requireWithin } from "./support.ts";

/** Options of `sample` and `rsample`. */
export interface SampleOptions {
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator;
}

/**
 * A probability distribution, as PyTorch has it: `batchShape` is the shape of its parameters, of which each element has a distribution of its own, and `eventShape` that of
 * one value. Values have the shape [...shape of the sample, ...batchShape, ...eventShape].
 */
export abstract class Distribution {
  readonly batchShape: Shape;
  readonly eventShape: Shape;
  /** Whether samples have gradients with respect to the parameters. */
  readonly hasRsample: boolean = false;

  constructor(batchShape: Shape, eventShape: Shape = []) {
    this.batchShape = batchShape;
    this.eventShape = eventShape;
  }

  /** Returns values of a shape, with gradients where `hasRsample`. */
  protected abstract draw(shape: Shape, options: SampleOptions): Tensor;

  /** Returns the logarithms of probability densities, or of probabilities, [...shape of the sample, ...batchShape]. @throws ArgumentError for values that are not in the support. */
  abstract logProb(value: Tensor): Tensor;

  /** The mean; NaN or infinite where there is none. */
  abstract get mean(): Tensor;

  /** The variance; NaN or infinite where there is none. */
  abstract get variance(): Tensor;

  /** The standard deviation. */
  get stddev(): Tensor {
    return this.variance.sqrt();
  }

  /** Returns the entropy in nats, differential for continuous distributions, [...batchShape]. @throws ArgumentError where it has no closed form. */
  entropy(): Tensor {
    throw this.#without("entropy");
  }

  /** Returns the probability of values of at most `value`. @throws ArgumentError where it has no closed form. */
  cdf(_value: Tensor): Tensor {
    throw this.#without("cdf");
  }

  /** Returns the value at which `cdf` is `probability`. @throws ArgumentError where it has no closed form. */
  icdf(_probability: Tensor): Tensor {
    throw this.#without("icdf");
  }

  /** Returns the exponential of the entropy. */
  perplexity(): Tensor {
    return this.entropy().exp();
  }

  /** Returns values without gradients, [...shape, ...batchShape, ...eventShape]. */
  sample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    return noGrad(() => this.draw([...shape, ...this.batchShape, ...this.eventShape], options)).detach();
  }

  /**
   * Returns values with gradients with respect to the parameters, [...shape, ...batchShape, ...eventShape].
   * @throws ArgumentError for distributions of which a value does not depend on the parameters smoothly, such as discrete ones.
   */
  rsample(shape: Shape = [], options: SampleOptions = {}): Tensor {
    if (!this.hasRsample)
      throw new ArgumentError(
        this.constructor.name,
        "values have no gradient with respect to the parameters; use sample(), and estimators.scoreFunction for gradients of expectations",
      );
    return this.draw([...shape, ...this.batchShape, ...this.eventShape], options);
  }

  #without(what: string): ArgumentError {
    return new ArgumentError(this.constructor.name, `${what} has no closed form`);
  }

  /** Returns the distribution as text. */
  toString(): string {
    return `${this.constructor.name}(batchShape=[${this.batchShape.join(", ")}], eventShape=[${this.eventShape.join(", ")}])`;
  }

  static {
    printAsText(this.prototype);
  }
}

/** A parameter: numbers stand for tensors with one element. */
export type Parameter = Tensor | number;

/** Returns parameters as tensors of one shape and one floating dtype: that of the tensors, else float32. */
export function broadcastParameters(
  op: string,
  given: Readonly<Record<string, Parameter>>,
  sets: Readonly<Record<string, NumberSet>>,
): Tensor[] {
  const values = Object.values(given);
  const tensors = values.filter((v): v is Tensor => v instanceof Tensor);
  const dtype = tensors.find((t) => isFloating(t.dtype))?.dtype ?? "float32";
  const shape = broadcastShapes(
    op,
    tensors.map((t) => t.shape),
  );
  return Object.entries(given).map(([name, v]) => {
    const t = v instanceof Tensor ? v.to(dtype) : full([], v, { dtype });
    requireWithin(op, name, t, sets[name]);
    return t.expand(shape);
  });
}

/** Throws unless just one is given of `probs` and `logits`. */
export function requireOneOf(
  op: string,
  { probs, logits }: { readonly probs?: Parameter; readonly logits?: Parameter },
): void {
  if ((probs === undefined) === (logits === undefined))
    throw new ArgumentError(op, `expected either probs or logits, but got ${probs === undefined ? "none" : "both"}`);
}

/** Returns the options of tensors of random numbers in the precision of a parameter. */
export const randomLike = (
  t: Tensor,
  { generator }: SampleOptions,
): { dtype: "float32" | "float64"; generator?: Generator } => ({
  dtype: computeDType(t.dtype) === "float64" ? "float64" : "float32",
  ...(generator === undefined ? {} : { generator }),
});

/** Returns the sum over the last `n` dimensions. */
export const sumLast = (t: Tensor, n: number): Tensor =>
  n === 0 ? t : t.sum(Array.from({ length: n }, (_, i) => -1 - i));
