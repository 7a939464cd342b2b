/** Objects that a notebook displays. */
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import type { Output, OutputData } from "../../view/shared/output.ts";

/** Data of one kind of output, as an object that a notebook displays and that prints as text elsewhere. */
export abstract class Display<D extends OutputData> {
  readonly data: D;
  readonly #output: Output<D>;

  constructor(output: Output<D>, data: D) {
    this.#output = output;
    this.data = data;
  }

  /** Returns the representations that a notebook stores. */
  bundle(): MimeBundle {
    return this.#output.bundle(this.data);
  }

  toString(): string {
    return this.#output.text(this.data);
  }

  static {
    printAsText(this.prototype);
    displayAs(this.prototype, (display) => display.bundle());
  }
}
