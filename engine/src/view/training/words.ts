/** The words of a training by `fit`, which all its forms share. */
import type { Num, TrainingData, TrainingSeries, TrainingState } from "../../protocol/index.ts";
import { decodeNumber } from "../../protocol/index.ts";
import { formatNumber } from "../shared/format.ts";

const counted = (n: number, noun: string): string => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/** Returns a time in seconds, or minutes or hours. */
export function durationWords(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const endWords: Readonly<Record<Exclude<TrainingState, "running" | "finished">, string>> = {
  "stopped early": "stopped early",
  stopped: "stopped",
  aborted: "aborted",
  interrupted: "interrupted",
  failed: "failed",
};

/** Returns the title of a training: how far it is, or how it ended. */
export function trainingTitle({ state, epochs, done }: TrainingData): string {
  if (state === "running")
    return `epoch ${Math.min(done + 1, epochs).toLocaleString("en")} of ${epochs.toLocaleString("en")}`;
  if (state === "finished") return counted(done, "epoch");
  return `${endWords[state]} after ${done.toLocaleString("en")} of ${counted(epochs, "epoch")}`;
}

/** Formats batches a second. */
const rateWords = (rate: number): string =>
  `${rate >= 100 ? Math.round(rate).toLocaleString("en") : Number(rate.toPrecision(2))} batches/s`;

const latest = (values: readonly (Num | null)[]): Num | null => values.findLast((v) => v !== null) ?? null;

/** Returns the facts of a training: the losses, the rate, the time, the best epoch, and why it stopped. */
export function trainingFacts(data: TrainingData): string[] {
  const { state, rate, seconds, left, best, series, last, reason } = data;
  const [loss] = series;
  const validation = latest(loss.validation);
  const training = state === "running" ? last : (latest(loss.training) ?? last);
  return [
    ...(training === null ? [] : [`loss ${formatNumber(training)}`]),
    ...(validation === null ? [] : [`validation ${formatNumber(validation)}`]),
    ...(state !== "running" && best !== null
      ? [`best ${best.monitor} ${formatNumber(best.value)} in epoch ${best.epoch}${best.restored ? ", restored" : ""}`]
      : []),
    ...(rate === null ? [] : [rateWords(rate)]),
    state === "running" && left !== null ? `${durationWords(left)} left` : durationWords(seconds),
    ...(reason === undefined ? [] : [reason]),
  ];
}

/** Returns the share of the batches that are done, from 0 to 1; `null` where it is not known. */
export function trainingShare({ state, epochs, done, perEpoch, batches, end }: TrainingData): number | null {
  if (state === "finished") return 1;
  if (epochs === 0) return 1;
  if (perEpoch === null || perEpoch === 0) return done / epochs;
  const inEpoch = Math.min(batches - (end.at(-1) ?? 0), perEpoch);
  return Math.min((done + inEpoch / perEpoch) / epochs, 1);
}

/** A row of the table of final values. */
export interface ValueRow {
  readonly name: string;
  /** The value of the last epoch in training and in validation, and in validation of the best epoch. */
  readonly training: string;
  readonly validation: string;
  readonly best: string;
}

/** Returns the last value and that of the best epoch for each quantity. */
export function valueRows({ series, best, epoch }: TrainingData): ValueRow[] {
  const at = best === null ? -1 : epoch.indexOf(best.epoch);
  return series.map(({ name, training, validation }: TrainingSeries) => ({
    name,
    training: formatNumber(latest(training)),
    validation: formatNumber(latest(validation)),
    best: at < 0 ? "–" : formatNumber(validation[at] ?? training[at]),
  }));
}

/** Whether a training has validation. */
export const hasValidation = ({ series }: TrainingData): boolean =>
  series.some(({ validation }) => validation.some((v) => v !== null));

/** Whether the learning rate changes. */
export const hasSchedule = ({ lr }: TrainingData): boolean => new Set(lr.map(decodeNumber)).size > 1;
