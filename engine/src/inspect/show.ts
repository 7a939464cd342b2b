/** What a person calls to look: each gives an object that a notebook shows, and that prints as text elsewhere. */
import { type GradientsData, gradientsMime, type TapeData, tapeMime, tensorMime } from "../protocol/index.ts";
import { formatTensor } from "../tensor/print.ts";
import { displayAs, type MimeBundle, printAsText } from "../tensor/symbols.ts";
import { Tensor } from "../tensor/tensor.ts";
import { gradientsHtml } from "../view/gradients-html.ts";
import { isSmall, maxNumbers } from "../view/numbers.ts";
import { tapeSvg } from "../view/tape-svg.ts";
import { tensorHtml } from "../view/tensor-html.ts";
import { tensorSvg } from "../view/tensor-svg.ts";
import { gradientsText, tapeText, tensorText } from "../view/text.ts";
import { type GradientSource, gradientsData } from "./gradients.ts";
import { tapeData } from "./tape.ts";
import { tensorData } from "./tensor.ts";

/** A recorded computation, ready to be shown. */
export class Tape {
  readonly data: TapeData;
  constructor(data: TapeData) {
    this.data = data;
  }
  /** The representations that a notebook stores. */
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

/** A table of gradients, ready to be shown. */
export class Gradients {
  readonly data: GradientsData;
  constructor(data: GradientsData) {
    this.data = data;
  }
  /** The representations that a notebook stores. */
  bundle(): MimeBundle {
    return {
      [gradientsMime]: this.data,
      "text/html": gradientsHtml(this.data),
      "text/plain": gradientsText(this.data),
    };
  }
  toString(): string {
    return gradientsText(this.data);
  }
  static {
    printAsText(this.prototype);
    displayAs(this.prototype, (g) => g.bundle());
  }
}

/**
 * The computation that led to a tensor: one row an operation, in the order of recording. After `backward` it has the gradients too.
 * @throws GradError when nothing was recorded.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * tape(w.mul(3).sum()).data.rows.label; // ["×", "Σ dim 0"]
 */
export function tape(result: Tensor | readonly Tensor[]): Tape {
  return new Tape(tapeData(result instanceof Tensor ? [result] : result));
}

/**
 * The gradients of a module's parameters, of a tensor, or of several, as a table.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * w.sum().backward();
 * gradients({ w }).data.tensors.state; // ["computed"]
 */
export function gradients(source: GradientSource): Gradients {
  return new Gradients(gradientsData(source));
}

/** The representations of a tensor that a notebook stores: what reads no tensors gets the numbers of a small one, and a picture of a larger one. */
export function tensorBundle(t: Tensor): MimeBundle {
  const data = tensorData(t);
  const fallback = isSmall(data)
    ? { "text/html": tensorHtml(data) }
    : { "image/svg+xml": tensorSvg(data, formatTensor(t, maxNumbers)) };
  return { [tensorMime]: data, ...fallback, "text/plain": tensorText(data, t.toString()) };
}
