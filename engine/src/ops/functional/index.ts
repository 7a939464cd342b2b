/** `nn.functional`: what modules compute, as functions. */

export { tanh } from "../elementwise/exponential.ts";
export { linear } from "../linalg/matmul.ts";
export { gelu, logSigmoid as logsigmoid, relu, sigmoid } from "./activation.ts";
export { scaledDotProductAttention } from "./attention.ts";
export { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } from "./conv.ts";
export { dropout } from "./dropout.ts";
export { embedding } from "./embedding.ts";
export { binaryCrossEntropyWithLogits, crossEntropy, mseLoss, nllLoss } from "./loss.ts";
export { batchNorm, layerNorm, rmsNorm } from "./norm.ts";
export { avgPool1d, avgPool2d, avgPool3d, maxPool1d, maxPool2d, maxPool3d } from "./pool.ts";
export { logSoftmax, softmax } from "./softmax.ts";
