/** Normalization over the last dimensions: to mean 0 and variance 1, or to root mean square 1. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { Arguments } from "../../dispatch/spec.ts";
import type { DType } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { rsqrt } from "../elementwise/exponential.ts";
import { mean } from "../reduce/sum.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Complete parameters; the last `dims` dimensions are normalized. */
interface Norm {
  readonly dims: number;
  readonly eps: number;
  /** Whether the mean is subtracted. */
  readonly centred: boolean;
}

/** Options of `rmsNorm`. */
export interface RMSNormOptions {
  /** Factors, of the normalized shape. */
  readonly weight?: Tensor | null;
  /** Added to the mean square; by default the distance from 1 to the next number of the dtype. */
  readonly eps?: number | null;
}

/** Options of `layerNorm`. */
export interface NormOptions {
  /** Factors, of the normalized shape. */
  readonly weight?: Tensor | null;
  /** Summands, of the normalized shape. */
  readonly bias?: Tensor | null;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number | null;
}

/** Returns the mean over the last dimensions, which stay with size 1. */
const averaged = (x: Tensor, dims: number): Tensor =>
  mean(x, { dim: Array.from({ length: dims }, (_, d) => x.ndim - 1 - d), keepdim: true });

/** Returns x̂ = (x - μ) r and r = 1 / √(mean((x - μ)²) + ε). */
function normalized(x: Tensor, { dims, eps, centred }: Norm): readonly [hat: Tensor, r: Tensor] {
  const c = centred ? sub(x, averaged(x, dims)) : x;
  const r = rsqrt(add(averaged(mul(c, c), dims), eps));
  return [mul(c, r), r];
}

/** Returns J v for the Jacobian of x̂, which is symmetric: r (v - mean(v) - x̂ mean(v x̂)). */
function project(v: Tensor, hat: Tensor, r: Tensor, { dims, centred }: Norm): Tensor {
  const level = centred ? sub(v, averaged(v, dims)) : v;
  return mul(r, sub(level, mul(hat, averaged(mul(v, hat), dims))));
}

/** Defines `layerNorm` or `rmsNorm`. */
function normOp(name: "layerNorm" | "rmsNorm", torch: string): Run<Norm> {
  const centred = name === "layerNorm";
  const samples: OpSamples = (r) => [
    {
      input: r.normal([2, 3, 4]),
      normalizedShape: [4],
      ...(centred ? { weight: r.normal([4]), bias: r.normal([4]) } : {}),
    },
    { input: r.normal([2, 3, 2]), normalizedShape: [3, 2], weight: r.normal([3, 2]), eps: 0.1 },
    { input: r.normal([3, 4]), normalizedShape: [4], eps: 1e-3 },
  ];
  const op: Run<Norm> = defineOp<Norm>({
    name,
    role: centred ? "layerNorm" : undefined,
    stops: "normalization",
    torch,
    access: "function",
    signature: `input, normalizedShape, weight=null, ${centred ? "bias=null, eps=0.00001" : "eps=null"}`,
    label: () => (centred ? "layer norm" : "rms norm"),
    tex: {
      forward: centred
        ? "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b"
        : "y = w\\, x / \\sqrt{\\overline{x^2} + \\varepsilon}",
      vjp: centred
        ? "\\bar x = r\\, (h - \\overline{h} - \\hat x\\, \\overline{h \\hat x}),\\ h = w \\bar y"
        : "\\bar x = r\\, (h - \\hat x\\, \\overline{h \\hat x}),\\ h = w \\bar y",
    },
    outputs: (inputs, { dims }) => {
      const [x] = inputs;
      requireFloat(name, x.dtype);
      const shape = x.shape.slice(x.shape.length - dims);
      for (const m of inputs.slice(1)) checkFactors(name, x, shape, m);
      return { shape: x.shape, dtype: x.dtype };
    },
    kernel: (out, [x, w, b], { params: { dims, eps }, inputs: [m] }) => {
      const n = sizeOf(m.shape.slice(m.shape.length - dims));
      for (let at = 0; at < x.length; at += n) {
        let mu = 0;
        if (centred) for (let i = 0; i < n; i++) mu += x[at + i] / n;
        let square = 0;
        for (let i = 0; i < n; i++) square += (x[at + i] - mu) ** 2 / n;
        const r = 1 / Math.sqrt(square + eps);
        for (let i = 0; i < n; i++) out[at + i] = (x[at + i] - mu) * r * (w?.[i] ?? 1) + (b?.[i] ?? 0);
      }
    },
    saves: [{ inputs: [0, 1] }, { inputs: [0] }],
    // the backward walk sums the gradients of weight and bias over the rows
    vjp: (g, ctx) => {
      const { inputs, metas, needs, params } = ctx;
      if (!needs[0] && !needs[1]) return [null, null, g];
      const [hat, r] = normalized(inputs[0], params);
      const through = (): Tensor => project(metas.length > 1 ? mul(g, inputs[1]) : g, hat, r, params);
      return [needs[0] ? through() : null, needs[1] ? mul(g, hat) : null, g].slice(0, metas.length);
    },
    jvp: ([dx, dw, db], ctx) => {
      const { inputs, metas, params } = ctx;
      const ofBias = db ? expand(db, metas[0].shape) : null;
      if (dx === null && !dw) return ofBias as Tensor;
      const [hat, r] = normalized(inputs[0], params);
      const through = dx && project(dx, hat, r, params);
      const parts = [
        through && metas.length > 1 ? mul(through, inputs[1]) : through,
        dw ? mul(hat, dw) : null,
        ofBias,
      ].filter((t) => t !== null);
      return parts.reduce((a, b) => add(a, b));
    },
    batch: ([x, w, b], [bx, bw, bb], params, size) => {
      const shape = w === undefined ? [] : w.shape;
      const lined = (t: Tensor, batched: boolean): Tensor =>
        batched
          ? reshape(t, [size, ...new Array<number>(x.ndim - Number(bx) - params.dims).fill(1), ...t.shape.slice(1)])
          : t;
      const hat = op([bx ? x : x.expand([size, ...x.shape])], params);
      const scaled = w === undefined ? hat : mul(hat, lined(w, bw));
      return b === undefined || shape.length === 0 ? scaled : add(scaled, lined(b, bb));
    },
    samples,
    call: (input: Tensor, normalizedShape: Shape, options: NormOptions) =>
      (centred ? layerNorm : rmsNorm)(input, normalizedShape, options),
  });
  return op;
}

