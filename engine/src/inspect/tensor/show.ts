/** The representations of a tensor in a notebook. */
import { tensorMime } from "../../protocol/index.ts";
import { formatTensor } from "../../tensor/print.ts";
import type { MimeBundle } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { tensorHtml } from "../../view/tensor/html.ts";
import { isSmall, maxNumbers } from "../../view/tensor/numbers.ts";
import { tensorSvg } from "../../view/tensor/svg.ts";
import { tensorText } from "../../view/tensor/text.ts";
import { encodeTensor } from "./data.ts";

/** Returns the representations of a tensor that a notebook stores: JSON, text, and a table of a small tensor or a picture of a larger one. */
export function tensorBundle(t: Tensor): MimeBundle {
  const data = encodeTensor(t);
  const still = isSmall(data)
    ? { "text/html": tensorHtml(data) }
    : { "image/svg+xml": tensorSvg(data, formatTensor(t, maxNumbers)) };
  return { [tensorMime]: data, ...still, "text/plain": tensorText(data, t.toString()) };
}
