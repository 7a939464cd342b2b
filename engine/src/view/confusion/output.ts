/** A confusion matrix as a notebook stores it. */
import { type ConfusionData, confusionMime } from "../../protocol/index.ts";
import { confusionHtml, confusionText } from "./text.ts";

export const confusionBundle = (data: ConfusionData): Readonly<Record<string, unknown>> => ({
  [confusionMime]: data,
  "text/html": confusionHtml(data),
  "text/plain": confusionText(data),
});
