/**
 * Convolutions (cross-correlations, as in PyTorch) over one, two or three dimensions. A convolution is linear in its input and in its weight:
 * the gradients are the transposed convolution and a convolution of input and cotangent, so that three ops close under differentiation.
 */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { tensorOnly } from "../../dispatch/operand.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { sum } from "../reduce/sum.ts";
import { reshape } from "../shape/reshape.ts";
import { addBias, batchOf, type Conv, convSamples, correlate, intoChannels, tangentOf } from "./correlate.ts";
import { cutTo, onBatch, type PerDim, perDim, placesOf, reachOf, requireElements } from "./sliding.ts";

/** A transposed convolution: what would be the input's size decides among those that have as many places. */
interface ConvTranspose extends Conv {
  readonly size: Shape;
}

/** Options of convolutions. */
export interface ConvOptions {
  /** [out channels] */
  readonly bias?: Tensor | null;
  /** Distance of neighbouring places. */
  readonly stride?: PerDim;
  /** Zeros on both sides; `"same"` keeps the size (stride 1 only), `"valid"` adds none. */
  readonly padding?: PerDim | "same" | "valid";
  /** Distance of a window's cells. */
  readonly dilation?: PerDim;
  /** Channels are cut into so many groups that do not see each other. */
  readonly groups?: number;
}

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "padding"> {
  readonly padding?: PerDim;
  /** Added to one side of the result, to tell apart sizes that a convolution with stride maps to one. */
  readonly outputPadding?: PerDim;
}

function checkDTypes(op: string, inputs: readonly Meta[]): void {
  if (!isFloating(inputs[0].dtype) || inputs.some((m) => m.dtype !== inputs[0].dtype))
    throw new DTypeError(
      op,
      "all operands must have one float dtype",
      inputs.map((m) => m.dtype),
    );
}

const optional = (x: Tensor | null | undefined): Tensor[] => (x === null || x === undefined ? [] : [x]);

interface ConvOps {
  readonly conv: (input: Tensor, weight: Tensor, options?: Tensor | null | ConvOptions, more?: ConvOptions) => Tensor;
  readonly transposed: (
    input: Tensor,
    weight: Tensor,
    options?: Tensor | null | ConvTransposeOptions,
    more?: ConvTransposeOptions,
  ) => Tensor;
}

