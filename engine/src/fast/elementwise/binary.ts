/** Arithmetic of two tensors, with broadcasting, and the gradient of a product. */
import { blank } from "../../dispatch/blank.ts";
import { singleResult } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import type { DType } from "../../tensor/dtype.ts";
import { broadcastStrides, sameShape } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import * as Binary from "../abi/codes/binary.ts";
import * as Form from "../abi/codes/elementwise-form.ts";
import * as Integer from "../abi/codes/integer.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import {
  broadcastAddressOf,
  finishKernel,
  isFloat32,
  resultAddressOf,
  scalarAddressOf,
  stridedAddressOf,
} from "../wasm/operands.ts";
import { collapse } from "../wasm/strides.ts";
import { integers } from "./integers.ts";
import { memoryBoundTime, minSharedElements, minWasmElements, shareElements } from "./job.ts";

type RunBinary = Kernels["binary32"];

const isInMemory = (t: Strided): boolean => t.storage.address > 0 && t.isContiguous();

/** Computes with a tensor of one element, which counts as float32 in any dtype; `isFirst` says that it is the first operand. */
function withScalar(run: RunBinary, op: number, out: Strided, x: Strided, scalar: Strided, isFirst: boolean): boolean {
  if (scalar.storage.length !== 1 || !isFloat32(x) || !isInMemory(x) || !sameShape(x.shape, out.shape)) return false;
  const from = x.storage.address + 4 * x.offset;
  const number = scalarAddressOf(scalar.storage.at(0));
  const { length } = out.storage;
  const to = resultAddressOf(out);
  if (isFirst) run(op, 1, 1, length, number, 0, 0, 0, from, 0, 0, 4, to);
  else run(op, 1, 1, length, from, 0, 0, 4, number, 0, 0, 0, to);
  return finishKernel();
}

/** Computes few elements of one shape in float32 by a JavaScript loop; declines other operands and extremes. */
function byLoop(op: number, out: Strided, x: Strided, z: Strided): boolean {
  if (!isFloat32(out) || !isFloat32(x) || !isFloat32(z) || !sameShape(x.shape, z.shape)) return false;
  if (!x.isContiguous() || !z.isContiguous()) return false;
  const [a, b, c] = [x.storage.array, z.storage.array, out.storage.array];
  const [i, j] = [x.offset, z.offset];
  if (op === Binary.add) for (let k = 0; k < c.length; k++) c[k] = a[i + k] + b[j + k];
  else if (op === Binary.sub) for (let k = 0; k < c.length; k++) c[k] = a[i + k] - b[j + k];
  else if (op === Binary.mul) for (let k = 0; k < c.length; k++) c[k] = a[i + k] * b[j + k];
  else if (op === Binary.div) for (let k = 0; k < c.length; k++) c[k] = a[i + k] / b[j + k];
  else return false;
  return true;
}

/** Returns the tensor in another dtype. */
function converted(t: Strided, dtype: DType): Strided {
  const y = blank({ shape: t.shape, dtype }, null);
  y.storage.array.set(contiguousArray(t));
  return y;
}

/** Up to so many parts of three dimensions are computed one by one; more operands are copied instead. */
const maxParts = 256;

