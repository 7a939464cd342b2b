/** The display of a tensor in a notebook. */
import { formatTensor } from "../../tensor/print.ts";
import type { MimeBundle } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { tensorOutput } from "../../view/tensor/output.ts";
import { encodeTensor } from "./data.ts";

/** Returns the representations of a tensor that a notebook stores: JSON, text, and a table of a small tensor or a picture of a larger one. */
export function tensorBundle(t: Tensor): MimeBundle {
  return tensorOutput.bundle(encodeTensor(t), (count) => (count === undefined ? t.toString() : formatTensor(t, count)));
}