/** The three ops for so many dimensions. */
function convOps(rank: 1 | 2 | 3): ConvOps {
  const [name, transposedName, weightName] = [`conv${rank}d`, `convTranspose${rank}d`, `conv${rank}dWeight`];
  const channelDims = [0, ...Array.from({ length: rank }, (_, d) => d + 2)];
  const biasGradient = (g: Tensor): Tensor => sum(g, channelDims);
  const sizes = [6, 5, 4].slice(0, rank);
  const kernelSizes = [3, 2, 2].slice(0, rank);

  const convOp: Run<Conv> = defineOp<Conv>({
    name,
    torch: `nn.functional.conv${rank}d`,
    access: "function",
    signature: "input, weight, bias=null, stride=1, padding=0, dilation=1, groups=1",
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
      requireElements(name, x);
      if (b !== undefined && (b.length !== 1 || b[0] !== w[0]))
        throw new ShapeError(name, `the bias must have one element for each of ${w[0]} output channels`, [b]);
      return { shape: [x[0], w[0], ...placesOf(name, x.slice(2), conv)], dtype: inputs[0].dtype };
    },
    kernel: (y, [x, w, bias], { params, inputs: [mx], outputs: [my] }) => {
      const spatial = [mx.shape.slice(2), my.shape.slice(2)] as const;
      correlate("y", { x, w, y }, [mx.shape[0], mx.shape[1], my.shape[1]], spatial, params);
      addBias(y, bias, sizeOf(spatial[1]));
    },
    saves: [{ inputs: [1] }, { inputs: [0] }],
    vjp: (g, { inputs: [x, w], needs, params, metas: [mx] }) => [
      needs[0] ? transposedOp([g, w], { ...params, size: mx.shape.slice(2) }) : null,
      needs[1] ? weightOp([x, g], params) : null,
      needs[2] ? biasGradient(g) : null,
    ],
    jvp: (tangents, ctx) => tangentOf((x, w) => convOp([x, w], ctx.params), tangents, ctx),
    batch: (inputs, batched, params, size) =>
      batchOf((x, w, more) => convOp([x, w], { ...params, groups: params.groups * more }), inputs, batched, size, rank),
    samples: (r) => convSamples(r, sizes, kernelSizes),
    call: (input: Tensor, weight: Tensor, options: ConvOptions) => conv(input, weight, options),
  });

  const transposedOp: Run<ConvTranspose> = defineOp<ConvTranspose>({
    name: transposedName,
    torch: `nn.functional.conv_transpose${rank}d`,
    access: "function",
    signature: "input, weight, bias=null, stride=1, padding=0, outputPadding=0, groups=1, dilation=1",
    label: ({ kernel }) => `convᵀ ${kernel.join("×")}`,
    tex: {
      forward: "y_{o,\\,s p + d k} \\mathrel{+}= \\textstyle\\sum_c w_{c,o,k}\\, x_{c,p}",
      vjp: "\\bar x = \\bar y \\star w,\\ \\bar w = \\bar y \\star x",
    },
    outputs: (inputs, conv) => {
      checkDTypes(transposedName, inputs);
      const [x, w, b] = inputs.map((m) => m.shape);
      if (x[1] !== w[0] || w[0] % conv.groups !== 0)
        throw new ShapeError(
          transposedName,
          "the input's channels must be the weight's first size ([N, C, …], [C, O / groups, …])",
          [x, w],
        );
      const channels = w[1] * conv.groups;
      requireElements(transposedName, x);
      if (conv.size.some((n) => n < 1))
        throw new ShapeError(
          transposedName,
          "the result must have sizes of at least 1; use less padding (input, result)",
          [x, [x[0], channels, ...conv.size]],
        );
      if (b !== undefined && (b.length !== 1 || b[0] !== channels))
        throw new ShapeError(transposedName, `the bias must have one element for each of ${channels} output channels`, [
          b,
        ]);
      return { shape: [x[0], channels, ...conv.size], dtype: inputs[0].dtype };
    },
    kernel: (out, [y, w, bias], { params, inputs: [my], outputs: [mx] }) => {
      const spatial = [mx.shape.slice(2), my.shape.slice(2)] as const;
      correlate("x", { x: out, w, y }, [mx.shape[0], mx.shape[1], my.shape[1]], spatial, params);
      addBias(out, bias, sizeOf(spatial[0]));
    },
    saves: [{ inputs: [1] }, { inputs: [0] }],
    vjp: (g, { inputs: [y, w], needs, params, metas }) => [
      needs[0] ? cutTo(convOp([g, w], params), metas[0].shape) : null,
      needs[1] ? weightOp([g, y], params) : null,
      needs[2] ? biasGradient(g) : null,
    ],
    jvp: (tangents, ctx) => tangentOf((x, w) => transposedOp([x, w], ctx.params), tangents, ctx),
    batch: (inputs, batched, params, size) =>
      batchOf(
        (x, w, more) => transposedOp([x, w], { ...params, groups: params.groups * more }),
        inputs,
        batched,
        size,
        rank,
      ),
    samples: (r) => [
      { input: r.normal([2, 2, ...sizes.map((n) => n - 2)]), weight: r.normal([2, 3, ...kernelSizes]) },
      {
        input: r.normal([1, 4, ...sizes.map((n) => n - 2)]),
        weight: r.normal([4, 1, ...kernelSizes]),
        bias: r.normal([2]),
        stride: 2,
        padding: 1,
        outputPadding: 1,
        groups: 2,
        dilation: 2,
      },
    ],
    call: (input: Tensor, weight: Tensor, options: ConvTransposeOptions) => transposed(input, weight, options),
  });

  const weightOp: Run<Conv> = defineOp<Conv>({
    name: weightName,
    torch: `nn.grad.conv${rank}d_weight`,
    access: "internal",
    signature: "input, gradOutput, kernel, stride, padding, dilation, groups",
    label: ({ kernel }) => `conv ${kernel.join("×")} by weight`,
    tex: {
      forward: "w_{o,c,k} = \\textstyle\\sum_p x_{c,\\,s p + d k}\\, y_{o,p}",
      vjp: "\\bar x = y \\star^\\top \\bar w,\\ \\bar y = x \\star \\bar w",
    },
    outputs: ([x, y], { groups, kernel }) => {
      checkDTypes(weightName, [x, y]);
      return { shape: [y.shape[1], x.shape[1] / groups, ...kernel], dtype: x.dtype };
    },
    kernel: (w, [x, y], { params, inputs: [mx, my] }) => {
      const spatial = [mx.shape.slice(2), my.shape.slice(2)] as const;
      correlate("w", { x, w, y }, [mx.shape[0], mx.shape[1], my.shape[1]], spatial, params);
    },
    saves: [{ inputs: [1] }, { inputs: [0] }],
    vjp: (g, { inputs: [x, y], needs, params, metas: [mx, my] }) => [
      needs[0] ? transposedOp([y, g], { ...params, size: mx.shape.slice(2) }) : null,
      needs[1] ? cutTo(convOp([x, g], params), my.shape) : null,
    ],
    jvp: ([dx, dy], { inputs: [x, y], params }) =>
      [dx && weightOp([dx, y], params), dy && weightOp([x, dy], params)]
        .filter((t) => t !== null)
        .reduce((a, b) => add(a, b)),
    batch: ([x, y], [bx, by], params, size) => {
      const all = { ...params, groups: params.groups * size };
      const w = weightOp([intoChannels(x, bx, size), intoChannels(y, by, size)], all);
      return reshape(w, [size, w.shape[0] / size, ...w.shape.slice(1)]);
    },
    samples: (r) => [
      {
        input: r.normal([2, 2, ...sizes]),
        gradOutput: r.normal([2, 4, ...sizes.map((n, d) => n - kernelSizes[d] + 1)]),
        kernel: kernelSizes,
        stride: 1,
        padding: 0,
        dilation: 1,
        groups: 2,
      },
    ],
    call: (
      input: Tensor,
      g: Tensor,
      kernel: PerDim,
      stride: PerDim,
      padding: PerDim,
      dilation: PerDim,
      groups: number,
    ) =>
      weightOp([input, g], {
        kernel: perDim(weightName, "kernel", kernel, rank, 1),
        stride: perDim(weightName, "stride", stride, rank, 1),
        padding: perDim(weightName, "padding", padding, rank, 0),
        dilation: perDim(weightName, "dilation", dilation, rank, 1),
        groups,
      }),
  });

  function shared(
    op: string,
    weight: Tensor,
    { stride = 1, dilation = 1, groups = 1 }: ConvOptions,
  ): Omit<Conv, "padding"> {
    if (tensorOnly(op, weight).ndim !== rank + 2)
      throw new ShapeError(op, `the weight must have ${rank + 2} dimensions`, [weight.shape]);
    if (!Number.isInteger(groups) || groups < 1)
      throw new ArgumentError(op, `groups must be an integer of at least 1, but got ${groups}`);
    return {
      kernel: weight.shape.slice(2),
      stride: perDim(op, "stride", stride, rank, 1),
      dilation: perDim(op, "dilation", dilation, rank, 1),
      groups,
    };
  }

  function conv(input: Tensor, weight: Tensor, second?: Tensor | null | ConvOptions, more: ConvOptions = {}): Tensor {
    const options = merged(second, more);
    const s = shared(name, weight, options);
    const { padding = 0, bias } = options;
    if (padding === "same" && s.stride.some((n) => n !== 1))
      throw new ArgumentError(name, 'padding "same" needs a stride of 1');
    const total = s.kernel.map((k, d) => reachOf(k, s.dilation[d]) - 1);
    const amounts =
      padding === "same"
        ? total.map((n) => Math.ceil(n / 2))
        : padding === "valid"
          ? total.map(() => 0)
          : perDim(name, "padding", padding, rank, 0);
    const [result] = onBatch(name, input, rank, (x) => {
      const y = convOp([x, weight, ...optional(bias)], { ...s, padding: amounts });
      // an odd total is padded more on the right: the first place is dropped
      if (padding !== "same") return [y];
      return [total.reduce((cut, n, d) => (n % 2 === 1 ? cut.narrow(d + 2, 1, cut.shape[d + 2] - 1) : cut), y)];
    });
    return result;
  }

  function transposed(
    input: Tensor,
    weight: Tensor,
    second?: Tensor | null | ConvTransposeOptions,
    more: ConvTransposeOptions = {},
  ): Tensor {
    const options = merged(second, more);
    const s = shared(transposedName, weight, options);
    const padding = perDim(transposedName, "padding", options.padding ?? 0, rank, 0);
    const extra = perDim(transposedName, "outputPadding", options.outputPadding ?? 0, rank, 0);
    if (extra.some((n, d) => n >= Math.max(s.stride[d], s.dilation[d])))
      throw new ArgumentError(transposedName, "outputPadding must be smaller than the stride or the dilation");
    const [result] = onBatch(transposedName, input, rank, (x) => {
      const size = x.shape
        .slice(2)
        .map((n, d) => (n - 1) * s.stride[d] - 2 * padding[d] + reachOf(s.kernel[d], s.dilation[d]) + extra[d]);
      return [transposedOp([x, weight, ...optional(options.bias)], { ...s, padding, size })];
    });
    return result;
  }

  return { conv, transposed };
}

