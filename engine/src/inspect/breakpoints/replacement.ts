/** The tensor that takes the place of a value at a stop. */
import { to } from "../../ops/elementwise/convert.ts";
import { where } from "../../ops/elementwise/where.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { withScope } from "../../tape/graph/scope.ts";
import type { Stop } from "../../tape/watch/breakpoints/stop.ts";
import { full, ones, type TensorData, tensor } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * Replaces a value at a stop by a tensor of its shape, by nested arrays, or by a number for all elements. A result stays on the tape: gradients flow where the replacement
 * comes from, and those of the operands are 0 where it is a constant.
 * @throws ArgumentError where there is no such value; ShapeError for another shape.
 */
export function replaceValue(stop: Stop, index: number, given: unknown): void {
  const before = stop.values[index] ?? null;
  if (before === null) throw new ArgumentError("replace", `there is no value ${index} to replace at ${stop.event.op}`);
  const value = tensorOf(given, before);
  stop.replace(index, value);
  const isCutOff = stop.event.moment === "result" && before.requiresGrad && isGradEnabled() && !value.requiresGrad;
  if (!isCutOff) return;
  const everywhere = ones(before.shape, { dtype: "bool" });
  stop.replace(
    index,
    withScope("replace", "user", () => where(everywhere, value, before)),
  );
}

/** Returns what was given as a tensor of the dtype of the value before. */
function tensorOf(given: unknown, { shape, dtype }: Tensor): Tensor {
  if (given instanceof Tensor) return given.dtype === dtype ? given : to(given, dtype);
  if (typeof given === "number" || typeof given === "bigint" || typeof given === "boolean")
    return full(shape, given, { dtype });
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return tensor(given as TensorData, { dtype });
  throw new ArgumentError(
    "replace",
    `expected a tensor, a number or an array, but got ${given === null ? "null" : typeof given}`,
  );
}
