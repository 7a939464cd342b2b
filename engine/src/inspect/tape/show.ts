/** `tape`: the recorded computation of a tensor, as an object that a notebook displays and that prints as text elsewhere. */
import { type TapeData, tapeMime } from "../../protocol/index.ts";
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { tapeSvg } from "../../view/tape/svg.ts";
import { tapeText } from "../../view/tape/text.ts";
import { encodeTape } from "./data.ts";

/** A recorded computation that a notebook displays. */
export class Tape {
  readonly data: TapeData;
  constructor(data: TapeData) {
    this.data = data;
  }
  /** Returns the representations that a notebook stores. */
  bundle(): MimeBundle {
    return { [tapeMime]: this.data, "image/svg+xml": tapeSvg(this.data), "text/plain": tapeText(this.data) };
  }
  toString(): string {
    return tapeText(this.data);
  }
  static {
    printAsText(this.prototype);
    displayAs(this.prototype, (t) => t.bundle());
  }
}

/**
 * Returns the computation that led to a tensor: one row an operation, in the order of recording. After `backward` it has the gradients too.
 * @throws GradError when nothing was recorded.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * tape(w.mul(3).sum()).data.rows.label; // ["×", "Σ dim 0"]
 */
export function tape(result: Tensor | readonly Tensor[]): Tape {
  return new Tape(encodeTape(result instanceof Tensor ? [result] : result));
}
