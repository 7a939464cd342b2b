/** Comparisons of tapes as a kind of output. */
import type { DiffData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { diffHtml } from "./html.ts";
import { diffText } from "./text.ts";

export const diffOutput: Output<DiffData> = defineOutput({
  mime: "application/vnd.tapelab.diff.v1+json",
  schema: 1,
  text: diffText,
  still: (data) => ({ "text/html": diffHtml(data) }),
});
