/**
 * The core of NEEDLE, the framework of CMU's course 10-714, for exercises: values, ops with `compute` and `gradient`, eager and lazy evaluation. What is
 * computed is recorded on the engine's tape as well, under the name of the op's class, so that `tape(y.cachedData)` shows it.
 */
import { recordCustomOp } from "../../tape/graph/custom-op.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { type TensorData, tensor } from "../../tensor/create.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, GradError, ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { printAsText } from "../../tensor/symbols.ts";
import { Tensor as Array_ } from "../../tensor/tensor.ts";
import { type Computed, isLazyMode, type NDArray, type TensorOptions } from "./lazy-mode.ts";
import type { Arithmetic } from "./operators.ts";

/** An operation: what it computes, and the gradients of its inputs from that of its output. */
export abstract class Op {
  /** The result, from arrays. */
  abstract compute(...args: NDArray[]): Computed;

  /** The gradient of each input, as values, so that gradients can be differentiated again. */
  abstract gradient(outGrad: Value, node: Value): Value | readonly Value[];

  /** The same, as a list. */
  gradientAsTuple(outGrad: Value, node: Value): readonly Value[] {
    const result = this.gradient(outGrad, node);
    if (result instanceof TensorTuple) return result.tuple();
    return result instanceof Value ? [result] : result;
  }
}

/** An op with one output. */
export abstract class TensorOp extends Op {
  abstract override compute(...args: NDArray[]): NDArray;
  /** Applies the op. */
  call(...inputs: Value[]): Tensor {
    return Tensor.makeFromOp(this, inputs);
  }
}

/** An op with several outputs. */
export abstract class TensorTupleOp extends Op {
  abstract override compute(...args: NDArray[]): readonly NDArray[];
  /** Applies the op. */
  call(...inputs: Value[]): TensorTuple {
    return TensorTuple.makeFromOp(this, inputs);
  }
}

/** A node of the computational graph: an op and its inputs, or a constant. */
export abstract class Value {
  readonly op: Op | null;
  readonly inputs: readonly Value[];
  readonly requiresGrad: boolean;
  /** How often `data` was replaced. */
  version = 0;
  readonly #inputVersions: readonly number[];
  #cached: Computed | null;

  constructor(op: Op | null, inputs: readonly Value[], cached: Computed | null, requiresGrad: boolean) {
    this.op = op;
    this.inputs = inputs;
    this.requiresGrad = requiresGrad;
    this.#cached = cached;
    this.#inputVersions = inputs.map((x) => x.version);
  }

  /** What was computed; `null` for what is not, in lazy mode. */
  get cachedData(): Computed | null {
    return this.#cached;
  }

  protected replaceData(data: NDArray): void {
    this.#cached = data;
    this.version++;
  }

  /** True for what no op made. */
  isLeaf(): boolean {
    return this.op === null;
  }

  /** Computes what this depends on, without recursion, then this, and keeps it. */
  realizeCachedData(): Computed {
    const open: Value[] = [this];
    while (open.length > 0) {
      const value = open[open.length - 1];
      const missing = value.#cached === null ? value.inputs.filter((x) => x.#cached === null) : [];
      if (missing.length > 0) {
        for (const v of missing) open.push(v);
        continue;
      }
      open.pop();
      value.#cached ??= compute(value);
    }
    return this.#cached as Computed;
  }

  /** @throws GradError when the data of an input was replaced after this was computed from it. */
  checkInputs(): void {
    this.inputs.forEach((x, i) => {
      if (x.version !== this.#inputVersions[i])
        throw new GradError(
          this.op?.constructor.name ?? "Value",
          `the data of input ${i} was replaced after this was computed from it, so its gradient would be wrong; compute anew first`,
        );
    });
  }
}

const listOf = (x: Computed): readonly NDArray[] => (x instanceof Array_ ? [x] : x);

/** Runs the op off the tape, and records it there as one operation. */
function compute(value: Value): Computed {
  const { op, inputs } = value;
  if (op === null) throw new ArgumentError("realizeCachedData", "a constant without data");
  value.checkInputs();
  const slots = inputs.flatMap((x) => listOf(x.cachedData as Computed));
  const result = noGrad(() =>
    op.compute(
      ...inputs.map((x) =>
        x instanceof TensorTuple ? (listOf(x.cachedData as Computed) as never) : (x.cachedData as Array_).detach(),
      ),
    ),
  );
  if (!value.requiresGrad) return result;
  const outputs = listOf(result).map((y) => (slots.includes(y) || y.source !== null ? y.detach() : y));
  if (slots.some((x) => x.requiresGrad) && outputs.some((y) => isFloating(y.dtype)))
    recordCustomOp(
      {
        name: op.constructor.name,
        vjp: (cotangents) => {
          const grads = outputs.map((y, i) => wrap(cotangents[i] ?? noGrad(() => y.mul(0))));
          const g = value instanceof TensorTuple ? TensorTuple.of(grads) : grads[0];
          return op.gradientAsTuple(g, value).flatMap((v) => listOf(v.realizeCachedData()));
        },
      },
      slots,
      outputs,
    );
  return result instanceof Array_ ? outputs[0] : outputs;
}

const wrap = (t: Array_): Tensor => new Tensor(t, { requiresGrad: t.requiresGrad });

/** An op that is to make a tensor. */
class Pending {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly requiresGrad: boolean;
  constructor(op: Op, inputs: readonly Value[]) {
    this.op = op;
    this.inputs = inputs;
    this.requiresGrad = anyRequires(inputs);
  }
}

const anyRequires = (inputs: readonly Value[]): boolean => inputs.some((x) => x.requiresGrad);

export interface Tensor extends Arithmetic {}

/**
 * A tensor of the course: an op, its inputs, cached data, and after `backward` a gradient on every node. `requiresGrad` is true by default.
 * @example
 * const x = new needle.Tensor([3]);
 * const y = x.mul(x).add(1);
 * y.backward();
 * x.grad!.numpy(); // [6]
 */
export class Tensor extends Value {
  /** The gradient of what `backward` was called on, assigned anew by each call. */
  grad: Tensor | null = null;

