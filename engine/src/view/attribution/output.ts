/** Attributions as a kind of output. */
import type { AttributionData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { attributionHtml } from "./html.ts";
import { attributionSvg } from "./svg.ts";
import { attributionText } from "./text.ts";

export const attributionOutput: Output<AttributionData> = defineOutput({
  mime: "application/vnd.tapelab.attribution.v1+json",
  schema: 1,
  text: attributionText,
  still: (data) =>
    data.kind === "text" || data.kind === "features"
      ? { "text/html": attributionHtml(data) }
      : { "image/svg+xml": attributionSvg(data) },
});
