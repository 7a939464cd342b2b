/* oxlint-disable typescript/no-unnecessary-type-parameters -- the caller knows the elements that are read */
/** The tensor: a strided window of a storage, with a position in the autograd graph. */
import { type ComplexNumber, complexAt } from "./complex.ts";
import type { Cut } from "./cut.ts";
import { type DType, isComplex, type NumericArray, realDType } from "./dtype.ts";
import { ArgumentError, arithmeticError, constructorError, GradError, ShapeError } from "./errors.ts";
import type { AccumulateGrad, Edge, Node } from "./graph.ts";
import { noteMade, noteRead, tensorHooks } from "./hooks.ts";
import type { Meta } from "./meta.ts";
import { type NestedArray, nestedArray } from "./nested.ts";
import { formatTensor } from "./print.ts";
import { checkRequiresGrad } from "./requires-grad.ts";
import { contiguousStrides, isContiguous, normalizeDim, type Shape, sizeOf } from "./shape.ts";
import { free } from "./storage/memory.ts";
import { type Storage, storageFromArray } from "./storage/storage.ts";
import { contiguousArray } from "./strided.ts";
import { printAsText } from "./symbols.ts";
import { rebase, type ViewInfo, type ViewKind, viewInfo } from "./view.ts";

/** Returns `grad` without marking it as read by user code. Row gradients that wait in the accumulator are not included. */
export let peekGrad: (t: Tensor) => Tensor | null;

/** Sets `grad` to a tensor that no one else refers to. Its storage is freed when `grad` is replaced, unless user code has read it. */
export let setOwnedGrad: (t: Tensor, grad: Tensor) => void;

/** Records `x`, or the base of `x` if it is itself a view, as the base of `view`. */
export let registerView: (view: Tensor, x: Tensor, kind: ViewKind) => void;

/** Returns the base of a view and how the view was created; `null` for a tensor that is no view. */
export let viewInfoOf: (t: Tensor) => Readonly<ViewInfo> | null;

/** Replaces storage, shape, strides, offset and dtype of a tensor by those of another one. */
export let setWindow: (t: Tensor, other: Tensor) => void;

/**
 * An n-dimensional array that records the operations by which it is computed. `tensor`, `zeros`, `randn` and the like create one.
 * @example
 * const x = tensor([[1, 2], [3, 4]], { requiresGrad: true });
 * x.mul(x).sum().backward();
 * x.grad!.toArray(); // [[2, 4], [6, 8]]
 */
export class Tensor {
  /** The memory of the elements, which views share. That of a complex tensor has a real dtype, and the real and imaginary parts of the elements in turn. */
  readonly storage: Storage;
  /** Sizes of the dimensions, outermost first; `[]` for a scalar. @example zeros([2, 3]).shape; // [2, 3] */
  readonly shape: Shape;
  /** Position of the first element in the storage, in elements. @example arange(4).narrow(0, 1, 2).offset; // 1 */
  readonly offset: number;
  /** Element type. @example tensor([true, false]).dtype; // "bool" */
  readonly dtype: DType;
  /** A name that tapes and gradient tables show; `null` for none. */
  label: string | null = null;
  /** For a tensor that stands for a JavaScript number: the dtype that the number has in type promotion. `null` for all others. */
  wrapped: DType | null = null;
  /** The terminal node of a leaf, created when an operation on the leaf is first recorded. */
  accumulator: AccumulateGrad | null = null;
  /** For a tensor off the tape: the places where values left the tape that it was computed from; `null` for none. */
  cut: Cut | null = null;
  #requiresGrad = false;
  #source: Edge | null = null;
  /** The base, for a view. */
  #view: ViewInfo | null = null;
  /** `null` stands for row-major strides, which are computed when they are first read. */
  #strides: readonly number[] | null;
  #contiguous: boolean;
  #meta: Meta | null;
  #grad: Tensor | null = null;
  /** Whether user code has not read the gradient yet, so that the engine may free it. */
  #ownsGrad = false;

  /** `strides` of `null` are row-major. `meta` may be an object that already has the shape and dtype, to be shared. `dtype` differs from the storage's for complex elements. */
  constructor(
    storage: Storage,
    shape: Shape,
    strides: readonly number[] | null = null,
    offset = 0,
    meta: Meta | null = null,
    dtype: DType | null = null,
  ) {
    if (!Array.isArray(shape)) throw constructorError();
    this.storage = storage;
    this.shape = shape;
    this.offset = offset;
    this.dtype = dtype ?? (meta === null ? storage.dtype : meta.dtype);
    this.#strides = strides;
    this.#contiguous = strides === null || isContiguous(shape, strides);
    this.#meta = meta;
  }

