/** Failed checks and parts as a kind of output. */
import type { CheckOutcome } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { outcomeHtml } from "./html.ts";
import { outcomeText } from "./text.ts";

export const checkOutput: Output<CheckOutcome> = defineOutput({
  mime: "application/vnd.tapelab.check.v1+json",
  schema: 1,
  text: outcomeText,
  still: (data) => ({ "text/html": outcomeHtml(data) }),
});
