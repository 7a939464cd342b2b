/** The tensor: a strided window on a storage, and its place on the tape. */
import type { TensorMethods } from "../ops/methods.ts";
import type { AccumulateGrad, Edge, Meta, Node } from "../tape/graph/node.ts";
import type { Base, ViewKind } from "./base.ts";
import type { DType, NumericArray } from "./dtype.ts";
import { bytesPerElement, isFloating } from "./dtype.ts";
import { ArgumentError, DTypeError, GradError, notMadeFrom, ShapeError } from "./errors.ts";
import { formatTensor } from "./print.ts";
import { contiguousStrides, isContiguous, normalizeDim, type Shape, sizeOf } from "./shape.ts";
import { free } from "./storage/memory.ts";
import { adopt, makesInference, type Storage } from "./storage/storage.ts";
import { contiguousArray } from "./strided.ts";
import { printAsText } from "./symbols.ts";

/** Nested arrays of numbers, as deep as the tensor has dimensions; a bare number for a scalar. */
export type NestedArray = number | boolean | readonly NestedArray[];

export interface Tensor extends TensorMethods {}

/** The gradient for a look that does not outlast the next change of it. */
export let peekGrad: (t: Tensor) => Tensor | null;

/** Sets a gradient whose storage nothing else knows: it is freed as soon as it is replaced, unless the program has read it. */
export let giveGrad: (t: Tensor, grad: Tensor) => void;

/** Makes `view` known as a view of `x`, or of what `x` is a view of. */
export let showing: (view: Tensor, x: Tensor, kind: ViewKind) => void;

/** The tensor that `t` is a view of, and how it came about; `null` for none. */
export let baseOf: (t: Tensor) => Readonly<Base> | null;

let retake: (view: Tensor, base: Tensor, put: (edge: Edge | null) => Edge | null) => void = () => {};

/** Sets the function that records a view again after its base was changed in place, and puts the view at that edge; `put` returns the edge until then. */
export function setRetake(f: typeof retake): void {
  retake = f;
}

let withRows: (accumulator: AccumulateGrad, dense: Tensor | null) => Tensor = () => {
  throw new Error("the ops are not loaded");
};

/** Hands in what adds gradients by rows to a dense one, or to zeros. */
export function setWithRows(f: typeof withRows): void {
  withRows = f;
}

/**
 * An n-dimensional array that remembers how it was computed.
 * @example
 * const x = tensor([[1, 2], [3, 4]], { requiresGrad: true });
 * x.mul(x).sum().backward();
 * x.grad!.toArray(); // [[2, 4], [6, 8]]
 */
export class Tensor {
  readonly storage: Storage;
  /** Sizes of the dimensions. */
  readonly shape: Shape;
  /** Where the first element lies in the storage. */
  readonly offset: number;
  /** A name for the tape and the gradient table. */
  label: string | null = null;
  /** For the stand-in of a JavaScript number: the dtype it counts as, weakly, in type promotion. */
  wrapped: DType | null = null;
  /** Where the gradient of a leaf is accumulated; made when the leaf is first recorded. */
  accumulator: AccumulateGrad | null = null;
  #requiresGrad = false;
  #source: Edge | null = null;
  /** What this is a view of, as it was made. */
  #base: Base | null = null;
  /** `null` for row-major order, until somebody asks. */
  #strides: readonly number[] | null;
  readonly #contiguous: boolean;
  #meta: Meta | null;
  #grad: Tensor | null = null;
  /** Whether only the engine has seen the gradient. */
  #ownGrad = false;

  /** Strides of `null` are those of row-major order; `meta` is shape and dtype again, where an object of both is at hand. */
  constructor(
    storage: Storage,
    shape: Shape,
    strides: readonly number[] | null = null,
    offset = 0,
    meta: Meta | null = null,
  ) {
    if (!Array.isArray(shape)) throw notMadeFrom();
    this.storage = storage;
    this.shape = shape;
    this.offset = offset;
    this.#strides = strides;
    this.#contiguous = strides === null || isContiguous(shape, strides);
    this.#meta = meta;
  }
  /** Distance in elements between neighbours along each dimension. */
  get strides(): readonly number[] {
    this.#strides ??= contiguousStrides(this.shape);
    return this.#strides;
  }

