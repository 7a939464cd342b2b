/** A loss that stays at chance although gradients are sound: targets that do not belong to their inputs. */
import { elements } from "../../../../tensor/strided.ts";
import type { Tensor } from "../../../../tensor/tensor.ts";
import type { TrainingCase } from "../../../diagnose/record/case.ts";
import { gradientNorm, updateRatio } from "../../../diagnose/record/parameters.ts";
import { percent, question, show, type TrainingCause, trainingCause } from "../shared.ts";
import { median, weightsOf } from "../update/ratios.ts";

/** The entropy of the frequencies of labels: the loss of a model that ignores the input. */
function entropyOf(labels: Float64Array): number {
  const counts = new Map<number, number>();
  for (const v of labels) counts.set(v, (counts.get(v) ?? 0) + 1);
  let sum = 0;
  for (const n of counts.values()) sum -= (n / labels.length) * Math.log(n / labels.length);
  return sum;
}

/** Returns the rows of an input as vectors, each column normalized. */
function rowsOf(t: Tensor): Float64Array[] {
  const x = elements(t);
  const n = t.shape[0];
  const width = x.length / n;
  const rows = Array.from({ length: n }, (_, i) => x.slice(i * width, (i + 1) * width));
  for (let c = 0; c < width; c++) {
    let mean = 0;
    for (const r of rows) mean += r[c] / n;
    let variance = 0;
    for (const r of rows) variance += (r[c] - mean) ** 2 / n;
    const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
    for (const r of rows) r[c] = (r[c] - mean) * scale;
  }
  return rows;
}

/** Returns the share of examples whose label is that of their nearest neighbour. */
function neighbourAgreement(rows: readonly Float64Array[], labels: Float64Array): number {
  let right = 0;
  for (let i = 0; i < rows.length; i++) {
    let best = Infinity;
    let at = -1;
    for (let j = 0; j < rows.length; j++) {
      if (j === i) continue;
      let d = 0;
      for (let c = 0; c < rows[i].length && d < best; c++) d += (rows[i][c] - rows[j][c]) ** 2;
      if (d < best) [best, at] = [d, j];
    }
    if (labels[i] === labels[at]) right++;
  }
  return right / rows.length;
}

/** Returns the share of examples that are nearest to the mean of their own class, each left out of that mean. */
function centroidAgreement(rows: readonly Float64Array[], labels: Float64Array): number {
  const width = rows[0].length;
  const sums = new Map<number, { sum: Float64Array; n: number }>();
  rows.forEach((r, i) => {
    const s = sums.get(labels[i]) ?? { sum: new Float64Array(width), n: 0 };
    for (let c = 0; c < width; c++) s.sum[c] += r[c];
    s.n++;
    sums.set(labels[i], s);
  });
  let right = 0;
  rows.forEach((r, i) => {
    let best = Infinity;
    let at = Number.NaN;
    for (const [label, { sum, n }] of sums) {
      const own = label === labels[i] ? 1 : 0;
      if (n - own === 0) continue;
      let d = 0;
      for (let c = 0; c < width; c++) d += (r[c] - (sum[c] - own * r[c]) / (n - own)) ** 2;
      if (d < best) [best, at] = [d, label];
    }
    if (at === labels[i]) right++;
  });
  return right / rows.length;
}

const isSound = (training: TrainingCase): boolean => {
  const last = training.steps[training.steps.length - 1];
  const weights = weightsOf(training);
  const ratio = median(weights.flatMap((p) => updateRatio(last, p) ?? []));
  const gradients = weights.map((p) => (gradientNorm(last, p) ?? 0) / Math.max(last.before[p.index].norm, 1e-12));
  return ratio > 1e-4 && gradients.every((g) => g > 1e-6);
};

export const labelsUnrelated: TrainingCause = trainingCause({
  id: "labels-unrelated",
  certainty: "data",
  symptoms: ["not learning"],
  title: "Loss at chance: do the labels belong to the inputs?",
  mechanism:
    "Gradients and updates are sound, but the loss stays at that of a model that ignores the input, and neither the nearest neighbours of an example nor the means of the classes tell its label better than chance. Inputs and labels may have been shuffled apart, or be read from different places.",
  remedy: "Look at the data: print a few inputs with their labels, and shuffle both with one permutation.",
  find: (training) => {
    const { last, losses } = training;
    if (losses.length < 5 || training.steps.length < 5 || !isSound(training)) return [];
    return last.lossUses.flatMap(({ name, others, prediction }) => {
      const target = others.find((t) => last.isData(t));
      const [input] = last.inputs;
      if (name !== "crossEntropy" && name !== "nllLoss" && !name.startsWith("binaryCrossEntropy")) return [];
      if (target === undefined || input === undefined || input.ndim < 2 || prediction.ndim > 2) return [];
      const labels = elements(target);
      const n = labels.length;
      if (n < 40 || n > 2000 || input.shape[0] !== n || input.numel() > 500_000) return [];
      const entropy = entropyOf(labels);
      const loss = losses[losses.length - 1];
      if (entropy < 0.3 || loss < entropy * 0.93 || loss > entropy * 1.6) return [];
      const counts = new Map<number, number>();
      for (const v of labels) counts.set(v, (counts.get(v) ?? 0) + 1);
      const chance = [...counts.values()].reduce((s, c) => s + (c / n) ** 2, 0);
      const rows = rowsOf(input);
      const margin = 1.5 * Math.sqrt((chance * (1 - chance)) / n);
      const [near, central] = [neighbourAgreement(rows, labels), centroidAgreement(rows, labels)];
      if (near > chance + margin || central > Math.max(chance, 1 / counts.size) + margin) return [];
      return [
        question({
          sentence: `Gradients and updates are sound, but the loss stays at ${show(loss)}, that of guessing (${show(entropy)}), and similar inputs do not have similar labels: were inputs and labels shuffled apart?`,
          fix: "Look at the data: print a few inputs beside their labels, and shuffle both with one permutation.",
          evidence: {
            "loss of guessing": show(entropy),
            loss: show(loss),
            "nearest neighbours of one label": `${percent(near)}, chance ${percent(chance)}`,
          },
        }),
      ];
    });
  },
});
