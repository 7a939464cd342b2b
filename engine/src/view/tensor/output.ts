/** Tensors as a kind of output: a small one as a table of its numbers, a larger one as a picture. */
import type { TensorData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { tensorHtml } from "./html.ts";
import { isSmall, maxNumbers } from "./numbers.ts";
import { tensorSvg } from "./svg.ts";
import { tensorText } from "./text.ts";

/** Prints the elements of the tensor, at most `count` of them; without a count as many as the tensor prints by itself. */
export type PrintElements = (count?: number) => string;

export const tensorOutput: Output<TensorData, [print: PrintElements]> = defineOutput({
  mime: "application/vnd.tapelab.tensor.v1+json",
  schema: 1,
  text: (data, print) => tensorText(data, print()),
  still: (data, print) =>
    isSmall(data) ? { "text/html": tensorHtml(data) } : { "image/svg+xml": tensorSvg(data, print(maxNumbers)) },
});
