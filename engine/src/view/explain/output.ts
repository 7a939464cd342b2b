/** Explanations as a kind of output. */
import type { ExplanationData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { explainHtml } from "./html.ts";
import { explainText } from "./text.ts";

export const explainOutput: Output<ExplanationData> = defineOutput({
  mime: "application/vnd.tapelab.explanation.v1+json",
  schema: 1,
  text: explainText,
  still: (data) => ({ "text/html": explainHtml(data) }),
});