  /** Steps in elements from one index to the next along each dimension. @example zeros([2, 3]).strides; // [3, 1] */
  get strides(): readonly number[] {
    this.#strides ??= contiguousStrides(this.shape);
    return this.#strides;
  }

  /** Shape and dtype, in an object that does not keep the elements in memory. @example zeros([2]).meta; // { shape: [2], dtype: "float32" } */
  get meta(): Meta {
    const { shape, wrapped, dtype } = this;
    this.#meta ??= wrapped === null ? { shape, dtype } : { shape, dtype, wrapped };
    return this.#meta;
  }

  /** The output of a recorded operation that this tensor is; `null` for a leaf. A view whose base was changed in place is recorded again first. */
  get source(): Edge | null {
    if (this.#view !== null && this.#view.base.#source !== this.#view.baseSource) this.#rebase(this.#view);
    return this.#source;
  }
  set source(value: Edge | null) {
    this.#source = value;
  }

  #rebase(view: ViewInfo): void {
    // sets both fields together, so that a program that is terminated leaves no view half rebased
    rebase(this, view, this.#source, (edge) => {
      const before = this.#source;
      this.#source = edge;
      view.baseSource = view.base.#source;
      return before;
    });
  }

  /**
   * The accumulated gradient, of the shape and dtype of the tensor, or `null` while there is none. `backward` adds to it, in leaves that require a
   * gradient and in results on which `retainGrad` was called; `zeroGrad` of a module or optimizer, or `x.grad = null`, resets it.
   * @throws ArgumentError when it is set to anything else than a tensor or `null`.
   * @example
   * const x = tensor([1, 2], { requiresGrad: true });
   * x.mul(3).sum().backward();
   * x.grad!.toArray(); // [3, 3]
   */
  get grad(): Tensor | null {
    if (this.accumulator !== null && this.accumulator.rows !== null)
      this.#grad = tensorHooks().addRowGradients(this, this.#grad);
    this.#ownsGrad = false;
    return this.#grad;
  }
  set grad(value: Tensor | null) {
    if (value !== null && !(value instanceof Tensor))
      throw new ArgumentError("grad", `a gradient must be a tensor or null, but got ${typeof value}`);
    const owned = this.#ownsGrad ? this.#grad : null;
    this.#ownsGrad = false;
    this.#grad = value;
    if (this.accumulator !== null) this.accumulator.rows = null;
    // last: the program may be terminated between two lines, and must not find a freed gradient
    if (owned !== null) free(owned.storage);
  }

  /** Number of dimensions. @example zeros([2, 3]).ndim; // 2 */
  get ndim(): number {
    return this.shape.length;
  }

  /** Returns the number of elements. @example zeros([2, 3]).numel(); // 6 */
  numel(): number {
    return sizeOf(this.shape);
  }

  /** Returns the shape, or the size of dimension `dim`, where -1 is the last. @throws IndexError for no such dimension. @example zeros([2, 3]).size(-1); // 3 */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    return dim === undefined ? this.shape : this.shape[normalizeDim("size", dim, this.ndim)];
  }

  /**
   * Whether `backward` computes a gradient for this tensor. Set it on leaves; the result of an operation has it when an input has it.
   * @throws DTypeError when it is set on a tensor whose dtype is not float.
   * @throws GradError when it is set to false on a result, or to true on an inference tensor outside of `inferenceMode`.
   * @example tensor([1, 2], { requiresGrad: true }).mul(2).requiresGrad; // true
   */
  get requiresGrad(): boolean {
    return this.source !== null || this.#requiresGrad;
  }
  set requiresGrad(value: boolean) {
    checkRequiresGrad(this, value);
    this.#requiresGrad = value;
  }

  /** The recorded operation that computed this tensor; `null` for a leaf. @example ones([2], { requiresGrad: true }).exp().gradFn!.name; // "ExpBackward" */
  get gradFn(): Node | null {
    return this.source === null ? null : this.source.node;
  }

  /** Position of this tensor among the outputs of `gradFn`; 0 for a leaf. @example ones([4], { requiresGrad: true }).split(2)[1].outputIndex; // 1 */
  get outputIndex(): number {
    return this.source === null ? 0 : this.source.index;
  }

  /** Whether no recorded operation computed this tensor. @example ones([2], { requiresGrad: true }).isLeaf; // true */
  get isLeaf(): boolean {
    return this.source === null;
  }

  /** Returns whether the elements lie in memory in row-major order without gaps. @example zeros([2, 3]).t().isContiguous(); // false */
  isContiguous(): boolean {
    return this.#contiguous;
  }

  /** Sets `requiresGrad`, and returns this tensor. @example zeros([2]).requiresGrad_().requiresGrad; // true */
  requiresGrad_(value = true): this {
    this.requiresGrad = value;
    return this;
  }

  /** Returns a leaf that requires no gradient and shares the storage and its version. @example ones([2], { requiresGrad: true }).exp().detach().isLeaf; // true */
  detach(): Tensor {
    const x = new Tensor(this.storage.forDetached(), this.shape, this.#strides, this.offset, null, this.dtype);
    return noteMade(x, this, "detach", "detach");
  }

  /** Makes this tensor a leaf that requires no gradient. @throws GradError for a view. @example ones([2], { requiresGrad: true }).exp().detach_().isLeaf; // true */
  detach_(): this {
    if (this.#view !== null) throw new GradError("detach_", "a view cannot be detached in place; use detach()");
    noteMade(this, this, "detach", "detach_");
    this.#source = null;
    this.#view = null;
    this.#requiresGrad = false;
    return this;
  }

  /** Returns whether this tensor was created in `inferenceMode`. @example inferenceMode(() => zeros([2])).isInference(); // true */
  isInference(): boolean {
    return this.storage.inference;
  }

  /** Number of in-place changes of the storage, which views share. @example zeros([2]).add_(1).version; // 1 */
  get version(): number {
    return this.storage.version;
  }

  /** Sets the name that tapes and gradient tables show, and returns this tensor. @example zeros([2]).named("bias").label; // "bias" */
  named(label: string): this {
    this.label = label;
    return this;
  }

  /** Returns the only element: a number, where a bool is 0 or 1, a BigInt for an int64 beyond 2⁵³, or { re, im } for a complex one. @throws ShapeError when there are more or none. @example tensor([[5]]).item(); // 5 */
  item(): number;
  item<T extends number | bigint | ComplexNumber>(): T;
  item(): number {
    if (this.numel() !== 1) throw new ShapeError("item", "the tensor must have exactly one element", [this.shape]);
    if (isComplex(this.dtype)) return complexAt(this.storage.array, this.offset) as unknown as number;
    return noteRead(this, "item").storage.at(this.offset);
  }

  /** Returns a copy of the elements in row-major order: bools as 0 and 1, float16 and bfloat16 in a Float32Array, int64 in a Float64Array, or beyond 2⁵³ in a BigInt64Array, real and imaginary parts of complex ones in turn. @example tensor([true]).toTypedArray(); // Uint8Array.of(1) */
  toTypedArray(): NumericArray;
  toTypedArray<T extends NumericArray | BigInt64Array>(): T;
  toTypedArray(): NumericArray {
    return contiguousArray(noteRead(this, "toTypedArray")).slice();
  }

  /** Returns the elements as nested arrays, of booleans for dtype bool, of { re, im } for a complex one; the type argument says how deep they are. @example tensor([[1, 2], [3, 4]]).toArray<number[][]>()[1][0]; // 3 */
  toArray<T extends NestedArray = NestedArray>(): T {
    return nestedArray(noteRead(this, "toArray")) as T;
  }

  /** Returns the text that PyTorch prints: four digits, aligned columns, and only the ends of dimensions if there are over 1,000 elements. */
  toString(): string {
    return formatTensor(this);
  }

  static {
    printAsText(this.prototype);
    peekGrad = (t) => t.#grad;
    setOwnedGrad = (t, grad) => {
      const rows = t.accumulator?.rows ?? null;
      t.grad = grad;
      t.#ownsGrad = true;
      if (t.accumulator !== null) t.accumulator.rows = rows;
    };
    registerView = (view, x, kind) => {
      view.#view = viewInfo(x, kind, x.#view);
    };
    viewInfoOf = (t) => t.#view;
    setWindow = (t, { storage, shape, offset, strides, dtype }) => {
      // read-only for programs
      Object.assign(t, { storage, shape, offset, dtype });
      t.#strides = strides;
      t.#contiguous = isContiguous(shape, strides);
      t.#meta = null;
    };
  }

  get [Symbol.toStringTag](): string {
    return "Tensor";
  }

  /** Prints the tensor in templates; JavaScript arithmetic throws an error that says which methods to call instead. */
  [Symbol.toPrimitive](hint: "string" | "number" | "default"): string {
    if (hint === "string") return this.toString();
    throw arithmeticError();
  }
}

/** Returns a tensor over the elements of a typed array, which the caller must not use afterwards. */
export function fromArray(array: NumericArray, dtype: DType, shape: Shape): Tensor {
  return new Tensor(storageFromArray(array, realDType(dtype)), shape, null, 0, null, dtype);
}
