/** Arguments of reductions, cumulative ops and sorting. */
import { bools, indices, integers, normal, rising, uniform } from "../data.mjs";

const n = 1024;
const million = n * n;
const matrix = normal(n, n);
const vector = normal(million);
const square = normal(512, 512);

export const reduce = {
  // reductions
  sum: [
    { input: matrix },
    { title: "sum, dimension 0", input: matrix, dim: 0 },
    { title: "sum, dimension 1", input: matrix, dim: 1 },
    { title: "sum, middle dimension", input: normal(64, 128, 128), dim: 1 },
  ],
  mean: [{ input: matrix, dim: 1 }],
  prod: [
    { input: uniform(0.9, 1.1, n, n), dim: 1 },
    { title: "prod, dimension 0", input: uniform(0.9, 1.1, n, n), dim: 0 },
  ],
  max: [
    { input: matrix },
    { title: "max, dimension 1", input: matrix, dim: 1 },
    { title: "max, dimension 0", input: matrix, dim: 0 },
  ],
  min: [{ input: matrix, dim: 1 }],
  amax: [
    { input: matrix, dim: 1 },
    { title: "amax, dimension 0", input: matrix, dim: 0 },
  ],
  amin: [{ input: matrix, dim: 1 }],
  aminmax: [{ input: matrix }],
  argmax: [
    { input: matrix, dim: 1 },
    { title: "argmax, dimension 0", input: matrix, dim: 0 },
  ],
  argmin: [{ input: matrix }],
  var: [
    { input: matrix, dim: 1 },
    { title: "var, dimension 0", input: matrix, dim: 0 },
  ],
  std: [{ input: matrix }],
  varMean: [{ input: matrix, dim: 1 }],
  stdMean: [{ input: matrix, dim: 1 }],
  any: [{ input: bools(n, n), dim: 1 }],
  all: [{ input: bools(n, n) }],
  countNonzero: [{ input: matrix }],
  nansum: [{ input: matrix, dim: 1 }],
  nanmean: [{ input: matrix, dim: 1 }],
  logsumexp: [
    { input: matrix, dim: 1 },
    { title: "logsumexp, dimension 0", input: matrix, dim: 0 },
  ],
  softmax: [
    { input: matrix, dim: 1 },
    { title: "softmax, dimension 0", input: matrix, dim: 0 },
  ],
  logSoftmax: [{ input: matrix, dim: 1 }],
  softmin: [{ input: matrix, dim: 1 }],
  sumToSize: [{ input: matrix, size: [1, n] }],
  cumsum: [
    { input: matrix, dim: 1 },
    { title: "cumsum, dimension 0", input: matrix, dim: 0 },
  ],
  cumprod: [{ input: uniform(0.9, 1.1, n, n), dim: 1 }],
  logcumsumexp: [{ input: matrix, dim: 1 }],
  cummax: [{ input: matrix, dim: 1 }],
  cummin: [{ input: matrix, dim: 0 }],
  gradient: [{ input: matrix, dim: 1 }],
  vectorNorm: [
    { input: matrix, ord: 2, dim: 1 },
    { title: "vectorNorm, ord 3", input: matrix, ord: 3, dim: 1 },
  ],
  matrixNorm: [{ input: square, ord: "fro" }],
  norm: [{ input: matrix, p: 2, dim: 1 }],
  linalgNorm: [{ input: matrix }],
  // order
  median: [
    { input: matrix, dim: 1 },
    { title: "median, of all", input: vector },
  ],
  nanmedian: [{ input: matrix, dim: 1 }],
  kthvalue: [{ input: matrix, k: 100, dim: 1 }],
  mode: [{ input: integers(0, 100, n, n), dim: 1 }],
  sort: [
    { input: matrix, dim: 1 },
    { title: "sort, a long line", input: vector },
    { title: "sort, dimension 0", input: matrix, dim: 0 },
  ],
  argsort: [{ input: matrix, dim: 1 }],
  msort: [{ input: matrix }],
  topk: [
    { input: matrix, k: 10, dim: 1 },
    { title: "topk, a long line", input: vector, k: 100 },
  ],
  quantile: [{ input: matrix, q: 0.3, dim: 1 }],
  nanquantile: [{ input: matrix, q: 0.3, dim: 1 }],
  unique: [{ input: integers(0, 1000, million) }, { title: "unique, floats", input: vector }],
  uniqueConsecutive: [{ input: integers(0, 3, million) }],
  isin: [{ elements: integers(0, 1000, million), testElements: integers(0, 1000, 300) }],
  histogram: [{ input: vector, bins: 100, range: [-3, 3] }],
  histogramdd: [{ input: normal(100_000, 2), bins: [20, 20], range: [-3, 3, -3, 3] }],
  segmentReduce: [
    { data: matrix, reduce: "sum", lengths: { kind: "spread", dtype: "index", values: [[4], 1], shape: [256] } },
  ],
  bincount: [{ input: indices(1000, million) }],
  histc: [{ input: vector, bins: 100, min: -3, max: 3 }],
  searchsorted: [{ sortedSequence: rising(10_000), input: uniform(0, 1, n, n) }],
  bucketize: [{ input: uniform(0, 1, n, n), boundaries: rising(10_000) }],
};
