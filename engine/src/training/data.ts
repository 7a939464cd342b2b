/** Encodes a training as the JSON that a notebook stores. */
import { maxBins, type Series } from "../inspect/watch/series.ts";
import { encodeNumber, type Num, type TrainingData, type TrainingSeries } from "../protocol/index.ts";
import type { EpochRecord, History, Progress } from "./history.ts";
import { validationName } from "./names.ts";

/** Greatest numbers of epochs and of bins of batches. */
interface Size {
  readonly epochs: number;
  readonly bins: number;
}

/** The size of what a notebook stores. */
const whole: Readonly<Size> = { epochs: 200, bins: maxBins };

/** Returns indices of at most `most` of `n` items, evenly spread, the last one included. */
function spread(n: number, most: number): number[] {
  if (n <= most) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.ceil(((i + 1) * n) / most) - 1);
}

const rounded = (v: number | null, digits: number): number | null =>
  v === null ? null : Number(v.toPrecision(digits));

/** Returns the values of a quantity in training and validation. */
function seriesOf(name: string, records: readonly EpochRecord<string>[]): TrainingSeries {
  const column = (key: string): (Num | null)[] =>
    records.map((record) => {
      const v = (record as Readonly<Record<string, number | undefined>>)[key];
      return v === undefined ? null : encodeNumber(v);
    });
  return { name, training: column(name), validation: column(validationName(name)) };
}

/** Encodes a training. */
export function encodeTraining(
  history: History<string>,
  metrics: readonly string[],
  losses: Series,
  progress: Progress,
  size: Size = whole,
): TrainingData {
  const { state, reason, planned, perEpoch, batches, rate, seconds, left, isRestored } = progress;
  const { epochs, best } = history;
  let end = 0;
  const ends = epochs.map((record) => (end += record.batches));
  const shown = spread(epochs.length, size.epochs);
  const records = shown.map((i) => epochs[i]);
  losses.fit(Math.max(batches - 1, 0));
  const shownLosses = losses.widened(Math.ceil(batches / losses.width) > size.bins ? maxBins / size.bins : 1);
  const bins = Math.ceil(batches / shownLosses.width);
  return {
    schema: 1,
    state,
    ...(reason === null ? {} : { reason: reason.slice(0, 200) }),
    epochs: planned,
    done: epochs.length,
    batches,
    perEpoch,
    rate: rounded(rate, 3),
    seconds: Number(seconds.toPrecision(3)),
    left: rounded(left, 2),
    width: shownLosses.width,
    loss: shownLosses.encode(bins),
    last: losses.latest === null ? null : encodeNumber(losses.latest),
    epoch: records.map((record) => record.epoch),
    end: shown.map((i) => ends[i]),
    series: ["loss", ...metrics].map((name) => seriesOf(name, records)),
    lr: records.map((record) => encodeNumber(record.lr)),
    best: best === null ? null : { ...best, value: encodeNumber(best.value), restored: isRestored },
  };
}
