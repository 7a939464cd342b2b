/**
 * The ops of convolutions over one, two or three dimensions. A convolution is linear in its input and in its weight: its gradients are a transposed convolution
 * and the op that gives the gradient of the weight. The gradients of those two are among the three again.
 */
import { defineOp, type Run } from "../../dispatch/define.ts";
import type { OpSpec, PublicFunction } from "../../dispatch/spec.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { sum } from "../reduce/sum.ts";
import { reshape } from "../shape/reshape.ts";
import { addBias, batchOf, type Conv, convSamples, correlate, intoChannels, tangentOf } from "./correlate.ts";
import { convDims } from "./image-dims.ts";
import { cropTo, outputSizes, type PerDim, perDim, requireNonEmpty } from "./sliding.ts";

/** The number of spatial dimensions. */
export type ConvRank = 1 | 2 | 3;

/** Parameters of a transposed convolution, with the spatial sizes of its result: a convolution with stride maps several sizes to one. */
export interface ConvTranspose extends Conv {
  readonly size: Shape;
}

/** The ops of one rank, whose gradients are each other's. */
export interface ConvOps {
  /** x ⋆ w + b, of inputs x, w and perhaps b. */
  readonly conv: Run<Conv>;
  /** y ⋆ᵀ w + b, of inputs y, w and perhaps b. */
  readonly transposed: Run<ConvTranspose>;
  /** The gradient of w in x ⋆ w, of inputs x and the cotangent of the result. */
  readonly weight: Run<Conv>;
}

/** Returns the ops of a rank, for the rules, which run after all three are defined. */
type Ops = () => ConvOps;

/** Checks that all operands have one float or complex dtype. */
function checkDTypes(op: string, inputs: readonly Meta[]): void {
  if (!takesGradients(inputs[0].dtype) || inputs.some((m) => m.dtype !== inputs[0].dtype))
    throw new DTypeError(
      op,
      "all operands must have one float dtype",
      inputs.map((m) => m.dtype),
    );
}

/** Returns sizes of the inputs and windows of samples. */
const sampleSizes = (rank: ConvRank): readonly [sizes: readonly number[], kernel: readonly number[]] => [
  [6, 5, 4].slice(0, rank),
  [3, 2, 2].slice(0, rank),
];

/** Returns the sum of a cotangent [N, C, …] over all dimensions but that of the channels. */
const biasGradient = (g: Tensor): Tensor =>
  sum(
    g,
    g.shape.flatMap((_, d) => (d === 1 ? [] : [d])),
  );

/** Returns the sizes of [N, C, …] without the first two. */
const spatial = (m: Meta): Shape => m.shape.slice(2);

/** Returns the size of the batch and the numbers of channels of x [N, C, …] and y [N, O, …]. */
const channelsOf = (x: Meta, y: Meta): readonly [number, number, number] => [x.shape[0], x.shape[1], y.shape[1]];

