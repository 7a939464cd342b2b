/** `tape`: the recorded computation of a tensor. */
import type { TapeData } from "../../protocol/index.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { tapeOutput } from "../../view/tape/output.ts";
import { Display } from "../shared/display.ts";
import { encodeTape } from "./data.ts";

/** A recorded computation, which a notebook displays and which prints as text elsewhere. */
export class Tape extends Display<TapeData> {
  constructor(data: TapeData) {
    super(tapeOutput, data);
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
