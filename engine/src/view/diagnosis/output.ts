/** Diagnoses as a kind of output. */
import type { DiagnosisData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { diagnosisHtml } from "./html.ts";
import { diagnosisText } from "./text.ts";

export const diagnosisOutput: Output<DiagnosisData> = defineOutput({
  mime: "application/vnd.tapelab.diagnosis.v1+json",
  schema: 1,
  text: diagnosisText,
  still: (data) => ({ "text/html": diagnosisHtml(data) }),
});
