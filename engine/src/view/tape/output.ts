/** Recorded computations as a kind of output. */
import type { TapeData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { tapeSvg } from "./svg.ts";
import { tapeText } from "./text.ts";

export const tapeOutput: Output<TapeData> = defineOutput({
  mime: "application/vnd.tapelab.tape.v1+json",
  schema: 1,
  text: tapeText,
  still: (data) => ({ "image/svg+xml": tapeSvg(data) }),
});
