/** The words of a watched training, which all its forms share. */
import { decodeNumber, type LayerQuantity, type Num, type WatchAlarm, type WatchData } from "../../protocol/index.ts";
import { formatNorm, formatNumber } from "../shared/format.ts";

/** The quantities of layers, in words. */
export const quantityWords: Readonly<Record<LayerQuantity, string>> = {
  gradient: "gradient norm",
  weight: "weight norm",
  update: "update / weight",
  dead: "dead units",
};

/** Formats a value of a quantity. */
export function formatQuantity(quantity: LayerQuantity, v: Num | null): string {
  if (v === null) return "–";
  return quantity === "dead" ? `${Math.round(100 * decodeNumber(v))} %` : formatNorm(v);
}

const plural = (n: number, noun: string): string => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/** Returns the title of a watch: how many steps were taken. */
export const watchTitle = ({ runs: [run] }: WatchData): string => plural(run.steps, "step");

/** Formats steps a second. */
const rateWords = (rate: number): string =>
  `${rate >= 100 ? Math.round(rate).toLocaleString("en") : Number(rate.toPrecision(2))} steps/s`;

/** Returns the facts of a watch: the loss, the rate, and how many steps were sampled. */
export function watchFacts({ runs, sampled, failure }: WatchData): string[] {
  const [{ name, last, rate, steps }] = runs;
  return [
    ...(runs.length > 1 ? [name] : []),
    ...(last === null ? [] : [`loss ${formatNumber(last)}`]),
    ...(rate === null ? [] : [rateWords(rate)]),
    ...(failure === undefined ? [] : [`causes are no longer looked for: ${failure}`]),
    sampled === steps ? "layers measured in every step" : `layers measured in ${plural(sampled, "step")}`,
  ];
}

/** Returns the name of an alarm: the title of its cause. */
export const alarmTitle = ({ title, finding }: WatchAlarm): string => title ?? finding.cause;

/** Returns an alarm as one line: the step and the sentence of the finding. */
export const alarmWords = ({ step, finding }: WatchAlarm): string =>
  `step ${step.toLocaleString("en")}: ${finding.sentence}`;

/** Returns a layer's name with its kind. */
export const layerWords = (name: string, kind: string): string =>
  kind === "" || name === kind ? name : `${name} ${kind}`;
