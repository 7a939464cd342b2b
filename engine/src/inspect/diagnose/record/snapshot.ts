/** The elements of a weight or gradient at one moment of a training, with the numbers about them that causes read. */
import type { NumericArray } from "../../../tensor/dtype.ts";
import { readElements } from "../../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../../tensor/tensor.ts";
import { hasOnlyFinite } from "../../causes/gradient/numbers.ts";
import { squaredDistance, sumOfSquares } from "../../shared/sums.ts";

function hasOnlyZeros(x: NumericArray): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) return false;
  return true;
}

/** The copied elements of a tensor. Each number about them is computed when it is first asked for, and only once. */
export class Snapshot {
  /** The elements in row-major order, those of float32 not widened; absolute values of complex ones. */
  readonly elements: NumericArray;
  #norm: number | undefined;
  #isFinite: boolean | undefined;
  #isZero: boolean | undefined;
  #distances: WeakMap<Snapshot, number> | undefined;

  /** Copies the elements of a tensor. */
  constructor(t: Tensor) {
    this.elements = readElements(t).slice();
  }

  /** The Euclidean norm, in float64. */
  get norm(): number {
    this.#norm ??= Math.sqrt(sumOfSquares(this.elements));
    return this.#norm;
  }

  /** Whether no element is NaN or infinite. */
  get isFinite(): boolean {
    this.#isFinite ??= hasOnlyFinite(this.elements);
    return this.#isFinite;
  }

  /** Whether every element is 0. */
  get isZero(): boolean {
    this.#isZero ??= hasOnlyZeros(this.elements);
    return this.#isZero;
  }

  /** Returns the norm of the difference to another snapshot of the tensor. */
  distanceTo(other: Snapshot): number {
    this.#distances ??= new WeakMap();
    const known = this.#distances.get(other);
    if (known !== undefined) return known;
    const distance = Math.sqrt(squaredDistance(this.elements, other.elements));
    this.#distances.set(other, distance);
    return distance;
  }

  /** Whether another snapshot of the tensor has equal elements; NaN equals nothing. */
  equals(other: Snapshot): boolean {
    const [x, y] = [this.elements, other.elements];
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
    return true;
  }

  /** Whether the elements are still those of the tensor. */
  isCurrent(t: Tensor): boolean {
    const [x, y] = [this.elements, readElements(t)];
    for (let i = 0; i < x.length; i++) if (!Object.is(x[i], y[i])) return false;
    return true;
  }

  /** Returns a tensor of the elements, with shape and dtype of another one. */
  toTensor({ shape, dtype }: Pick<Tensor, "shape" | "dtype">): Tensor {
    const words = this.elements instanceof Float32Array ? "float32" : "float64";
    return fromArray(this.elements.slice(), words, shape).to(dtype);
  }
}
