/** Explained errors as a kind of output. */
import type { ShapesData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { shapesSvg } from "./svg.ts";
import { shapesText } from "./text.ts";

export const shapesOutput: Output<ShapesData> = defineOutput({
  mime: "application/vnd.tapelab.shapes.v1+json",
  schema: 1,
  text: shapesText,
  still: (data) => ({ "image/svg+xml": shapesSvg(data) }),
});
