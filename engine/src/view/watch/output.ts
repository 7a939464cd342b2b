/** Watched trainings as a kind of output. */
import type { WatchData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { watchSvg } from "./svg.ts";
import { watchText } from "./text.ts";

export const watchOutput: Output<WatchData> = defineOutput({
  mime: "application/vnd.tapelab.watch.v1+json",
  schema: 1,
  text: watchText,
  still: (data) => ({ "image/svg+xml": watchSvg(data) }),
});
