/** Tables of gradients as a kind of output. */
import type { GradientsData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { gradientsHtml } from "./html.ts";
import { gradientsText } from "./text.ts";

export const gradientsOutput: Output<GradientsData> = defineOutput({
  mime: "application/vnd.tapelab.gradients.v1+json",
  schema: 1,
  text: gradientsText,
  still: (data) => ({ "text/html": gradientsHtml(data) }),
});
