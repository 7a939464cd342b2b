/** Kernels and gradient rules in float64 agree with the reference kernels on rows that are longer than a vector or a block. */
import {
  amax,
  amin,
  crossEntropy,
  erf,
  F,
  Generator,
  gather,
  indexSelect,
  operators,
  randint,
  randn,
  scatterAdd,
  Tensor,
  where,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { withVariant } from "../../../../engine/src/fast/wasm/module.ts";

const generator = new Generator(1);
const n = (...shape: number[]): Tensor => randn(shape, { generator, dtype: "float64" });
const index = (high: number, ...shape: number[]): Tensor => randint(0, high, shape, { generator });
const [classes, columns, rows] = [index(33, 64), index(33, 64, 5), index(64, 150)];

type Case = readonly [inputs: readonly Tensor[], f: (...xs: Tensor[]) => Tensor | readonly Tensor[]];
const cases: Readonly<Record<string, Case>> = {
  conv2d: [
    [n(3, 6, 11, 13), n(8, 3, 3, 5), n(8)],
    (x, w, b) => F.conv2d(x, w, b, { padding: [1, 2], stride: [2, 1], dilation: [1, 2], groups: 2 }),
  ],
  conv1d: [[n(5, 4, 61), n(6, 4, 7)], (x, w) => F.conv1d(x, w, null, { padding: 3, stride: 2 })],
  convTranspose2d: [[n(3, 6, 5, 7), n(6, 4, 3, 3)], (x, w) => F.convTranspose2d(x, w, null, { stride: 2, padding: 1 })],
  attention: [
    [n(2, 2, 70, 9), n(2, 2, 70, 9), n(2, 2, 70, 5)],
    (q, k, v) => F.scaledDotProductAttention(q, k, v, { isCausal: true }),
  ],
  layerNorm: [[n(5, 115), n(115), n(115)], (x, weight, bias) => F.layerNorm(x, [115], { weight, bias })],
  rmsNorm: [[n(5, 115), n(115)], (x, weight) => F.rmsNorm(x, [115], { weight })],
  "batchNorm of images": [[n(3, 7, 5, 9)], (x) => F.batchNorm(x, null, null, { training: true })],
  "batchNorm of rows": [[n(29, 17)], (x) => F.batchNorm(x, null, null, { training: true })],
  softmax: [[n(5, 101)], (x) => x.softmax(1)],
  logSoftmax: [[n(5, 101)], (x) => x.logSoftmax(1)],
  maxPool2d: [[n(3, 4, 17, 19)], (x) => F.maxPool2d(x, 3, { stride: 2, padding: 1 })],
  avgPool2d: [
    [n(3, 4, 17, 19)],
    (x) => F.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
  ],
  avgPool1d: [[n(3, 4, 61)], (x) => F.avgPool1d(x, 4, { padding: 2, ceilMode: true })],
  "sum of a long row": [[n(10_003)], (x) => x.sum()],
  "sum of columns": [[n(13, 177, 31)], (x) => x.sum({ dim: 1 })],
  var: [[n(13, 7, 31)], (x) => x.var({ dim: [0, 2] })],
  amax: [[n(13, 17, 31)], (x) => amax(x, { dim: 1 })],
  amin: [[n(33, 31)], (x) => amin(x, { dim: 1 })],
  gelu: [[n(103)], (x) => F.gelu(x)],
  "gelu by tanh": [[n(103)], (x) => F.gelu(x, { approximate: "tanh" })],
  erf: [[n(103)], (x) => erf(x)],
  sin: [[n(103)], (x) => x.mul(30).sin()],
  cos: [[n(103)], (x) => x.mul(30).cos()],
  relu: [[n(103)], (x) => F.relu(x)],
  tanh: [[n(103)], (x) => x.tanh()],
  sigmoid: [[n(103)], (x) => x.sigmoid()],
  "pow 3": [[n(103)], (x) => x.pow(3)],
  clamp: [[n(103)], (x) => x.clamp(-0.5, 0.7)],
  "comparison and choice": [[n(31, 33), n(33), n(31, 1)], (x, y, z) => where(x.gt(y), x.mul(y), z)],
  matmul: [[n(37, 101), n(101, 45)], (x, y) => x.matmul(y)],
  transposed: [[n(11, 7, 13)], (x) => x.permute([2, 0, 1]).contiguous().mul(2)],
  crossEntropy: [[n(64, 33)], (x) => crossEntropy(x, classes)],
  gather: [[n(64, 33)], (x) => gather(x, 1, columns)],
  scatterAdd: [[n(64, 33), n(64, 5)], (x, source) => scatterAdd(x, 1, columns, source)],
  indexSelect: [[n(64, 33)], (x) => indexSelect(x, 0, rows)],
  "LSTM gates": [
    [n(5, 4 * 33), n(5, 33)],
    (gates, cell) => operators.get("lstmGates")?.callByName({ gates, cell }) as readonly Tensor[],
  ],
};

/** Returns the results, then the gradients for random cotangents. */
function valuesOf([inputs, f]: Case): readonly Tensor[] {
  const leaves = inputs.map((x) => x.detach().requiresGrad_());
  const found = f(...leaves);
  const results = found instanceof Tensor ? [found] : found;
  const seeds = new Generator(9);
  const total = results.map((y) => y.mul(randn(y.shape, { generator: seeds, dtype: "float64" })).sum());
  total.reduce((a, b) => a.add(b)).backward();
  return [...results, ...leaves.map((x) => x.grad as Tensor)];
}

describe.each(["wide", "relaxed", "plain"] as const)("%s", (variant) => {
  test.each(Object.entries(cases))("%s", (_name, each) => {
    const wanted = withReferenceKernels(() => valuesOf(each).map((y) => Array.from(y.toTypedArray())));
    const got = withVariant(variant, () => valuesOf(each).map((y) => Array.from(y.toTypedArray())));
    wanted.forEach((values, i) => {
      const scale = values.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
      const off = values.findIndex((v, k) => !(Math.abs(v - got[i][k]) <= 1e-13 * scale));
      expect(off < 0 ? "all agree" : `output ${i}, element ${off}: ${got[i][off]} for ${values[off]}`).toBe(
        "all agree",
      );
    });
  });
});
