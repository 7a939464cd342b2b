/** Statistics of a tensor's elements. */
import { encodeNumber, type Summary } from "../../protocol/index.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { readElements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";

const histogramBins = 16;

/** Returns the statistics of a tensor: extremes, mean and deviation over its finite elements, the norm over all. */
export function summarize(t: Tensor): Summary {
  const x = readElements(t);
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let squares = 0;
  let finite = 0;
  let zeros = 0;
  let nan = 0;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    squares += v * v;
    if (v === 0) zeros++;
    if (Number.isNaN(v)) nan++;
    if (!Number.isFinite(v)) continue;
    finite++;
    sum += v;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  const mean = sum / finite;
  const [bins, deviation] = spreadOf(x, min, max, mean);
  const some = finite > 0;
  return {
    count: x.length,
    min: some ? encodeNumber(min) : null,
    max: some ? encodeNumber(max) : null,
    mean: some ? encodeNumber(mean) : null,
    std: some ? encodeNumber(Math.sqrt(deviation / finite)) : null,
    norm: encodeNumber(Math.sqrt(squares)),
    zeros,
    nan,
    inf: x.length - finite - nan,
    histogram: encodeHistogram(bins),
  };
}

/** Returns the histogram of the finite elements and the sum of their squared deviations; bins of no width count in the middle one. */
function spreadOf(
  x: NumericArray,
  min: number,
  max: number,
  mean: number,
): readonly [bins: readonly number[], deviation: number] {
  const bins = new Array<number>(histogramBins).fill(0);
  const width = (max - min) / histogramBins;
  let deviation = 0;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (!Number.isFinite(v)) continue;
    deviation += (v - mean) ** 2;
    bins[width > 0 ? Math.min(Math.floor((v - min) / width), histogramBins - 1) : histogramBins >> 1]++;
  }
  return [bins, deviation];
}

/** Encodes counts as base-36 digits relative to the largest; a bin that is not empty is at least 1. */
function encodeHistogram(bins: readonly number[]): string {
  const top = Math.max(...bins);
  return bins.map((n) => (n === 0 ? 0 : Math.max(1, Math.round((35 * n) / top))).toString(36)).join("");
}
