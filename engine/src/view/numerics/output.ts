/** Numeric checks of gradient rules as a kind of output. */
import type { NumericsData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { numericsHtml } from "./html.ts";
import { numericsText } from "./text.ts";

export const numericsOutput: Output<NumericsData> = defineOutput({
  mime: "application/vnd.tapelab.numerics.v1+json",
  schema: 1,
  text: numericsText,
  still: (data) => ({ "text/html": numericsHtml(data) }),
});
