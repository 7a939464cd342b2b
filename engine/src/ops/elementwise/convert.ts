/** Copies and casts. */

import { partOf } from "../../dispatch/complex.ts";
import { defineFunction, defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { castElements } from "../../tensor/complex.ts";
import { castArray, type DType, dtypes, isComplex } from "../../tensor/dtype.ts";
import { toBigInts } from "../../tensor/encoding.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { addMethods } from "../../tensor/methods.ts";
import type { Tensor } from "../../tensor/tensor.ts";

const cloneOp: Run<null> = defineOp<null>({
  name: "clone",
  role: "copy",
  torch: "clone",
  aliases: ["alias_copy", "__deepcopy__"],
  access: "method",
  signature: "input",
  label: () => "clone",
  tex: { forward: "y = x", vjp: "\\bar x = \\bar y" },
  keepsFinite: "both",
  accumulation: "sum",
  outputs: ([x]) => x,
  kernel: (out, [x]) => out.set(x),
  complex: (out, [x]) => out.set(x),
  saves: {},
  vjp: (g) => [g],
  jvp: "linear",
  batch: "elementwise",
  samples: (r) => [{ input: r.normal([2, 3]) }],
  call: clone,
});

/**
 * Returns a copy in row-major order, with storage of its own. Gradients flow through.
 * @example clone(tensor([1, 2])).toArray(); // [1, 2]
 */
export function clone(input: Tensor): Tensor {
  return cloneOp([requireTensor("clone", input)], null);
}

const toOp: Run<DType> = defineOp<DType>({
  name: "to",
  role: "copy",
  torch: "Tensor.to",
  access: "method",
  signature: "input, dtype",
  label: (dtype) => dtype,
  tex: { forward: "y = x \\text{, cast}", vjp: "\\bar x = \\bar y \\text{, cast back}" },
  accumulation: "sum",
  outputs: ([x], dtype) => ({ shape: x.shape, dtype }),
  kernel: (out, [x], { params: dtype }) => {
    if (isComplex(dtype)) out.set(castArray(x, dtype));
    else if (dtype === "bool") for (let i = 0; i < x.length; i++) out[i] = x[i] !== 0 ? 1 : 0;
    else out.set(x);
  },
  exact: (out, [x], { params: dtype }) => out.set(dtype === "int64" ? toBigInts(x) : castArray(x, dtype)),
  complex: (out, [x], { params: dtype, inputs: [m] }) => out.set(castElements(x, m.dtype, dtype)),
  saves: {},
  // off the tape, the real part needs no copy
  vjp: (g, { metas: [x] }) => [isComplex(x.dtype) || isGradEnabled() || g.storage.isBatched ? g : partOf(g, 0)],
  jvp: "linear",
  batch: "elementwise",
  samples: (r) => [
    { input: r.normal([2, 3]), dtype: "float64" },
    { input: r.integers([3], 0, 3), dtype: "bool" },
  ],
  call: to,
});

/**
 * Returns the tensor cast to another dtype, or the tensor itself if it has that dtype. A bool is true for all elements but 0, and a real number is the real part of a complex
 * one. The gradient is cast back.
 * @throws ArgumentError for an unknown dtype.
 * @example to(tensor([1.7, 0]), "int32").toArray(); // [1, 0]
 */
export function to(input: Tensor, dtype: DType): Tensor {
  const x = requireTensor("to", input);
  if (!dtypes.includes(dtype))
    throw new ArgumentError("to", `dtype must be one of ${dtypes.join(", ")}, but got ${JSON.stringify(dtype)}`);
  return x.dtype === dtype && x.wrapped === null ? x : toOp([x], dtype);
}

/**
 * Returns the tensor cast to the dtype of another one, or the tensor itself if it has that dtype. The gradient is cast back.
 * @example typeAs(tensor([1.7, 0]), tensor([true])).toArray(); // [true, false]
 */
export const typeAs: (input: Tensor, other: Tensor) => Tensor = defineFunction(
  {
    name: "typeAs",
    torch: "Tensor.type_as",
    access: "method",
    signature: "input, other",
    tex: "y = x \\text{, cast}",
    samples: (r) => [{ input: r.normal([2, 3]), other: r.integers([1], 0, 3) }],
  },
  (input: Tensor, other: Tensor): Tensor => to(input, requireTensor("typeAs", other).dtype),
);

/** Defines a function that casts to one dtype. */
const casting = (name: string, dtype: DType): ((input: Tensor) => Tensor) =>
  defineFunction(
    {
      name,
      torch: `Tensor.${name}`,
      access: "method",
      signature: "input",
      tex: "y = x \\text{, cast}",
      samples: (r) => [{ input: r.normal([2, 3]) }],
    },
    (input: Tensor): Tensor => to(requireTensor(name, input), dtype),
  );

/**
 * Returns the tensor cast to float32, or the tensor itself if it is float32. The gradient is cast back.
 * @example float(tensor([1, 2], { dtype: "int32" })).dtype; // "float32"
 */
export const float: (input: Tensor) => Tensor = casting("float", "float32");

/**
 * Returns the tensor cast to float64, or the tensor itself if it is float64. The gradient is cast back.
 * @example double(tensor([1, 2])).dtype; // "float64"
 */
export const double: (input: Tensor) => Tensor = casting("double", "float64");

/**
 * Returns the tensor cast to float16, or the tensor itself if it is float16. Elements are rounded to the nearest float16, ties to even. The gradient is cast back.
 * @example half(tensor([1, 2])).dtype; // "float16"
 */
export const half: (input: Tensor) => Tensor = casting("half", "float16");

/**
 * Returns the tensor cast to bfloat16, or the tensor itself if it is bfloat16. Elements are rounded to the nearest bfloat16, ties to even. The gradient is cast back.
 * @example bfloat16(tensor([1, 2])).dtype; // "bfloat16"
 */
export const bfloat16: (input: Tensor) => Tensor = casting("bfloat16", "bfloat16");

/**
 * Returns the tensor cast to int64, or the tensor itself if it is int64. Floats lose their fraction.
 * @example long(tensor([1.7, -1.7])).toArray(); // [1, -1]
 */
export const long: (input: Tensor) => Tensor = casting("long", "int64");

/**
 * Returns the tensor cast to int32, or the tensor itself if it is int32. Floats lose their fraction, and wider integers all but their low bits.
 * @example int(tensor([1.7, -1.7])).toArray(); // [1, -1]
 */
export const int: (input: Tensor) => Tensor = casting("int", "int32");

/**
 * Returns the tensor cast to int16, or the tensor itself if it is int16. Floats lose their fraction, and wider integers all but their low bits.
 * @example short(tensor([1.7, -1.7])).toArray(); // [1, -1]
 */
export const short: (input: Tensor) => Tensor = casting("short", "int16");

/**
 * Returns the tensor cast to int8, or the tensor itself if it is int8. Floats lose their fraction, and wider integers all but their low bits.
 * @example char(tensor([1.7, 200])).toArray(); // [1, -56]
 */
export const char: (input: Tensor) => Tensor = casting("char", "int8");

/**
 * Returns the tensor cast to uint8, or the tensor itself if it is uint8. Floats lose their fraction, and wider integers all but their low bits.
 * @example byte(tensor([1.7, 300])).toArray(); // [1, 44]
 */
export const byte: (input: Tensor) => Tensor = casting("byte", "uint8");

/**
 * Returns the tensor cast to bool, or the tensor itself if it is bool. All but 0 is true.
 * @example bool(tensor([0, 0.5])).toArray(); // [false, true]
 */
export const bool: (input: Tensor) => Tensor = casting("bool", "bool");

/**
 * Returns the tensor cast to complex64, or the tensor itself if it is complex64. The gradient is cast back: that of a real tensor is real.
 * @example cfloat(tensor([1, 2])).dtype; // "complex64"
 */
export const cfloat: (input: Tensor) => Tensor = casting("cfloat", "complex64");

/**
 * Returns the tensor cast to complex128, or the tensor itself if it is complex128. The gradient is cast back: that of a real tensor is real.
 * @example cdouble(tensor([1, 2])).dtype; // "complex128"
 */
export const cdouble: (input: Tensor) => Tensor = casting("cdouble", "complex128");

/** Defines a function that returns its input, as no tensor is conjugated or negated lazily. */
const resolving = (name: string, torch: string): ((input: Tensor) => Tensor) =>
  defineFunction(
    { name, torch, access: "method", signature: "input", tex: "y = x", samples: (r) => [{ input: r.normal([2, 3]) }] },
    (input: Tensor): Tensor => requireTensor(name, input),
  );

/**
 * Returns the tensor itself: `conj` computes its result at once, where PyTorch's is conjugated when it is read.
 * @example resolveConj(tensor([1, 2])).toArray(); // [1, 2]
 */
export const resolveConj: (input: Tensor) => Tensor = resolving("resolveConj", "resolve_conj");

/**
 * Returns the tensor itself: no result is negated when it is read, as imaginary parts of conjugates are in PyTorch.
 * @example resolveNeg(tensor([1, 2])).toArray(); // [1, 2]
 */
export const resolveNeg: (input: Tensor) => Tensor = resolving("resolveNeg", "resolve_neg");

/** PyTorch's names of the types of tensors. */
const typeNames: Readonly<Record<DType, string>> = {
  bool: "torch.BoolTensor",
  uint8: "torch.ByteTensor",
  int8: "torch.CharTensor",
  int16: "torch.ShortTensor",
  int32: "torch.IntTensor",
  int64: "torch.LongTensor",
  float16: "torch.HalfTensor",
  bfloat16: "torch.BFloat16Tensor",
  float32: "torch.FloatTensor",
  float64: "torch.DoubleTensor",
  complex64: "torch.ComplexFloatTensor",
  complex128: "torch.ComplexDoubleTensor",
};

addMethods({
  type(dtype?: string) {
    if (dtype === undefined) return typeNames[this.dtype] as string & Tensor;
    return to(this, dtypes.find((d) => typeNames[d] === dtype) ?? (dtype as DType)) as string & Tensor;
  },
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy with storage of its own. Gradients flow through. */
    clone(): Tensor;
    /** Returns the tensor cast to another dtype, or the tensor itself if it has that dtype. */
    to(dtype: DType): Tensor;
    /**
     * Returns PyTorch's name of the type, or the tensor cast to a dtype, which may be given by that name, too.
     * @throws ArgumentError for an unknown dtype.
     * @example
     * tensor([1, 2]).type(); // "torch.FloatTensor"
     * tensor([1, 2]).type("torch.LongTensor").dtype; // "int64"
     */
    type(): string;
    type(dtype: string): Tensor;
    /** Returns the tensor cast to the dtype of another one, or the tensor itself if it has that dtype. */
    typeAs(other: Tensor): Tensor;
    /** Returns the tensor cast to float32, or the tensor itself if it is float32. */
    float(): Tensor;
    /** Returns the tensor cast to float64, or the tensor itself if it is float64. */
    double(): Tensor;
    /** Returns the tensor cast to float16, or the tensor itself if it is float16. */
    half(): Tensor;
    /** Returns the tensor cast to bfloat16, or the tensor itself if it is bfloat16. */
    bfloat16(): Tensor;
    /** Returns the tensor cast to int64, or the tensor itself if it is int64. */
    long(): Tensor;
    /** Returns the tensor cast to int32, or the tensor itself if it is int32. */
    int(): Tensor;
    /** Returns the tensor cast to int16, or the tensor itself if it is int16. */
    short(): Tensor;
    /** Returns the tensor cast to int8, or the tensor itself if it is int8. */
    char(): Tensor;
    /** Returns the tensor cast to uint8, or the tensor itself if it is uint8. */
    byte(): Tensor;
    /** Returns the tensor cast to bool, or the tensor itself if it is bool. */
    bool(): Tensor;
    /** Returns the tensor cast to complex64, or the tensor itself if it is complex64. */
    cfloat(): Tensor;
    /** Returns the tensor cast to complex128, or the tensor itself if it is complex128. */
    cdouble(): Tensor;
    /** Returns the tensor itself: conjugates are computed at once. */
    resolveConj(): Tensor;
    /** Returns the tensor itself: negations are computed at once. */
    resolveNeg(): Tensor;
  }
}
