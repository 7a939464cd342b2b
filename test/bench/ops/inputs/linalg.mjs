/** Arguments of products of matrices and norms. */
import { normal, positiveDefinite, scaledNormal, triangular, uniform } from "../data.mjs";

const n = 1024;
const million = n * n;
const matrix = normal(n, n);
const vector = normal(million);
const square = normal(512, 512);

const definite = positiveDefinite(256, 256);

export const linalg = {
  matmul: [
    { input: square, other: normal(512, 512) },
    { title: "matmul, batch", input: normal(64, 128, 128), other: normal(64, 128, 128) },
  ],
  mm: [{ input: square, mat2: normal(512, 512) }],
  bmm: [{ input: normal(64, 128, 128), mat2: normal(64, 128, 128) }],
  mv: [{ input: matrix, vec: normal(n) }],
  dot: [{ input: vector, tensor: normal(million) }],
  vdot: [{ input: vector, other: normal(million) }],
  outer: [{ input: normal(n), vec2: normal(n) }],
  inner: [{ input: square, other: normal(512, 512) }],
  trace: [{ input: matrix }],
  addmm: [{ input: square, mat1: normal(512, 512), mat2: normal(512, 512) }],
  addmv: [{ input: normal(n), mat: matrix, vec: normal(n) }],
  addr: [{ input: matrix, vec1: normal(n), vec2: normal(n) }],
  baddbmm: [{ input: normal(64, 128, 128), batch1: normal(64, 128, 128), batch2: normal(64, 128, 128) }],
  addbmm: [{ input: normal(128, 128), batch1: normal(64, 128, 128), batch2: normal(64, 128, 128) }],
  einsum: [
    { title: "einsum, bij,bjk->bik", equation: "bij,bjk->bik", operands: [normal(64, 128, 128), normal(64, 128, 128)] },
    {
      title: "einsum, bhqd,bhkd->bhqk",
      equation: "bhqd,bhkd->bhqk",
      operands: [normal(16, 8, 64, 64), normal(16, 8, 64, 64)],
    },
    { title: "einsum, ij->j", equation: "ij->j", operands: [matrix] },
  ],
  tensordot: [{ a: normal(64, 32, 64), b: normal(32, 64, 128), dims: 2 }],
  kron: [{ input: normal(32, 32), other: normal(32, 32) }],
  linalgCross: [{ input: normal(300_000, 3), other: normal(300_000, 3) }],
  cross: [{ input: normal(300_000, 3), other: normal(300_000, 3), dim: 1 }],
  cov: [{ input: square }],
  corrcoef: [{ input: square }],
  cdist: [
    { x1: normal(512, 64), x2: normal(512, 64) },
    { title: "cdist, p = 1", x1: normal(512, 64), x2: normal(512, 64), p: 1 },
  ],
  pdist: [{ input: normal(512, 64) }],
  multiDot: [{ tensors: [square, normal(512, 64), normal(64, 512)] }],
  matrixPower: [{ input: { ...square, kind: "scaledNormal" }, n: 3 }],
  vander: [{ x: uniform(0.5, 1.1, n), N: n }],
  renorm: [{ input: matrix, p: 2, dim: 0, maxnorm: 5 }],
  // factors and solutions, of which the signs of vectors may differ
  cholesky: [{ input: definite }],
  choleskyEx: [{ input: definite }],
  inverse: [{ input: definite }],
  invEx: [{ input: definite }],
  slogdet: [{ input: definite }],
  logdet: [{ input: definite }],
  det: [{ input: triangular(64, 64) }],
  ldlFactor: [{ A: definite }],
  ldlFactorEx: [{ A: definite }],
  // random vectors choose the subspace
  svdLowrank: [{ compares: false, A: square, q: 6 }],
  pcaLowrank: [{ compares: false, A: square, q: 6 }],
  luFactor: [{ input: definite }],
  linalgLu: [{ input: definite }],
  lu: [{ input: definite }],
  linalgQr: [{ compares: false, input: normal(256, 256) }],
  qr: [{ compares: false, input: normal(256, 256) }],
  linalgSvd: [{ compares: false, input: normal(128, 128) }],
  svd: [{ compares: false, input: normal(128, 128) }],
  svdvals: [{ input: normal(128, 128) }],
  eigh: [{ compares: false, input: positiveDefinite(128, 128) }],
  eigvalsh: [{ input: positiveDefinite(128, 128) }],
  pinv: [{ input: normal(128, 64) }],
  matrixExp: [{ input: scaledNormal(256, 256) }],
  matrixRank: [{ input: normal(128, 128) }],
  solve: [{ input: definite, B: normal(256, 256) }],
  solveTriangular: [{ input: triangular(256, 256), B: normal(256, 256), upper: false }],
};