  get dtype(): DType {
    return this.storage.dtype;
  }

  /** Shape and dtype without the elements. */
  get meta(): Meta {
    const { shape, wrapped } = this;
    const { dtype } = this.storage;
    this.#meta ??= wrapped === null ? { shape, dtype } : { shape, dtype, wrapped };
    return this.#meta;
  }

  /** The output of a recorded operation that this is, or `null` for a leaf. For a view of what was changed in place since, it is found anew. */
  get source(): Edge | null {
    if (this.#base !== null && this.#base.tensor.#source !== this.#base.source) this.#renew(this.#base);
    return this.#source;
  }
  set source(value: Edge | null) {
    this.#source = value;
  }

  #renew(base: Base): void {
    // one of several views cannot be recorded alone: edgeOf refuses it
    if (base.kind === "several") return;
    // both at once, as a view that is found half renewed would stay so
    const put = (edge: Edge | null): Edge | null => {
      const before = this.#source;
      this.#source = edge;
      base.source = base.tensor.#source;
      return before;
    };
    // detach_ of the base changes no elements, so what the view shows was computed as before
    if (base.tensor.#source === null) put(base.version === this.storage.version ? this.#source : null);
    else retake(this, base.tensor, put);
  }

  /** The accumulated gradient: of a leaf after `backward`, or of any tensor that asked with `retainGrad`. */
  get grad(): Tensor | null {
    if (this.accumulator !== null && this.accumulator.rows !== null)
      this.#grad = withRows(this.accumulator, this.#grad);
    this.#ownGrad = false;
    return this.#grad;
  }
  set grad(value: Tensor | null) {
    if (value !== null && !(value instanceof Tensor))
      throw new ArgumentError("grad", `a gradient is a tensor or null, but got ${typeof value}`);
    const before = this.#ownGrad ? this.#grad : null;
    this.#ownGrad = false;
    this.#grad = value;
    if (this.accumulator !== null) this.accumulator.rows = null;
    if (before !== null) free(before.storage); // last, as the program may be terminated in between
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  numel(): number {
    return sizeOf(this.shape);
  }

  /** Bytes of the elements. */
  get nbytes(): number {
    return this.numel() * bytesPerElement[this.dtype];
  }

  /** Number of dimensions, as `ndim`. */
  dim(): number {
    return this.shape.length;
  }

  /** The shape, or the size of one dimension; negative ones count from the end. */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    return dim === undefined ? this.shape : this.shape[normalizeDim("size", dim, this.ndim)];
  }

  /** Whether gradients flow to this tensor. Set it on leaves; a result has it when one of its operands has. */
  get requiresGrad(): boolean {
    return this.source !== null || this.#requiresGrad;
  }
  set requiresGrad(value: boolean) {
    if (typeof value !== "boolean")
      throw new ArgumentError("requiresGrad", `must be true or false, but got ${typeof value}`);
    if (this.source !== null && !value)
      throw new GradError("requiresGrad", "only a leaf can stop requiring a gradient; use detach() for a result");
    if (value && this.storage.inference && !makesInference())
      throw new GradError(
        "requiresGrad",
        "an inference tensor cannot require a gradient outside of inferenceMode; clone() it",
      );
    if (value && !isFloating(this.dtype))
      throw new DTypeError("requiresGrad", "only float tensors can require a gradient", [this.dtype]);
    this.#requiresGrad = value;
  }

  /** The recorded operation that made this tensor, or `null` for a leaf. */
  get gradFn(): Node | null {
    return this.source === null ? null : this.source.node;
  }

  /** Which of the outputs of `gradFn` this is. */
  get outputIndex(): number {
    return this.source === null ? 0 : this.source.index;
  }

  /** True for a tensor that no recorded operation made. */
  get isLeaf(): boolean {
    return this.source === null;
  }

  /** Whether the elements lie in memory in row-major order without gaps. */
  isContiguous(): boolean {
    return this.#contiguous;
  }

  /** Sets `requiresGrad` and returns the tensor. */
  requiresGrad_(value = true): this {
    this.requiresGrad = value;
    return this;
  }

  /** The same elements, off the tape: shares storage and its count of changes, requires no gradient. */
  detach(): Tensor {
    return new Tensor(this.storage.offTape(), this.shape, this.#strides, this.offset);
  }

  /**
   * Takes this very tensor off the tape: it is a leaf then that requires no gradient.
   * @throws GradError for a view, which shares its place with what it shows.
   */
  detach_(): this {
    if (this.#base !== null)
      throw new GradError("detach_", "a view cannot be taken off the tape in place; use detach()");
    this.#source = null;
    this.#base = null;
    this.#requiresGrad = false;
    return this;
  }

  /** Whether this was made in inferenceMode. */
  isInference(): boolean {
    return this.storage.inference;
  }

  /** How often the elements were changed in place; views share it. */
  get version(): number {
    return this.storage.version;
  }

  /** Gives the tensor a name that the tape and the gradient table show. */
  named(label: string): this {
    this.label = label;
    return this;
  }

  /**
   * The one element as a number (a bool is 0 or 1).
   * @throws ShapeError when there is not exactly one element.
   */
  item(): number {
    if (this.numel() !== 1) throw new ShapeError("item", "the tensor must have exactly one element", [this.shape]);
    return this.storage.at(this.offset);
  }

  /** A row-major copy of the elements as a typed array of the dtype. */
  toTypedArray(): NumericArray {
    return contiguousArray(this).slice();
  }

  /**
   * Returns the elements as nested arrays of numbers (bools as booleans); a number for a scalar. The type argument says how deep they are.
   * @example tensor([[1, 2], [3, 4]]).toArray<number[][]>()[1][0]; // 3
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows how deep the arrays are
  toArray<T extends NestedArray = NestedArray>(): T {
    const flat = contiguousArray(this);
    const bool = this.dtype === "bool";
    let at = 0;
    const level = (d: number): NestedArray => {
      if (d === this.shape.length) return bool ? flat[at++] !== 0 : flat[at++];
      return Array.from({ length: this.shape[d] }, () => level(d + 1));
    };
    return level(0) as T;
  }

  /** As PyTorch prints: columns aligned, four digits, the middle left out above 1,000 elements. */
  toString(): string {
    return formatTensor(this);
  }

  static {
    printAsText(this.prototype);
    peekGrad = (t) => t.#grad;
    giveGrad = (t, grad) => {
      const rows = t.accumulator?.rows ?? null;
      t.grad = grad;
      t.#ownGrad = true;
      if (t.accumulator !== null) t.accumulator.rows = rows;
    };
    showing = (view, x, kind) => {
      const base = x.#base;
      const { version } = view.storage;
      const tensor = base === null ? x : base.tensor;
      // what was made off the tape of something on it must not keep the tape
      if (kind === "untaped" || base?.kind === "untaped")
        view.#base = { tensor: x.detach(), kind: "untaped", source: null, version };
      else view.#base = { tensor, kind: base?.kind === "several" ? "several" : kind, source: tensor.#source, version };
    };
    baseOf = (t) => t.#base;
  }

  get [Symbol.toStringTag](): string {
    return "Tensor";
  }

  /** Tensors have no JavaScript arithmetic: this explains what to write instead, and lets templates print. */
  [Symbol.toPrimitive](hint: "string" | "number" | "default"): string {
    if (hint === "string") return this.toString();
    throw new ArgumentError(
      "Tensor",
      "JavaScript cannot calculate with tensors; write a.add(b), a.sub(b), a.mul(b), a.div(b) or a.pow(b), a.lt(b) or a.gt(b), x.item() for a number, and `${x}` for text",
    );
  }
}

/** A tensor over a typed array that the caller gives away. */
export function fromArray(array: NumericArray, dtype: DType, shape: Shape): Tensor {
  return new Tensor(adopt(array, dtype), shape);
}
