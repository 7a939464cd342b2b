/** The difference of input and target of a loss. */
import { warn } from "../../platform/warn.ts";
import { showShape } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { sub } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";

/** Warnings that were given. */
const warned = new Set<string>();

/** Warns of a target that is broadcast, once for each loss and pair of shapes. */
export function warnIfBroadcast(op: string, input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  const text = `${op}: the target has shape ${showShape(target.shape)} and the input ${showShape(input.shape)}; they are broadcast, which is likely to give a wrong loss. Give both one shape, as by target.reshape(input.shape).`;
  if (warned.has(text)) return;
  warned.add(text);
  warn(text);
}

/** Returns input - target; one of them may be bool. */
export function difference(input: Tensor, target: Tensor): Tensor {
  if (target.dtype === "bool") return sub(input, to(target, input.dtype));
  return sub(input.dtype === "bool" ? to(input, target.dtype) : input, target);
}