/** Computes with operands of any strides: in up to three dimensions as they are, in four as several results of three, in more with copies. */
function withStrides(run: RunBinary, op: number, size: 4 | 8, out: Strided, x: Strided, z: Strided): boolean {
  const { dtype } = out.storage;
  const operands = [x, z].map((t) => (t.storage.dtype === dtype ? t : converted(t, dtype)));
  const loop = collapse(
    out.shape,
    operands.map((t) => broadcastStrides(t.shape, t.strides, out.shape)),
  );
  if (loop.shape.length === 4 && loop.shape[0] <= maxParts) {
    const [starts, to] = [operands.map(stridedAddressOf), resultAddressOf(out)];
    const [parts, d0, d1, d2] = loop.shape;
    const bytes = size * d0 * d1 * d2;
    for (let i = 0; i < parts; i++) {
      const [[a, s], [b, t]] = loop.strides.map(([first, ...rest], k): [number, number[]] => [
        starts[k] + size * i * first,
        rest.map((step) => size * step),
      ]);
      run(op, d0, d1, d2, a, s[0], s[1], s[2], b, t[0], t[1], t[2], to + i * bytes);
    }
    return finishKernel();
  }
  if (loop.shape.length > 3) {
    const [from, other] = operands.map((t) => broadcastAddressOf(t, out.shape));
    run(op, 1, 1, out.storage.length, from, 0, 0, size, other, 0, 0, size, resultAddressOf(out));
    return finishKernel();
  }
  const [a, b] = operands.map(stridedAddressOf);
  const pad = 3 - loop.shape.length;
  const n = (d: number): number => (d < pad ? 1 : loop.shape[d - pad]);
  const s = (k: number, d: number): number => (d < pad ? 0 : size * loop.strides[k][d - pad]);
  run(op, n(0), n(1), n(2), a, s(0, 0), s(0, 1), s(0, 2), b, s(1, 0), s(1, 1), s(1, 2), resultAddressOf(out));
  return finishKernel();
}

/** Returns the kernel of floats by a code of `binary`, and of integers by one of `integer`. */
const binary =
  (op: number, integer: number | undefined): FastKernel =>
  (outputs, inputs) => {
    const out = outputs[0];
    const { dtype, length } = out.storage;
    const wasm = kernelsFor(length, minWasmElements);
    const x = inputs[0];
    const z = inputs[1];
    if (length < minWasmElements && wasm === null) return byLoop(op, out, x, z);
    if (integer !== undefined && dtype !== "float32" && dtype !== "float64") return integers(integer, out, x, z);
    if (wasm === null || (dtype !== "float32" && dtype !== "float64")) return false;
    const size = dtype === "float32" ? 4 : 8;
    const run = dtype === "float32" ? wasm.binary32 : wasm.binary64;
    const isSameDtype = x.storage.dtype === dtype && z.storage.dtype === dtype;
    if (isSameDtype && sameShape(x.shape, z.shape) && isInMemory(x) && isInMemory(z)) {
      const a = x.storage.address + size * x.offset;
      const b = z.storage.address + size * z.offset;
      const to = resultAddressOf(out);
      if (size === 8) run(op, 1, 1, length, a, 0, 0, size, b, 0, 0, size, to);
      else if (length < minSharedElements || !shareElements(wasm, Form.binary, op, length, memoryBoundTime, a, b, to))
        wasm.flat32(op, length, a, b, to);
      return finishKernel();
    }
    if (size === 4 && (withScalar(run, op, out, x, z, false) || withScalar(run, op, out, z, x, true))) return true;
    return withStrides(run, op, size, out, x, z);
  };

/** The fast kernels of a product, a maximum and a minimum, for ops that are composed of them. */
export const times: FastKernel = binary(Binary.mul, Integer.mul);
export const maximum: FastKernel = binary(Binary.maximum, Integer.maximum);
export const minimum: FastKernel = binary(Binary.minimum, Integer.minimum);

const product = (x: number, z: number): number => x * z;

/** Returns the product of a cotangent and an operand; `null` where the kernel declines. */
function timesOf(g: Tensor, t: Tensor): Tensor | null {
  const single = singleResult(null, product, g, [g, t]);
  if (single !== null) return single;
  const y = blank(g, null);
  return times([y], [g, t], null) ? y : null;
}

/** Computes x̄ = ȳ z and z̄ = x ȳ. */
const productRule: FastRule = (g, { inputs, needs }) => {
  if (!isFloat32(g)) return null;
  const [dx, dz] = [needs[0] ? timesOf(g, inputs[1]) : null, needs[1] ? timesOf(g, inputs[0]) : null];
  return (needs[0] && dx === null) || (needs[1] && dz === null) ? null : [dx, dz];
};

const integerCodes: Readonly<Record<string, number>> = Integer;
for (const [name, op] of Object.entries(Binary)) registerFastKernel(name, binary(op, integerCodes[name]));
registerFastRule("mul", productRule);
