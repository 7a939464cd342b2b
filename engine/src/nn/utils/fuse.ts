/** Layers with the batch normalization behind them, as one layer, for evaluation. */
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import type { BatchNormBase } from "../layers/batch-norm-base.ts";
import { Conv1d, Conv2d, Conv3d, type ConvModuleOptions } from "../layers/conv.ts";
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from "../layers/conv-transpose.ts";
import { Linear } from "../layers/linear.ts";
import type { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "../layers/normalization.ts";

type BatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d;
type Conv = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d;

/** The statistics and the affine map of a batch normalization, as fusing reads them. */
interface Scaling {
  /** γ / √(σ² + ε) of each channel. */
  readonly factor: Tensor;
  readonly mean: Tensor;
  readonly shift: Tensor | null;
}

function scalingOf(op: string, norm: BatchNormBase, outputs: number): Scaling {
  const { runningMean, runningVar, weight, bias, eps, numFeatures } = norm;
  if (runningMean === null || runningVar === null)
    throw new ArgumentError(op, "the normalization must have running statistics");
  if (numFeatures !== outputs && numFeatures !== 1)
    throw new ArgumentError(
      op,
      `the normalization must have ${outputs} features, as many as the layer's outputs, but has ${numFeatures}`,
    );
  const inverse = runningVar.add(eps).rsqrt();
  return { factor: weight === null ? inverse : inverse.mul(weight), mean: runningMean, shift: bias };
}

/** Returns the bias of the fused layer, (b - μ) γ / √(σ² + ε) + β. */
function fusedBias(bias: Tensor | null, { factor, mean, shift }: Scaling): Tensor {
  const centred = bias === null ? mean.neg() : bias.sub(mean);
  const scaled = centred.mul(factor);
  return shift === null ? scaled : scaled.add(shift);
}

function requireEvaluation(op: string, layer: Module, norm: Module): void {
  if (layer.training || norm.training)
    throw new ArgumentError(op, "layer and normalization must be in evaluation mode; call eval() first");
}

/** Creates a layer of the same class and settings as a convolution, with a bias. */
function likeConv(conv: Conv): Conv {
  const { inChannels, outChannels, kernelSize, weight } = conv;
  const more = { bias: true, dtype: weight.dtype };
  const sizes = [inChannels, outChannels, kernelSize] as const;
  if (conv instanceof ConvTranspose1d) return new ConvTranspose1d(...sizes, { ...conv.options, ...more });
  if (conv instanceof ConvTranspose2d) return new ConvTranspose2d(...sizes, { ...conv.options, ...more });
  if (conv instanceof ConvTranspose3d) return new ConvTranspose3d(...sizes, { ...conv.options, ...more });
  const options: ConvModuleOptions = { ...conv.options, ...more, paddingMode: conv.paddingMode };
  if (conv instanceof Conv1d) return new Conv1d(...sizes, options);
  return conv instanceof Conv2d ? new Conv2d(...sizes, options) : new Conv3d(...sizes, options);
}

/** Multiplies the weight of a convolution by a factor of each output channel. */
function scaleKernel({ weight, transposed, groups, outChannels }: Conv, factor: Tensor): Tensor {
  const ones = new Array<number>(weight.ndim - 2).fill(1);
  const each = factor.expand([outChannels]);
  if (!transposed) return weight.mul(each.reshape([-1, 1, ...ones]));
  // the output channels of a group are the second dimension, its input channels a part of the first
  const [inputs, outputs, ...kernel] = weight.shape;
  const grouped = weight.reshape([groups, inputs / groups, outputs, ...kernel]);
  return grouped.mul(each.reshape([groups, 1, outputs, ...ones])).reshape(weight.shape);
}

/**
 * Returns a convolution, transposed or not, that computes what the given one and the batch normalization behind it compute in evaluation mode:
 * W γ / √(σ² + ε), and (b - μ) γ / √(σ² + ε) + β. Both layers stay as they are.
 * @throws ArgumentError in training mode, without running statistics, and for another number of channels.
 * @example
 * const [conv, norm] = [new nn.Conv2d(1, 2, 3).eval(), new nn.BatchNorm2d(2).eval()];
 * nn.utils.fuseConvBnEval(conv, norm).forward(zeros([1, 1, 4, 4])).shape; // [1, 2, 2, 2]
 */
export function fuseConvBnEval<C extends Conv>(conv: C, bn: BatchNorm): C {
  requireEvaluation("fuseConvBnEval", conv, bn);
  return noGrad(() => {
    const scaling = scalingOf("fuseConvBnEval", bn, conv.outChannels);
    const fused = likeConv(conv);
    fused.weight = new Parameter(scaleKernel(conv, scaling.factor), conv.weight.requiresGrad);
    fused.bias = new Parameter(fusedBias(conv.bias, scaling), conv.weight.requiresGrad);
    return fused.eval() as C;
  });
}

/**
 * Returns a linear layer that computes what the given one and the batch normalization behind it compute in evaluation mode. Both layers stay as they are.
 * @throws ArgumentError in training mode, without running statistics, and for another number of features.
 * @example
 * const [linear, norm] = [new nn.Linear(3, 2).eval(), new nn.BatchNorm1d(2).eval()];
 * nn.utils.fuseLinearBnEval(linear, norm).forward(zeros([5, 3])).shape; // [5, 2]
 */
export function fuseLinearBnEval(linear: Linear, bn: BatchNorm): Linear {
  requireEvaluation("fuseLinearBnEval", linear, bn);
  const { inFeatures, outFeatures, weight } = linear;
  return noGrad(() => {
    const scaling = scalingOf("fuseLinearBnEval", bn, outFeatures);
    const fused = new Linear(inFeatures, outFeatures, { dtype: weight.dtype });
    fused.weight = new Parameter(
      weight.mul(scaling.factor.expand([outFeatures]).reshape([-1, 1])),
      weight.requiresGrad,
    );
    fused.bias = new Parameter(fusedBias(linear.bias, scaling).expand([outFeatures]).contiguous(), weight.requiresGrad);
    return fused.eval();
  });
}
