/** `gradients`: a table of gradients. */
import type { GradientsData } from "../../protocol/index.ts";
import { gradientsOutput } from "../../view/gradients/output.ts";
import { Display } from "../shared/display.ts";
import { encodeGradients, type GradientSource } from "./data.ts";

/** A table of gradients, which a notebook displays and which prints as text elsewhere. */
export class Gradients extends Display<GradientsData> {
  constructor(data: GradientsData) {
    super(gradientsOutput, data);
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
