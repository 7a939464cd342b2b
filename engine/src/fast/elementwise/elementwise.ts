/** Elementwise ops by WebAssembly: arithmetic with broadcasting, functions, comparisons, and the gradients of activations. */
import { blank, singleResult } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import type { DType } from "../../tensor/dtype.ts";
import { broadcastStrides, sameShape, sizeOf } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { cut } from "../threads/sharing.ts";
import { runJob } from "../threads/threads.ts";
import { type Kernels, kernelsFor, type SlopeName, type UnaryName, unaryNames, widthOf } from "../wasm/module.ts";
import {
  addressOf,
  addressOfNumber,
  alike,
  baseOf,
  isFloat,
  isFloat32,
  isFloat64,
  resultOf,
  settle,
  spreadTo,
} from "../wasm/operands.ts";
import { collapse } from "../wasm/strides.ts";

/** Fewer elements are worked on where they are. */
const worthwhile = 17;

const plain = (t: Strided): boolean => t.storage.address > 0 && t.isContiguous();

/** Nanoseconds for an element: where memory is the limit, and where there is much to calculate. */
const cheap = 0.2;
const dear = 1;
/** Number of the first function that is dear: exp. */
const firstDear = unaryNames.indexOf("exp");
/** Chunks are whole units of memory. */
const unit = 16;
/** Fewer elements are never shared. */
const manyElements = 2 ** 15;
const slopeNames: readonly SlopeName[] = ["relu", "tanh", "sigmoid", "gelu", "geluTanh"];

/** Does the work by threads, if that is worth their while. */
function shareElements(
  wasm: Kernels,
  op: number,
  n: number,
  nanoseconds: number,
  addresses: readonly number[],
): boolean {
  const parts = cut(n, nanoseconds, unit);
  if (parts.threads === 1) return false;
  runJob(wasm, "elementwise", parts, [parts.size, op, n, ...addresses]);
  return true;
}

/** In the order of the module's numbers. */
const binaryOps = ["add", "sub", "mul", "div", "maximum", "minimum"] as const;

/** A tensor with a single number, which counts as float32 whatever it is stored as; `first` says that the number is the first operand. */
function withNumber(
  run: Kernels["binary32"],
  op: number,
  out: Strided,
  x: Strided,
  n: Strided,
  first: boolean,
): boolean {
  if (n.storage.length !== 1 || !isFloat32(x) || !plain(x) || !sameShape(x.shape, out.shape)) return false;
  const from = x.storage.address + 4 * x.offset;
  const number = addressOfNumber(n.storage.at(0));
  const { length } = out.storage;
  const to = resultOf(out);
  if (first) run(op, 1, 1, length, number, 0, 0, 0, from, 0, 0, 4, to);
  else run(op, 1, 1, length, from, 0, 0, 4, number, 0, 0, 0, to);
  return settle();
}

/** Few elements, where they are: operands of one shape, in float32. */
function few(op: number, out: Strided, x: Strided, z: Strided): boolean {
  if (!isFloat32(out) || !isFloat32(x) || !isFloat32(z) || op > 3 || !sameShape(x.shape, z.shape)) return false;
  if (!x.isContiguous() || !z.isContiguous()) return false;
  const [a, b, c] = [x.storage.array, z.storage.array, out.storage.array];
  const [i, j] = [x.offset, z.offset];
  if (op === 0) for (let k = 0; k < c.length; k++) c[k] = a[i + k] + b[j + k];
  else if (op === 1) for (let k = 0; k < c.length; k++) c[k] = a[i + k] - b[j + k];
  else if (op === 2) for (let k = 0; k < c.length; k++) c[k] = a[i + k] * b[j + k];
  else for (let k = 0; k < c.length; k++) c[k] = a[i + k] / b[j + k];
  return true;
}

/** The tensor in another dtype. */
function converted(t: Strided, dtype: DType): Strided {
  const y = blank({ shape: t.shape, dtype }, null);
  y.storage.array.set(contiguousArray(t));
  return y;
}

