/** `nn.functional`: what modules compute, as functions. */
export { gelu, logSigmoid as logsigmoid, relu, sigmoid } from "./activation.ts";
export { dropout } from "./dropout.ts";
export { tanh } from "./exponential.ts";
export { binaryCrossEntropyWithLogits, crossEntropy, mseLoss, nllLoss } from "./loss.ts";
export { linear } from "./matmul.ts";
export { logSoftmax, softmax } from "./softmax.ts";
