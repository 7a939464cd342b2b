/** Confusion matrices as a kind of output. */
import type { ConfusionData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { confusionHtml } from "./html.ts";
import { confusionText } from "./text.ts";

export const confusionOutput: Output<ConfusionData> = defineOutput({
  mime: "application/vnd.tapelab.confusion.v1+json",
  schema: 1,
  text: confusionText,
  still: (data) => ({ "text/html": confusionHtml(data) }),
});
