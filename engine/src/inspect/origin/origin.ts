/** `origin`: where a value came from. */
import type { OriginData } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { originOutput } from "../../view/origin/output.ts";
import { Display } from "../shared/display.ts";
import { encodeOrigin } from "./data.ts";

/** The origin of a value, which a notebook displays and which prints as text elsewhere. */
export class Origin extends Display<OriginData> {
  constructor(data: OriginData) {
    super(originOutput, data);
  }
}

/**
 * Returns where a value came from: the op that computed it with its call stack, and all ops before it, the nearest first, back to parameters, data and
 * constants.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * w.label = "w";
 * inspect.origin(w.exp().sum()).data.sources.name; // ["w"]
 */
export function origin(target: Tensor | Node): Origin {
  return new Origin(encodeOrigin(target));
}
