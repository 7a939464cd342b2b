/** Steps of passes as a kind of output. */
import type { StepsData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { isDrawn } from "./graph.ts";
import { stepsHtml } from "./html.ts";
import { stepsSvg } from "./svg.ts";
import { stepsText } from "./text.ts";

export const stepsOutput: Output<StepsData> = defineOutput({
  mime: "application/vnd.tapelab.steps.v1+json",
  schema: 1,
  text: stepsText,
  still: (data) => (isDrawn(data) ? { "image/svg+xml": stepsSvg(data) } : { "text/html": stepsHtml(data) }),
});
