/** Origins of values as a kind of output. */
import type { OriginData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { originHtml } from "./html.ts";
import { originText } from "./text.ts";

export const originOutput: Output<OriginData> = defineOutput({
  mime: "application/vnd.tapelab.origin.v1+json",
  schema: 1,
  text: originText,
  still: (data) => ({ "text/html": originHtml(data) }),
});
