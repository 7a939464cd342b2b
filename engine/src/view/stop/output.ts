/** Stops at breakpoints as a kind of output: what a cell's output keeps of its last stop. */
import type { StopData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { stopHtml } from "./html.ts";
import { stopText } from "./text.ts";

export const stopOutput: Output<StopData> = defineOutput({
  mime: "application/vnd.tapelab.stop.v1+json",
  schema: 1,
  text: stopText,
  still: (data) => ({ "text/html": stopHtml(data) }),
});
