/** Arguments of layers and losses. */
import { indices, normal, uniform } from "../data.mjs";

const n = 1024;
const matrix = normal(n, n);
const square = normal(512, 512);
const image = normal(16, 16, 64, 64);
const volume = normal(4, 8, 32, 32, 32);
const signal = normal(16, 64, 1024);
const scores = normal(8192, 128);
const table = normal(10_000, 128);
const half = uniform(0.01, 0.99, n, n);
const losses = (target = normal(n, n), more = {}) => [{ input: matrix, target, ...more }];
const signs = { kind: "spread", dtype: "float32", values: [[-1, 1], 1], shape: [n, n] };
const classes = indices(128, 8192);
const weights = (...shape) => normal(...shape);

export const functional = {
  // layers
  embedding: [{ input: indices(10_000, 8192), weight: table }],
  embeddingBag: ["mean", "sum", "max"].map((mode) => ({
    title: `embeddingBag, ${mode}`,
    input: indices(10_000, 1024, 8),
    weight: table,
    mode,
  })),
  oneHot: [{ input: indices(128, 8192), numClasses: 128 }],
  bilinear: [{ input1: normal(512, 64), input2: normal(512, 32), weight: normal(64, 64, 32), bias: normal(64) }],
  ctcLoss: [
    {
      logProbs: { ...uniform(-6, -2, 128, 16, 64) },
      targets: { kind: "integers", dtype: "index", low: 1, high: 64, shape: [16, 32] },
      inputLengths: { kind: "integers", dtype: "index", low: 120, high: 129, shape: [16] },
      targetLengths: { kind: "integers", dtype: "index", low: 20, high: 33, shape: [16] },
    },
  ],
  linear: [{ input: normal(1024, 512), weight: square, bias: normal(512) }],
  conv1d: [{ input: signal, weight: weights(64, 64, 3), bias: normal(64), padding: 1 }],
  conv2d: [{ input: image, weight: weights(32, 16, 3, 3), bias: normal(32), padding: 1 }],
  conv3d: [{ input: volume, weight: weights(16, 8, 3, 3, 3), padding: 1 }],
  convTranspose1d: [{ input: signal, weight: weights(64, 64, 4), stride: 2, padding: 1 }],
  convTranspose2d: [{ input: normal(16, 32, 32, 32), weight: weights(32, 16, 4, 4), stride: 2, padding: 1 }],
  convTranspose3d: [{ input: normal(4, 16, 16, 16, 16), weight: weights(16, 8, 4, 4, 4), stride: 2, padding: 1 }],
  batchNorm: [
    {
      input: image,
      runningMean: { ...normal(16) },
      runningVar: uniform(0.5, 2, 16),
      weight: normal(16),
      bias: normal(16),
      training: true,
    },
  ],
  groupNorm: [{ input: image, numGroups: 4, weight: normal(16), bias: normal(16) }],
  // the gradient of the weight is 0 up to rounding
  instanceNorm: [{ compares: false, input: image, weight: normal(16), bias: normal(16) }],
  localResponseNorm: [{ input: image, size: 5 }],
  layerNorm: [{ input: matrix, normalizedShape: [n], weight: normal(n), bias: normal(n) }],
  rmsNorm: [{ input: matrix, normalizedShape: [n], weight: normal(n) }],
  normalize: [{ input: matrix, dim: 1 }],
  cosineSimilarity: [{ x1: matrix, x2: normal(n, n), dim: 1 }],
  pairwiseDistance: [{ x1: matrix, x2: normal(n, n) }],
  prelu: [{ input: image, weight: normal(16) }],
  glu: [{ input: matrix, dim: 1 }],
  threshold: [{ input: matrix, threshold: 0.5, value: 0.1 }],
  scaledDotProductAttention: [
    { query: normal(8, 8, 256, 64), key: normal(8, 8, 256, 64), value: normal(8, 8, 256, 64), isCausal: true },
  ],
  // losses
  nllLoss: [{ input: scores, target: classes }],
  crossEntropy: [{ input: scores, target: classes }],
  linearCrossEntropy: [{ input: normal(1024, 128), linearWeight: normal(1000, 128), target: indices(1000, 1024) }],
  mseLoss: losses(),
  l1Loss: losses(),
  smoothL1Loss: losses(),
  huberLoss: losses(),
  binaryCrossEntropy: [{ input: half, target: uniform(0, 1, n, n) }],
  binaryCrossEntropyWithLogits: losses(uniform(0, 1, n, n)),
  klDiv: losses(half, { reduction: "batchmean" }),
  poissonNllLoss: losses(uniform(0, 3, n, n)),
  gaussianNllLoss: losses(normal(n, n), { var: uniform(0.5, 2, n, n) }),
  hingeEmbeddingLoss: losses(signs),
  softMarginLoss: losses(signs),
  marginRankingLoss: [{ input1: matrix, input2: normal(n, n), target: signs }],
  multiMarginLoss: [{ input: scores, target: classes }],
  multilabelMarginLoss: [{ input: scores, target: indices(128, 8192, 128) }],
  multilabelSoftMarginLoss: [{ input: scores, target: { ...uniform(0, 1, 8192, 128) } }],
  cosineEmbeddingLoss: [{ input1: matrix, input2: normal(n, n), target: { ...signs, shape: [n] } }],
  tripletMarginLoss: [{ anchor: matrix, positive: normal(n, n), negative: normal(n, n) }],
  tripletMarginWithDistanceLoss: [{ anchor: matrix, positive: normal(n, n), negative: normal(n, n) }],
};