/** Operands of any strides, in rows. */
function broadcast(run: Kernels["binary32"], op: number, size: 4 | 8, out: Strided, x: Strided, z: Strided): boolean {
  const { dtype } = out.storage;
  const operands = [x, z].map((t) => (t.storage.dtype === dtype ? t : converted(t, dtype)));
  const walk = collapse(
    out.shape,
    operands.map((t) => broadcastStrides(t.shape, t.strides, out.shape)),
  );
  if (walk.shape.length > 3) return false;
  const [a, b] = operands.map(baseOf);
  const pad = 3 - walk.shape.length;
  const n = (d: number): number => (d < pad ? 1 : walk.shape[d - pad]);
  const s = (k: number, d: number): number => (d < pad ? 0 : size * walk.strides[k][d - pad]);
  run(op, n(0), n(1), n(2), a, s(0, 0), s(0, 1), s(0, 2), b, s(1, 0), s(1, 1), s(1, 2), resultOf(out));
  return settle();
}

const binary =
  (op: number): FastKernel =>
  (outputs, inputs) => {
    const out = outputs[0];
    const { dtype, length } = out.storage;
    const wasm = kernelsFor(length, worthwhile);
    const x = inputs[0];
    const z = inputs[1];
    if (length < worthwhile && wasm === null) return few(op, out, x, z);
    if (wasm === null || (dtype !== "float32" && dtype !== "float64")) return false;
    const size = dtype === "float32" ? 4 : 8;
    const run = dtype === "float32" ? wasm.binary32 : wasm.binary64;
    if (x.storage.dtype === dtype && z.storage.dtype === dtype && sameShape(x.shape, z.shape) && plain(x) && plain(z)) {
      const a = x.storage.address + size * x.offset;
      const b = z.storage.address + size * z.offset;
      const to = resultOf(out);
      if (size === 8) run(op, 1, 1, length, a, 0, 0, size, b, 0, 0, size, to);
      else if (length < manyElements || !shareElements(wasm, 64 + op, length, cheap, [a, b, to]))
        wasm.flat32(op, length, a, b, to);
      return settle();
    }
    if (size === 4 && (withNumber(run, op, out, x, z, false) || withNumber(run, op, out, z, x, true))) return true;
    return broadcast(run, op, size, out, x, z);
  };

/** ȳ z and x ȳ. */
const productRule: FastRule = (g, { inputs, needs }) => {
  if (!isFloat32(g)) return null;
  const [dx, dz] = [needs[0] ? timesOf(g, inputs[1]) : null, needs[1] ? timesOf(g, inputs[0]) : null];
  return (needs[0] && dx === null) || (needs[1] && dz === null) ? null : [dx, dz];
};

const product = (x: number, z: number): number => x * z;

function timesOf(g: Tensor, t: Tensor): Tensor | null {
  const single = singleResult(null, product, g, [g, t]);
  if (single !== null) return single;
  const y = blank(g, null);
  return times([y], [g, t], null) ? y : null;
}

export const times: FastKernel = binary(binaryOps.indexOf("mul"));

type RunUnary = (out: Strided, x: Strided) => boolean;

function unaryRunner(name: UnaryName): RunUnary {
  const number = unaryNames.indexOf(name);
  const [single, double] = [`${name}32`, `${name}64`] as const;
  const nanoseconds = number < firstDear ? cheap : dear;
  return (out, x) => {
    const n = out.storage.length;
    const wasm = kernelsFor(n, worthwhile);
    if (wasm === null || !isFloat(x) || x.storage.dtype !== out.storage.dtype) return false;
    const run = wasm[isFloat32(x) ? single : double];
    const from = addressOf(x);
    const to = resultOf(out);
    if (!isFloat32(x) || n < manyElements || !shareElements(wasm, number, n, nanoseconds, [from, 0, to]))
      run(n, from, to);
    return settle();
  };
}

const unary = (name: UnaryName): FastKernel => {
  const run = unaryRunner(name);
  return (outputs, inputs) => run(outputs[0], inputs[0]);
};

const [squares, roots, inverses, inverseRoots] = [
  unaryRunner("square"),
  unaryRunner("sqrt"),
  unaryRunner("reciprocal"),
  unaryRunner("rsqrt"),
];

const [larger, smaller] = [binary(binaryOps.indexOf("maximum")), binary(binaryOps.indexOf("minimum"))];

/** min(max(x, a), b) */
const clamp: FastKernel = ([out], [x, ...limits], params) => {
  const { min, max } = params as { readonly min: boolean; readonly max: boolean };
  if (min && !larger([out], [x, limits[0]], null)) return false;
  return !max || smaller([out], [min ? out : x, limits[limits.length - 1]], null);
};

