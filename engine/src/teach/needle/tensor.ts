/** The course's tensors and tuples of tensors, and the ops that return them. */
import { noGrad } from "../../tape/graph/mode.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { type TensorData, tensor } from "../../tensor/create.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { printAsText } from "../../tensor/symbols.ts";
import { Tensor as EngineTensor } from "../../tensor/tensor.ts";
import { isLazyMode } from "./lazy-mode.ts";
import type { Operators } from "./operators.ts";
import { arraysOf, type NDArray, Op, Value } from "./value.ts";

/**
 * An op whose result is one tensor.
 * @example
 * class Double extends needle.TensorOp {
 *   compute(a: NDArray) {
 *     return a.mul(2);
 *   }
 *   gradient(g: needle.Tensor) {
 *     return g.mul(2);
 *   }
 * }
 * new Double().call(new needle.Tensor([3])).numpy(); // [6]
 */
export abstract class TensorOp extends Op {
  abstract override compute(...args: NDArray[]): NDArray;
  /** Applies the op to values. */
  call(...inputs: Value[]): Tensor {
    return Tensor.makeFromOp(this, inputs);
  }
}

/**
 * An op whose result is a tuple of tensors.
 * @example new needle.ops.Split(0).call(new needle.Tensor([[1], [2]])).length; // 2
 */
export abstract class TensorTupleOp extends Op {
  abstract override compute(...args: NDArray[]): readonly NDArray[];
  /** Applies the op to values. */
  call(...inputs: Value[]): TensorTuple {
    return TensorTuple.makeFromOp(this, inputs);
  }
}

/** An op and its inputs, from which the constructor makes a tensor without data. */
class OpResult {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly requiresGrad: boolean;
  constructor(op: Op, inputs: readonly Value[]) {
    this.op = op;
    this.inputs = inputs;
    this.requiresGrad = anyRequiresGrad(inputs);
  }
}

const anyRequiresGrad = (inputs: readonly Value[]): boolean => inputs.some((x) => x.requiresGrad);

/** Options of a needle tensor. */
export interface TensorOptions {
  /** Dtype of the elements; by default that of the data, as in the engine's `tensor`. */
  readonly dtype?: DType;
  /** Whether gradients are computed for the tensor; true by default, unlike the engine's. */
  readonly requiresGrad?: boolean;
}

export interface Tensor extends Operators {}

/**
 * A tensor of the course: an op with its inputs or a constant, cached data, and after `backward` a gradient. Made from numbers, nested arrays, a tensor of the engine, or
 * another needle tensor; requires a gradient by default. Shapes are not broadcast by elementwise ops: use `broadcastTo`.
 * @example
 * const x = new needle.Tensor([3]);
 * const y = x.mul(x).add(1);
 * y.backward();
 * x.grad!.numpy(); // [6]
 */
export class Tensor extends Value {
  /** The gradient of the tensor on which `backward` was called last; replaced, not accumulated, by each call. */
  grad: Tensor | null = null;

  constructor(data: TensorData | NDArray | Tensor | OpResult, options: TensorOptions = {}) {
    checkNew(new.target, arguments);
    if (data instanceof OpResult) super(data.op, data.inputs, null, data.requiresGrad);
    else super(null, [], arrayOf(data, options), options.requiresGrad ?? true);
  }

  /**
   * Returns the result of an op, computed at once unless lazy mode is on. An eager result of which no input requires a gradient is a constant, without its op.
   */
  static makeFromOp(op: Op, inputs: readonly Value[]): Tensor {
    const t = new Tensor(new OpResult(op, inputs));
    if (isLazyMode()) return t;
    const data = t.realizeCachedData() as NDArray;
    return t.requiresGrad ? t : Tensor.makeConst(data);
  }

  /** Returns a constant with the given data. */
  static makeConst(data: NDArray | Tensor, requiresGrad = false): Tensor {
    return new Tensor(data instanceof Tensor ? (data.realizeCachedData() as NDArray).detach() : data.detach(), {
      requiresGrad,
    });
  }

  /** @internal */
  override asList(): readonly Tensor[] {
    return [this];
  }

  /** @internal */
  override constantOf([array]: readonly NDArray[]): Tensor {
    return new Tensor(array, { requiresGrad: array.requiresGrad });
  }

  /** The data as a constant. Assigning it replaces the data, which makes gradients of graphs that used the old data an error. */
  get data(): Tensor {
    return this.detach();
  }
  set data(value: Tensor) {
    const [present, next] = [this.array, value.array];
    if (present.dtype !== next.dtype)
      throw new ArgumentError("data", `the dtype must stay ${present.dtype}, but got ${next.dtype}`);
    const data = next.detach();
    if (this.requiresGrad && isFloating(data.dtype)) data.requiresGrad = true;
    this.replaceData(data);
  }