/** Returns the record of the convolution of one rank. */
function convSpec(rank: ConvRank, ops: Ops, call: PublicFunction): OpSpec<Conv> {
  const name = `conv${rank}d`;
  return {
    name,
    role: "affine",
    stops: "product",
    torch: `nn.functional.conv${rank}d`,
    access: "function",
    signature: "input, weight, bias=null, stride=1, padding=0, dilation=1, groups=1",
    dims: convDims(rank, "outputs=o channels=c*groups"),
    label: ({ kernel, stride }) =>
      `conv ${kernel.join("×")}${stride.some((s) => s !== 1) ? ` / ${stride.join("×")}` : ""}`,
    tex: {
      forward: "y_{o,p} = \\textstyle\\sum_{c,k} w_{o,c,k}\\, x_{c,\\,s p + d k} + b_o",
      vjp: "\\bar x = \\bar y \\star^\\top w,\\ \\bar w = x \\star \\bar y,\\ \\bar b_o = \\textstyle\\sum_p \\bar y_{o,p}",
    },
    outputs: (inputs, conv) => {
      checkDTypes(name, inputs);
      const [x, w, b] = inputs.map((m) => m.shape);
      if (x[1] !== w[1] * conv.groups || w[0] % conv.groups !== 0)
        throw new ShapeError(
          name,
          `the input's channels must be those of the weight times ${conv.groups} groups, which must divide the output's ([N, C, …], [O, C / groups, …])`,
          [x, w],
        );
      requireNonEmpty(name, x);
      if (b !== undefined && (b.length !== 1 || b[0] !== w[0]))
        throw new ShapeError(name, `the bias must have one element for each of ${w[0]} output channels`, [b]);
      return { shape: [x[0], w[0], ...outputSizes(name, x.slice(2), conv)], dtype: inputs[0].dtype };
    },
    kernel: (y, [x, w, bias], { params, inputs: [mx], outputs: [my] }) => {
      correlate("y", { x, w, y }, channelsOf(mx, my), [spatial(mx), spatial(my)], params);
      addBias(y, bias, sizeOf(spatial(my)));
    },
    saves: [{ inputs: [1] }, { inputs: [0] }],
    vjp: (g, { inputs: [x, w], needs, params, metas: [mx] }) => [
      needs[0] ? ops().transposed([g, w], { ...params, size: spatial(mx) }) : null,
      needs[1] ? ops().weight([x, g], params) : null,
      needs[2] ? biasGradient(g) : null,
    ],
    jvp: (tangents, ctx) => tangentOf((x, w) => ops().conv([x, w], ctx.params), tangents, ctx),
    complex: "products",
    batch: (inputs, batched, params, size) => {
      const run = (x: Tensor, w: Tensor, more: number): Tensor =>
        ops().conv([x, w], { ...params, groups: params.groups * more });
      return batchOf(run, inputs, batched, size, rank);
    },
    samples: (r) => convSamples(r, ...sampleSizes(rank)),
    call,
  };
}

/** Returns the record of the transposed convolution of one rank. */
function transposedSpec(rank: ConvRank, ops: Ops, call: PublicFunction): OpSpec<ConvTranspose> {
  const name = `convTranspose${rank}d`;
  return {
    name,
    role: "affine",
    stops: "product",
    torch: `nn.functional.conv_transpose${rank}d`,
    access: "function",
    signature: "input, weight, bias=null, stride=1, padding=0, outputPadding=0, groups=1, dilation=1",
    dims: convDims(rank, "channels=c outputs=o*groups"),
    label: ({ kernel }) => `convᵀ ${kernel.join("×")}`,
    tex: {
      forward: "y_{o,\\,s p + d k} \\mathrel{+}= \\textstyle\\sum_c w_{c,o,k}\\, x_{c,p}",
      vjp: "\\bar x = \\bar y \\star w,\\ \\bar w = \\bar y \\star x",
    },
    outputs: (inputs, conv) => {
      checkDTypes(name, inputs);
      const [x, w, b] = inputs.map((m) => m.shape);
      if (x[1] !== w[0] || w[0] % conv.groups !== 0)
        throw new ShapeError(
          name,
          "the input's channels must be the weight's first size ([N, C, …], [C, O / groups, …])",
          [x, w],
        );
      const channels = w[1] * conv.groups;
      requireNonEmpty(name, x);
      if (conv.size.some((n) => n < 1))
        throw new ShapeError(name, "the result must have sizes of at least 1; use less padding (input, result)", [
          x,
          [x[0], channels, ...conv.size],
        ]);
      if (b !== undefined && (b.length !== 1 || b[0] !== channels))
        throw new ShapeError(name, `the bias must have one element for each of ${channels} output channels`, [b]);
      return { shape: [x[0], channels, ...conv.size], dtype: inputs[0].dtype };
    },
    kernel: (x, [y, w, bias], { params, inputs: [my], outputs: [mx] }) => {
      correlate("x", { x, w, y }, channelsOf(mx, my), [spatial(mx), spatial(my)], params);
      addBias(x, bias, sizeOf(spatial(mx)));
    },
    saves: [{ inputs: [1] }, { inputs: [0] }],
    vjp: (g, { inputs: [y, w], needs, params, metas }) => [
      needs[0] ? cropTo(ops().conv([g, w], params), metas[0].shape) : null,
      needs[1] ? ops().weight([g, y], params) : null,
      needs[2] ? biasGradient(g) : null,
    ],
    jvp: (tangents, ctx) => tangentOf((y, w) => ops().transposed([y, w], ctx.params), tangents, ctx),
    complex: "products",
    batch: (inputs, batched, params, size) => {
      const run = (y: Tensor, w: Tensor, more: number): Tensor =>
        ops().transposed([y, w], { ...params, groups: params.groups * more });
      return batchOf(run, inputs, batched, size, rank);
    },
    samples: (r) => {
      const [sizes, kernel] = sampleSizes(rank);
      const small = sizes.map((n) => n - 2);
      return [
        { input: r.normal([2, 2, ...small]), weight: r.normal([2, 3, ...kernel]) },
        {
          input: r.normal([1, 4, ...small]),
          weight: r.normal([4, 1, ...kernel]),
          bias: r.normal([2]),
          stride: 2,
          padding: 1,
          outputPadding: 1,
          groups: 2,
          dilation: 2,
        },
      ];
    },
    call,
  };
}

