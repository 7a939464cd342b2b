/** Arguments of ops that take and put elements by index. */
import { bools, indices, normal, permutation } from "../data.mjs";

const n = 1024;
const million = n * n;
const matrix = normal(n, n);
const vector = normal(million);
const range = (...bounds) => ({ kind: "slice", range: [bounds[0] ?? null, bounds[1] ?? null, bounds[2] ?? null] });

export const indexing = {
  gather: [
    { input: matrix, dim: 1, index: indices(n, n, n) },
    { title: "gather, dimension 0", input: matrix, dim: 0, index: indices(n, n, n) },
  ],
  scatter: [
    { input: matrix, dim: 1, index: indices(n, n, n), src: normal(n, n) },
    { title: "scatter, a number", input: matrix, dim: 0, index: indices(n, n, n), value: 2 },
  ],
  scatterAdd: [
    { input: matrix, dim: 1, index: indices(n, n, n), src: normal(n, n) },
    { title: "scatterAdd, dimension 0", input: matrix, dim: 0, index: indices(n, n, n), src: normal(n, n) },
  ],
  scatterReduce: ["sum", "prod", "mean", "amax"].map((reduce) => ({
    title: `scatterReduce, ${reduce}`,
    input: matrix,
    dim: 1,
    index: indices(n, n, n),
    src: normal(n, n),
    reduce,
  })),
  takeAlongDim: [{ input: matrix, indices: indices(n, n, n), dim: 1 }],
  take: [{ input: matrix, index: indices(million, million) }],
  put: [{ input: matrix, index: permutation(million), source: vector }],
  indexSelect: [
    { input: matrix, dim: 0, index: permutation(n) },
    { title: "indexSelect, dimension 1", input: matrix, dim: 1, index: permutation(n) },
  ],
  indexAdd: [
    { input: matrix, dim: 0, index: permutation(n), source: normal(n, n) },
    { title: "indexAdd, dimension 1", input: matrix, dim: 1, index: permutation(n), source: normal(n, n) },
  ],
  indexCopy: [{ input: matrix, dim: 0, index: permutation(n), source: normal(n, n) }],
  indexFill: [{ input: matrix, dim: 0, index: permutation(512), value: 1 }],
  indexReduce: [{ input: matrix, dim: 0, index: permutation(n), source: normal(n, n), reduce: "amax" }],
  index: [
    { title: "index, rows", input: matrix, indices: [permutation(n)] },
    { title: "index, ranges", input: matrix, indices: [range(0, n, 2), range(1, 900)] },
    { title: "index, pairs", input: matrix, indices: [indices(n, million), indices(n, million)] },
    { title: "index, mask", input: matrix, indices: [bools(n, n)] },
  ],
  indexPut: [
    { input: matrix, indices: [permutation(n)], values: normal(n, n) },
    {
      title: "indexPut, accumulate",
      input: matrix,
      indices: [indices(n, million), indices(n, million)],
      values: vector,
      accumulate: true,
    },
  ],
  nonzero: [{ input: bools(n, n) }, { title: "nonzero, floats", input: matrix }],
  argwhere: [{ input: bools(n, n) }],
  nonzeroStatic: [{ input: bools(n, n), size: 1000 }],
  unravelIndex: [{ indices: indices(million, million), shape: [64, 128, 128] }],
  maskedSelect: [{ input: matrix, mask: bools(n, n) }],
  maskedFill: [{ input: matrix, mask: bools(n, n), value: -1 }],
  maskedScatter: [{ input: matrix, mask: bools(n, n), source: vector }],
};