/** Allows both `conv2d(x, w, bias, options)` and `conv2d(x, w, { bias, … })`. */
function merged<O extends { readonly bias?: Tensor | null }>(second: Tensor | null | O | undefined, more: O): O {
  if (second === null || second === undefined) return more;
  return "storage" in second ? { ...more, bias: second } : second;
}

const [one, two, three] = [convOps(1), convOps(2), convOps(3)];

/** Convolution of [N, C, L] (or [C, L]) with [O, C / groups, k]: [N, O, L']. */
export const conv1d: ConvOps["conv"] = one.conv;
/**
 * Convolution of images [N, C, H, W] (or [C, H, W]) with windows [O, C / groups, kH, kW]: [N, O, H', W'], where
 * H' = ⌊(H + 2 padding - dilation (kH - 1) - 1) / stride⌋ + 1. The windows are not flipped.
 * @throws ShapeError when channels do not fit, or a window is larger than the padded image.
 * @example conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2])).toArray(); // [[[[4, 4], [4, 4]]]]
 */
export const conv2d: ConvOps["conv"] = two.conv;
/** Convolution of volumes [N, C, D, H, W]. */
export const conv3d: ConvOps["conv"] = three.conv;
/** The transpose of `conv1d`: the weight is [C, O / groups, k]. */
export const convTranspose1d: ConvOps["transposed"] = one.transposed;
/** The transpose of `conv2d`, which maps a result's shape back to its input's: the weight is [C, O / groups, kH, kW]. */
export const convTranspose2d: ConvOps["transposed"] = two.transposed;
/** The transpose of `conv3d`. */
export const convTranspose3d: ConvOps["transposed"] = three.transposed;
