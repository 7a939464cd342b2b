/** `gradients`: a table of gradients, as an object that a notebook displays and that prints as text elsewhere. */
import { type GradientsData, gradientsMime } from "../../protocol/index.ts";
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import { gradientsHtml } from "../../view/gradients/html.ts";
import { gradientsText } from "../../view/gradients/text.ts";
import { encodeGradients, type GradientSource } from "./data.ts";

/** A table of gradients that a notebook displays. */
export class Gradients {
  readonly data: GradientsData;
  constructor(data: GradientsData) {
    this.data = data;
  }
  /** Returns the representations that a notebook stores. */
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
 * Returns the gradients of a module's parameters, of a tensor, or of several, as a table.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * w.sum().backward();
 * gradients({ w }).data.tensors.state; // ["computed"]
 */
export function gradients(source: GradientSource): Gradients {
  return new Gradients(encodeGradients(source));
}