/** Arguments of the op that gives the gradient of the weight, by name. */
type WeightArguments = [
  input: Tensor,
  gradOutput: Tensor,
  kernel: PerDim,
  stride: PerDim,
  padding: PerDim,
  dilation: PerDim,
  groups: number,
];

/** Returns the record of the gradient of the weight for one rank. */
function weightSpec(rank: ConvRank, ops: Ops): OpSpec<Conv> {
  const name = `conv${rank}dWeight`;
  return {
    name,
    stops: "product",
    torch: `nn.grad.conv${rank}d_weight`,
    access: "internal",
    signature: "input, gradOutput, kernel, stride, padding, dilation, groups",
    label: ({ kernel }) => `conv ${kernel.join("×")} by weight`,
    tex: {
      forward: "w_{o,c,k} = \\textstyle\\sum_p x_{c,\\,s p + d k}\\, y_{o,p}",
      vjp: "\\bar x = y \\star^\\top \\bar w,\\ \\bar y = x \\star \\bar w",
    },
    outputs: ([x, y], { groups, kernel }) => {
      checkDTypes(name, [x, y]);
      return { shape: [y.shape[1], x.shape[1] / groups, ...kernel], dtype: x.dtype };
    },
    kernel: (w, [x, y], { params, inputs: [mx, my] }) =>
      correlate("w", { x, w, y }, channelsOf(mx, my), [spatial(mx), spatial(my)], params),
    saves: [{ inputs: [1] }, { inputs: [0] }],
    vjp: (g, { inputs: [x, y], needs, params, metas: [mx, my] }) => [
      needs[0] ? ops().transposed([y, g], { ...params, size: spatial(mx) }) : null,
      needs[1] ? cropTo(ops().conv([x, g], params), my.shape) : null,
    ],
    jvp: ([dx, dy], { inputs: [x, y], params }) =>
      [dx && ops().weight([dx, y], params), dy && ops().weight([x, dy], params)]
        .filter((t) => t !== null)
        .reduce((a, b) => add(a, b)),
    complex: "products",
    batch: ([x, y], [bx, by], params, size) => {
      const all = { ...params, groups: params.groups * size };
      const w = ops().weight([intoChannels(x, bx, size), intoChannels(y, by, size)], all);
      return reshape(w, [size, w.shape[0] / size, ...w.shape.slice(1)]);
    },
    samples: (r) => {
      const [sizes, kernel] = sampleSizes(rank);
      const gradOutput = r.normal([2, 4, ...sizes.map((n, d) => n - kernel[d] + 1)]);
      return [{ input: r.normal([2, 2, ...sizes]), gradOutput, kernel, stride: 1, padding: 0, dilation: 1, groups: 2 }];
    },
    call: (...[input, g, kernel, stride, padding, dilation, groups]: WeightArguments) =>
      ops().weight([input, g], {
        kernel: perDim(name, "kernel", kernel, rank, 1),
        stride: perDim(name, "stride", stride, rank, 1),
        padding: perDim(name, "padding", padding, rank, 0),
        dilation: perDim(name, "dilation", dilation, rank, 1),
        groups,
      }),
  };
}

/** Registers the three ops of a rank, of which `conv` and `transposed` are the public functions. */
export function defineConvOps(rank: ConvRank, conv: PublicFunction, transposed: PublicFunction): ConvOps {
  const ops: ConvOps = {
    conv: defineOp(convSpec(rank, () => ops, conv)),
    transposed: defineOp(transposedSpec(rank, () => ops, transposed)),
    weight: defineOp(weightSpec(rank, () => ops)),
  };
  return ops;
}