/** A function that returns samples. */
type OpSamples = (r: Parameters<Parameters<typeof defineOp<Norm>>[0]["samples"]>[0]) => readonly Arguments[];

const layerNormOp = normOp("layerNorm", "nn.functional.layer_norm");

const rmsNormOp = normOp("rmsNorm", "nn.functional.rms_norm");

/** Checks that a weight or bias has the normalized shape, and the dtype of the input. */
function checkFactors(op: string, x: Meta, shape: Shape, factors: Meta): void {
  if (!sameShape(factors.shape, shape))
    throw new ShapeError(op, "weight and bias must have the normalized shape", [shape, factors.shape]);
  if (factors.dtype !== x.dtype) throw new DTypeError(op, "all operands must have one dtype", [x.dtype, factors.dtype]);
}

/** Checks that the input ends in the normalized shape. */
function checkShape(op: string, input: Tensor, shape: Shape): Tensor {
  const x = requireTensor(op, input);
  if (shape.length === 0 || shape.length > x.ndim || !sameShape(x.shape.slice(x.ndim - shape.length), shape))
    throw new ShapeError(op, "the input's last sizes must be the normalized shape", [x.shape, shape]);
  return x;
}

/**
 * Returns (x - μ) / √(σ² + ε) over the last dimensions, those of `normalizedShape`, times `weight`, plus `bias`; σ² is the biased variance. Source: Ba,
 * Kiros and Hinton, 2016.
 * @throws ShapeError when the input does not end in the normalized shape, or weight or bias have another one; DTypeError for integers and bools.
 * @example layerNorm(tensor([[1, 3]]), [2], { eps: 0 }).toArray(); // [[-1, 1]]
 */
export function layerNorm(input: Tensor, normalizedShape: Shape, { weight, bias, eps }: NormOptions = {}): Tensor {
  const x = checkShape("layerNorm", input, normalizedShape);
  const params: Norm = { dims: normalizedShape.length, eps: eps ?? 1e-5, centred: true };
  if (!weight && bias) {
    checkFactors("layerNorm", x, normalizedShape, bias);
    return add(layerNormOp([x], params), bias);
  }
  if (!weight) return layerNormOp([x], params);
  return layerNormOp(bias ? [x, weight, bias] : [x, weight], params);
}

/** Distance from 1 to the next number. */
const machineEpsilon: Readonly<Partial<Record<DType, number>>> = { float32: 2 ** -23, float64: 2 ** -52 };

/**
 * Returns x / √(mean(x²) + ε) over the last dimensions, those of `normalizedShape`, times `weight`; ε is by default the distance from 1 to the next
 * number of the dtype. Source: Zhang and Sennrich, 2019.
 * @throws ShapeError when the input does not end in the normalized shape, or the weight has another one; DTypeError for integers and bools.
 * @example rmsNorm(tensor([[-2, 2]]), [2], { eps: 0 }).toArray(); // [[-1, 1]]
 */
export function rmsNorm(input: Tensor, normalizedShape: Shape, { weight, eps }: RMSNormOptions = {}): Tensor {
  const x = checkShape("rmsNorm", input, normalizedShape);
  const params: Norm = { dims: normalizedShape.length, eps: eps ?? machineEpsilon[x.dtype] ?? 0, centred: false };
  return rmsNormOp(weight ? [x, to(weight, x.dtype)] : [x], params);
}