/** Powers that need no logarithm. */
const power: FastKernel = ([out], [x, z]) => {
  if (z.storage.length !== 1 || !sameShape(x.shape, out.shape)) return false;
  switch (z.storage.at(0)) {
    case 2:
      return squares(out, x);
    case 3:
      return squares(out, x) && times([out], [out, x], null);
    case 0.5:
      return roots(out, x);
    case -0.5:
      return inverseRoots(out, x);
    case -1:
      return inverses(out, x);
    default:
      return false;
  }
};

const [exactGelu, tanhGelu] = [unaryRunner("gelu"), unaryRunner("geluTanh")];
const gelu: FastKernel = ([out], [x], approximate) => (approximate === "none" ? exactGelu : tanhGelu)(out, x);

const compareOps = ["eq", "ne", "lt", "le", "gt", "ge"] as const;

/** Whether a single z is compared in the dtype of x: it is weaker in promotion as an integer, or as a scalar beside a tensor with dimensions. */
const isWeaker = (z: Strided, x: Strided): boolean =>
  sizeOf(z.shape) === 1 && (!isFloat(z) || (z.shape.length === 0 && x.shape.length > 0));

const compare =
  (op: number): FastKernel =>
  ([out], [x, z]) => {
    const n = out.storage.length;
    const wasm = isFloat(x) ? kernelsFor(n, worthwhile) : null;
    const single = sizeOf(z.shape) === 1;
    if (wasm === null || !(alike([x, z]) || isWeaker(z, x))) return false;
    const double = isFloat64(x);
    const a = spreadTo(x, out.shape);
    const b = single ? addressOfNumber(contiguousArray(z)[0], double) : spreadTo(z, out.shape);
    widthOf(wasm, x).compare(op, n, a, b, Number(single), resultOf(out));
    return settle();
  };

const where: FastKernel = ([out], [condition, x, z]) => {
  const n = out.storage.length;
  const single = (t: Strided): boolean => sizeOf(t.shape) === 1 && n > 1;
  const fits = (t: Strided): boolean => single(t) || alike([out, t]);
  const wasm = !isFloat(out) || !fits(x) || !fits(z) ? null : kernelsFor(n, worthwhile);
  if (wasm === null || condition.storage.dtype !== "bool") return false;
  const double = isFloat64(out);
  const place = (t: Strided): number =>
    single(t) ? addressOfNumber(contiguousArray(t)[0], double) : spreadTo(t, out.shape);
  const step = (t: Strided): number => (single(t) ? 0 : double ? 8 : 4);
  widthOf(wasm, out).where(n, spreadTo(condition, out.shape), place(x), step(x), place(z), step(z), resultOf(out));
  return settle();
};

/** g times the slope of an activation, by what the op saved. */
const slope =
  (name: (params: unknown) => SlopeName, saved: "input" | "output"): FastRule =>
  (g, ctx) => {
    const s = saved === "input" ? ctx.inputs[0] : ctx.output;
    const n = sizeOf(g.shape);
    const wasm = alike([g, s]) ? kernelsFor(n, worthwhile) : null;
    if (wasm === null) return null;
    const y = blank(g, null);
    const [from, by, to] = [addressOf(g), addressOf(s), resultOf(y)];
    const which = name(ctx.params);
    const number = slopeNames.indexOf(which);
    if (!isFloat32(g) || !shareElements(wasm, 32 + number, n, number < 3 ? cheap : dear, [from, by, to]))
      widthOf(wasm, g)[`${which}Slope`](n, from, by, to);
    settle();
    return [y];
  };

export function registerElementwise(): void {
  binaryOps.forEach((name, i) => registerFastKernel(name, binary(i)));
  for (const name of unaryNames) if (name !== "gelu" && name !== "geluTanh") registerFastKernel(name, unary(name));
  compareOps.forEach((name, i) => registerFastKernel(name, compare(i)));
  registerFastKernel("pow", power);
  registerFastKernel("clamp", clamp);
  registerFastKernel("gelu", gelu);
  registerFastKernel("where", where);
  registerFastRule("mul", productRule);
  registerFastRule(
    "relu",
    slope(() => "relu", "output"),
  );
  registerFastRule(
    "tanh",
    slope(() => "tanh", "output"),
  );
  registerFastRule(
    "sigmoid",
    slope(() => "sigmoid", "output"),
  );
  registerFastRule(
    "gelu",
    slope((approximate) => (approximate === "none" ? "gelu" : "geluTanh"), "input"),
  );
}