  constructor(data: TensorData | NDArray | Tensor | Pending, options: TensorOptions = {}) {
    checkNew(new.target, arguments);
    if (data instanceof Pending) super(data.op, data.inputs, null, data.requiresGrad);
    else super(null, [], arrayOf(data, options), options.requiresGrad ?? true);
  }

  /** The result of an op; computed at once unless lazy mode is on. Without inputs that require a gradient, an eager result forgets its op. */
  static makeFromOp(op: Op, inputs: readonly Value[]): Tensor {
    const t = new Tensor(new Pending(op, inputs));
    if (isLazyMode()) return t;
    const data = t.realizeCachedData() as NDArray;
    return t.requiresGrad ? t : Tensor.makeConst(data);
  }

  /** A value that no op made. */
  static makeConst(data: NDArray | Tensor, requiresGrad = false): Tensor {
    return new Tensor(data instanceof Tensor ? (data.realizeCachedData() as NDArray).detach() : data.detach(), {
      requiresGrad,
    });
  }

  /** The same data off the graph; setting it replaces the data, which graphs that used it before notice. */
  get data(): Tensor {
    return this.detach();
  }
  set data(value: Tensor) {
    const [now, next] = [this.array, value.array];
    if (now.dtype !== next.dtype)
      throw new ArgumentError("data", `the dtype must stay ${now.dtype}, but got ${next.dtype}`);
    const data = next.detach();
    if (this.requiresGrad && isFloating(data.dtype)) data.requiresGrad = true;
    this.replaceData(data);
  }

  /** The computed array. */
  get array(): NDArray {
    return this.realizeCachedData() as NDArray;
  }

  get shape(): Shape {
    return this.array.shape;
  }

  get dtype(): DType {
    return this.array.dtype;
  }

  /** A constant with the same data. */
  detach(): Tensor {
    return Tensor.makeConst(this.array);
  }

  /** The elements as nested arrays. */
  numpy(): ReturnType<NDArray["toArray"]> {
    return this.array.toArray();
  }

  /** Assigns the gradient of this to every node that it was computed from, this included. `outGrad` is ones by default. */
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
  const own = data instanceof Tensor ? data.array.detach() : data;
  const given = own instanceof Array_ ? own : tensor(own, dtype === undefined ? {} : { dtype });
  const array = dtype === undefined || given.dtype === dtype ? given : given.to(dtype);
  // otherwise a leaf of its own: the caller's tensor stays as it is
  return !requiresGrad || array.requiresGrad || !isFloating(array.dtype) ? array : array.detach().requiresGrad_();
}

/** Several tensors that one op made. */
export class TensorTuple extends Value {
  /** The result of an op with several outputs. */
  static makeFromOp(op: Op, inputs: readonly Value[]): TensorTuple {
    const t = new TensorTuple(op, inputs, null, anyRequires(inputs));
    if (!isLazyMode()) t.realizeCachedData();
    return t;
  }

  /** A constant tuple. */
  static of(tensors: readonly Tensor[]): TensorTuple {
    return new TensorTuple(
      null,
      [],
      tensors.map((t) => t.array),
      tensors.some((t) => t.requiresGrad),
    );
  }

  get length(): number {
    return listOf(this.realizeCachedData()).length;
  }

  /** One of the tensors, as a value of the graph. */
  at(i: number): Tensor {
    return ops.item(this, i);
  }

  /** All of them. */
  tuple(): readonly Tensor[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }

  /** Sums element by element, for gradients of tuples. */
  add(other: TensorTuple): TensorTuple {
    if (other.length !== this.length)
      throw new ArgumentError("TensorTuple", `lengths differ: ${this.length} and ${other.length}`);
    return ops.make(this.tuple().map((t, i) => t.add(other.at(i))));
  }

  /** A constant with the same data. */
  detach(): TensorTuple {
    return new TensorTuple(
      null,
      [],
      listOf(this.realizeCachedData()).map((t) => t.detach()),
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

/** What the values need of the ops, which lie above them. */
export interface NeedleOps {
  readonly item: (t: TensorTuple, i: number) => Tensor;
  readonly make: (items: readonly Tensor[]) => TensorTuple;
  readonly backward: (output: Tensor, outGrad: Tensor) => void;
  readonly methods: object;
}

let ops: NeedleOps;

/** Hands the ops in, and gives tensors their methods. */
export function installOps(given: NeedleOps): void {
  ops = given;
  const descriptors = Object.getOwnPropertyDescriptors(given.methods);
  for (const descriptor of Object.values(descriptors)) descriptor.enumerable = false;
  Object.defineProperties(Tensor.prototype, descriptors);
}