  /** The data as a tensor of the engine. */
  get array(): NDArray {
    return this.realizeCachedData() as NDArray;
  }

  get shape(): Shape {
    return this.array.shape;
  }

  get dtype(): DType {
    return this.array.dtype;
  }

  /** Returns a constant with the same data. */
  detach(): Tensor {
    return Tensor.makeConst(this.array);
  }

  /** Returns the elements as nested arrays. */
  numpy(): ReturnType<NDArray["toArray"]> {
    return this.array.toArray();
  }

  /**
   * Assigns gradients of this tensor, weighted by `outGrad` (ones by default), to itself and every tensor that it depends on.
   * @throws ShapeError for an `outGrad` of another shape; GradError where data was replaced after it was used.
   */
  backward(outGrad: Tensor | null = null): void {
    if (outGrad !== null && outGrad.shape.join() !== this.shape.join())
      throw new ShapeError("backward", "the gradient must have the shape of the tensor", [this.shape, outGrad.shape]);
    const ones = (): Tensor =>
      new Tensor(
        noGrad(() => this.array.detach().mul(0).add(1)),
        { requiresGrad: false },
      );
    ops.backward(this, outGrad ?? ones());
  }

  override toString(): string {
    return `needle.${this.array.detach().toString()}`;
  }

  static {
    printAsText(this.prototype);
  }
}

function arrayOf(data: TensorData | NDArray | Tensor, { dtype, requiresGrad = true }: TensorOptions): NDArray {
  const source = data instanceof Tensor ? data.array.detach() : data;
  const given = source instanceof EngineTensor ? source : tensor(source, dtype === undefined ? {} : { dtype });
  const array = dtype === undefined || given.dtype === dtype ? given : given.to(dtype);
  if (!requiresGrad || array.requiresGrad || !isFloating(array.dtype)) return array;
  // a new leaf, so that the caller's tensor does not come to require a gradient
  return array.detach().requiresGrad_();
}

/**
 * Several tensors as one value, the result of a `TensorTupleOp`.
 * @example needle.ops.split(new needle.Tensor([[1, 2], [3, 4]])).at(1).numpy(); // [3, 4]
 */
export class TensorTuple extends Value {
  /** Returns the result of an op with several outputs, computed at once unless lazy mode is on. */
  static makeFromOp(op: Op, inputs: readonly Value[]): TensorTuple {
    const t = new TensorTuple(op, inputs, null, anyRequiresGrad(inputs));
    if (!isLazyMode()) t.realizeCachedData();
    return t;
  }

  /** Returns a constant tuple. */
  static of(tensors: readonly Tensor[]): TensorTuple {
    return new TensorTuple(
      null,
      [],
      tensors.map((t) => t.array),
      tensors.some((t) => t.requiresGrad),
    );
  }

  /** @internal */
  override asList(): readonly Tensor[] {
    return this.tuple();
  }

  /** @internal */
  override constantOf(arrays: readonly NDArray[]): TensorTuple {
    return TensorTuple.of(arrays.map((a) => new Tensor(a, { requiresGrad: a.requiresGrad })));
  }

  /** Number of tensors. */
  get length(): number {
    return arraysOf(this.realizeCachedData()).length;
  }

  /** Returns tensor `i`, as a value of the graph. */
  at(i: number): Tensor {
    return ops.item(this, i);
  }

  /** Returns all tensors, as values of the graph. */
  tuple(): readonly Tensor[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }

  /** Returns the tuple of the sums of corresponding tensors. @throws ArgumentError for another length. */
  add(other: TensorTuple): TensorTuple {
    if (other.length !== this.length)
      throw new ArgumentError("TensorTuple", `lengths differ: ${this.length} and ${other.length}`);
    return ops.make(this.tuple().map((t, i) => t.add(other.at(i))));
  }

  /** Returns a constant with the same data. */
  detach(): TensorTuple {
    return new TensorTuple(
      null,
      [],
      arraysOf(this.realizeCachedData()).map((t) => t.detach()),
      false,
    );
  }

  override toString(): string {
    return `needle.TensorTuple(${this.tuple().join(", ")})`;
  }

  static {
    printAsText(this.prototype);
  }
}

/** The functions that tensors and tuples call, and that are defined on top of them. */
export interface NeedleOps {
  readonly item: (t: TensorTuple, i: number) => Tensor;
  readonly make: (items: readonly Tensor[]) => TensorTuple;
  readonly backward: (output: Tensor, outGrad: Tensor) => void;
  readonly methods: object;
}

let ops: NeedleOps;

/** Sets these functions, and adds the operators to the prototype of tensors. */
export function installOps(given: NeedleOps): void {
  ops = given;
  const descriptors = Object.getOwnPropertyDescriptors(given.methods);
  for (const descriptor of Object.values(descriptors)) descriptor.enumerable = false;
  Object.defineProperties(Tensor.prototype, descriptors);
}
