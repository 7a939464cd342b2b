/** Casts between dtypes. */
import { type FastKernel, registerComplexKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement, type DType } from "../../tensor/dtype.ts";
import { contiguousStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as CastStep from "../abi/codes/cast-step.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import { addressOf, allocateTemporary, broadcastAddressOf, finishKernel, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;
/** Bytes of the results of two steps on a block of elements, with the vectors that are written behind the last one. */
const scratchBytes = 2 * 16 * 1024 + 128;

type Step = keyof typeof CastStep;
type Route = readonly Step[];

/** The steps that read a dtype. */
const stepsFrom: Readonly<Record<DType, Partial<Readonly<Record<DType, Step>>>>> = {
  bool: { int32: "uint8ToInt32" },
  uint8: { int32: "uint8ToInt32" },
  int8: { int32: "int8ToInt32" },
  int16: { int32: "int16ToInt32" },
  int32: {
    float32: "int32ToFloat32",
    float64: "int32ToFloat64",
    int64: "int32ToInt64",
    int16: "int32ToInt16",
    int8: "int32ToInt8",
    uint8: "int32ToInt8",
    bool: "int32ToBool",
  },
  int64: { int32: "int64ToInt32", float32: "int64ToFloat32", float64: "int64ToFloat64", bool: "int64ToBool" },
  float16: { float32: "float16ToFloat32" },
  bfloat16: { float32: "bfloat16ToFloat32" },
  float32: {
    uint8: "float32ToInt8",
    int8: "float32ToInt8",
    int16: "float32ToInt16",
    int32: "float32ToInt32",
    int64: "float32ToInt64",
    float64: "float32ToFloat64",
    bool: "float32ToBool",
    float16: "float32ToFloat16",
    bfloat16: "float32ToBfloat16",
    complex64: "float32ToComplex64",
  },
  float64: {
    int32: "float64ToInt32",
    int64: "float64ToInt64",
    float32: "float64ToFloat32",
    bool: "float64ToBool",
    complex128: "float64ToComplex128",
  },
  complex64: { float32: "complex64ToFloat32" },
  complex128: { float64: "complex128ToFloat64" },
};

/** The dtypes of the last but one step to each dtype. */
const lastBefore: Readonly<Record<DType, readonly DType[]>> = {
  bool: ["int32", "float32"],
  uint8: ["int32"],
  int8: ["int32"],
  int16: ["int32"],
  int32: ["float32", "float64"],
  int64: ["int32", "float32", "float64"],
  float16: ["float32"],
  bfloat16: ["float32"],
  float32: ["int32", "float64"],
  float64: ["float32", "int32"],
  complex64: ["float32"],
  complex128: ["float64"],
};

/** Returns the fewest steps from one dtype to another, up to a number; `null` where there are none. More steps could round what a later one reads. */
function routeOf(from: DType, to: DType, most = 3): Route | null {
  const direct = stepsFrom[from][to];
  if (direct !== undefined) return [direct];
  if (most === 1) return null;
  let best: Route | null = null;
  for (const before of lastBefore[to]) {
    const route = before === from ? null : routeOf(from, before, most - 1);
    const last = stepsFrom[before][to];
    if (route !== null && last !== undefined && (best === null || route.length + 1 < best.length))
      best = [...route, last];
  }
  return best;
}

const routes = new Map<string, Route | null>();

function routeBetween(from: DType, to: DType): Route | null {
  const key = `${from} ${to}`;
  const known = routes.get(key);
  if (known !== undefined) return known;
  const found = routeOf(from, to);
  routes.set(key, found);
  return found;
}

const isComplex = (dtype: DType): boolean => dtype === "complex64" || dtype === "complex128";
const partOf = (dtype: DType): DType =>
  dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : dtype;

/** Returns the address of the elements, of which a complex one is two floats; `null` for complex ones that are not in row-major order. */
function elementsAddressOf(x: Strided): number | null {
  if (!isComplex(x.dtype)) return addressOf(x);
  if (!x.isContiguous()) return null;
  const { storage, shape, offset, dtype } = x;
  const shapeOfParts = [...shape, 2];
  const parts: Strided = {
    storage,
    shape: shapeOfParts,
    strides: contiguousStrides(shapeOfParts),
    offset: 2 * offset,
    dtype: partOf(dtype),
    isContiguous: () => true,
  };
  return addressOf(parts);
}

/** Returns the address of the elements cast to another real dtype and broadcast to a shape. Complex numbers have none. */
export function castAddressOf(wasm: Kernels, x: Strided, dtype: DType, shape: Shape): number {
  if (x.dtype === dtype) return broadcastAddressOf(x, shape);
  const [first, second = -1, third = -1] = (routeBetween(x.dtype, dtype) ?? []).map((step) => CastStep[step]);
  const n = sizeOf(shape);
  const from = broadcastAddressOf(x, shape);
  const to = allocateTemporary(bytesPerElement[dtype] * n);
  const scratch = allocateTemporary(scratchBytes);
  wasm.cast(first, second, third, n, from, bytesPerElement[x.dtype], to, bytesPerElement[dtype], scratch);
  return to;
}

/** Rounds n float64 at one address to float32 at another one. */
export function roundToFloat32(wasm: Kernels, n: number, from: number, to: number): void {
  wasm.cast(CastStep.float64ToFloat32, -1, -1, n, from, 8, to, 4, allocateTemporary(scratchBytes));
}

const to: FastKernel = ([out], [x]) => {
  const n = sizeOf(out.shape);
  const [from, result] = [x.dtype, out.dtype];
  const wasm = from === result ? null : kernelsFor(n, minWasmElements);
  if (wasm === null || (isComplex(from) && result === "bool")) return false;
  // complex numbers are twice as many floats
  const both = isComplex(from) && isComplex(result);
  const share = both ? 2 : 1;
  const route = both ? routeBetween(partOf(from), partOf(result)) : routeBetween(from, result);
  const a = route === null ? null : elementsAddressOf(x);
  if (route === null || a === null) return false;
  const [first, second, third] = [0, 1, 2].map((i) => (i < route.length ? CastStep[route[i]] : -1));
  const c = resultAddressOf(out);
  const scratch = allocateTemporary(scratchBytes);
  const bytes = (dtype: DType): number => bytesPerElement[dtype] / share;
  wasm.cast(first, second, third, share * n, a, bytes(from), c, bytes(result), scratch);
  return finishKernel();
};

registerFastKernel("to", to);
registerComplexKernel("to", to);
