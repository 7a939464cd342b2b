/** Arguments of ops that change shapes and put tensors together. */
import { as, indices, normal } from "../data.mjs";

const n = 1024;
const million = n * n;
const matrix = normal(n, n);
const vector = normal(million);
const square = normal(512, 512);

export const shape = {
  viewAsReal: [{ input: as("complex64", square) }],
  viewAsComplex: [{ input: normal(512, 512, 2) }],
  view: [{ input: matrix, shape: [million] }],
  reshape: [{ input: matrix, shape: [million] }],
  expand: [{ input: normal(1, n), size: [n, n] }],
  broadcastTo: [{ input: normal(1, n), size: [n, n] }],
  unflatten: [{ input: vector, dim: 0, sizes: [n, n] }],
  squeeze: [{ input: normal(1, n, n) }],
  asStrided: [{ input: matrix, size: [512, 512], stride: [n, 2] }],
  asStridedScatter: [{ compares: false, input: matrix, src: square, size: [512, 512], stride: [n, 2] }],
  narrow: [{ input: matrix, dim: 1, start: 100, length: 800 }],
  select: [{ input: matrix, dim: 1, index: 5 }],
  split: [{ input: matrix, splitSizeOrSections: 128, dim: 1 }],
  splitWithSizes: [{ input: matrix, splitSizes: [500, 524], dim: 1 }],
  chunk: [{ input: matrix, chunks: 8, dim: 1 }],
  tensorSplit: [{ input: matrix, indicesOrSections: 5, dim: 1 }],
  hsplit: [{ input: matrix, indicesOrSections: 8 }],
  vsplit: [{ input: matrix, indicesOrSections: 8 }],
  dsplit: [{ input: normal(64, 128, 128), indicesOrSections: 8 }],
  unfold: [{ input: vector, dimension: 0, size: 8, step: 4 }],
  movedim: [{ input: normal(64, 128, 128), source: 0, destination: 2 }],
  cat: [
    { tensors: [normal(512, n), normal(512, n)] },
    { title: "cat, the last dimension", tensors: [normal(n, 512), normal(n, 512)], dim: 1 },
  ],
  stack: [
    { tensors: [normal(512, n), normal(512, n)] },
    { title: "stack, the last dimension", tensors: [normal(512, n), normal(512, n)], dim: 2 },
  ],
  hstack: [{ tensors: [normal(n, 512), normal(n, 512)] }],
  vstack: [{ tensors: [normal(512, n), normal(512, n)] }],
  dstack: [{ tensors: [normal(512, n), normal(512, n)] }],
  columnStack: [{ tensors: [normal(n, 512), normal(n, 512)] }],
  blockDiag: [{ tensors: [normal(256, 256), normal(512, 512), normal(256, 256)] }],
  broadcastTensors: [{ tensors: [normal(n, 1), normal(1, n)] }],
  meshgrid: [{ tensors: [normal(n), normal(n)], indexing: "ij" }],
  cartesianProd: [{ tensors: [normal(n), normal(n)] }],
  combinations: [{ input: normal(1000) }],
  repeat: [{ input: square, repeats: [2, 2] }],
  unbind: [
    { input: normal(16, 256, 256) },
    { title: "unbind, the last dimension", input: normal(256, 256, 16), dim: 2 },
  ],
  permute: [{ input: normal(64, 128, 128), dims: [2, 0, 1] }],
  contiguous: [{ input: { ...normal(n, n), isTransposed: true } }],
  tile: [{ input: square, dims: [2, 2] }],
  repeatInterleave: [
    { input: square, repeats: 4 },
    { title: "repeatInterleave, by a tensor", input: square, repeats: indices(8, 512), dim: 0 },
  ],
  flip: [
    { input: matrix, dims: [1] },
    { title: "flip, both", input: matrix, dims: [0, 1] },
  ],
  roll: [{ input: matrix, shifts: [100, 200], dims: [0, 1] }],
  rot90: [{ input: matrix }],
  tril: [{ input: matrix }],
  triu: [{ input: matrix }],
  diag: [{ input: normal(n) }, { title: "diag, of a matrix", input: matrix }],
  diagEmbed: [{ input: normal(16, 256) }],
  diagflat: [{ input: normal(n) }],
  diagonal: [{ input: matrix }],
  diagonalScatter: [{ input: matrix, src: normal(n) }],
  selectScatter: [{ input: matrix, src: normal(n), dim: 1, index: 3 }],
  sliceScatter: [{ input: matrix, src: normal(n, 512), dim: 1, start: 0, end: 1024, step: 2 }],
};
