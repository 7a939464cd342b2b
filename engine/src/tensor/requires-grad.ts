/** Conditions for `requiresGrad`. */
import { takesGradients } from "./dtype.ts";
import { ArgumentError, DTypeError, GradError } from "./errors.ts";
import { createsInferenceTensors } from "./storage/storage.ts";
import type { Tensor } from "./tensor.ts";

/** @throws ArgumentError, GradError or DTypeError when `requiresGrad` of the tensor cannot be set to `value`. */
export function checkRequiresGrad({ source, storage, dtype }: Tensor, value: boolean): void {
  if (typeof value !== "boolean")
    throw new ArgumentError("requiresGrad", `must be true or false, but got ${typeof value}`);
  if (source !== null && !value)
    throw new GradError("requiresGrad", "only a leaf can stop requiring a gradient; use detach() for a result");
  if (value && storage.inference && !createsInferenceTensors())
    throw new GradError(
      "requiresGrad",
      "an inference tensor cannot require a gradient outside of inferenceMode; clone() it",
    );
  if (value && !takesGradients(dtype))
    throw new DTypeError("requiresGrad", "only float and complex tensors can require a gradient", [dtype]);
}
