/** A tensor as plain text. */
import type { TensorData } from "../../protocol/index.ts";
import { histogramWords, tensorHeadline } from "./facts.ts";

/** Returns the headline, the printed elements, and the histogram. */
export const tensorText = (t: TensorData, printed: string): string =>
  [tensorHeadline(t), printed, t.dtype === "bool" ? "" : histogramWords(t.summary)]
    .filter((line) => line !== "")
    .join("\n");
