/** Class activation maps by gradients. */
import type { Module } from "../../nn/base/module.ts";
import { interpolate } from "../../ops/functional/interpolate.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { type AttributionOptions, gradientAt, type Predictor, pointOf } from "./point.ts";

/** Options of `gradCam`. */
export interface GradCamOptions extends AttributionOptions {
  /** Whether negative contributions are set to 0; true by default. */
  readonly relu?: boolean;
}

const modes = { 1: "linear", 2: "bilinear", 3: "trilinear" } as const;

/**
 * Returns the class activation map of a convolutional `layer`, resampled to the sides of the input: relu(Σₖ αₖ Aᵏ), where Aᵏ is channel k of the layer's
 * output and αₖ the mean of the gradient there. The result has shape [n, 1, ...sides]. Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks
 * via Gradient-based Localization", 2017.
 * @throws ShapeError unless the layer's output has shape [n, channels, ...sides] with one to three sides; ArgumentError for a target that is no class of the output.
 * @example
 * const conv = new nn.Conv2d(1, 4, 3, { padding: 1 });
 * const model = new nn.Sequential(conv, new nn.ReLU(), new nn.AdaptiveAvgPool2d(1), new nn.Flatten());
 * inspect.gradCam(model, ones([1, 1, 8, 8]), conv).values.shape; // [1, 1, 8, 8]
 */
export function gradCam(model: Predictor, input: Tensor, layer: Module, options: GradCamOptions = {}): Attribution {
  const { relu = true } = options;
  const point = pointOf("gradCam", model, input, { ...options, layer });
  const sides = point.value.ndim - 2;
  if (sides !== 1 && sides !== 2 && sides !== 3)
    throw new ShapeError("gradCam", "expected a layer with an output of shape [n, channels, ...sides]", [
      point.value.shape,
    ]);
  const dims = Array.from({ length: sides }, (_, d) => d + 2);
  const weights = gradientAt(point, point.value).mean(dims, { keepdim: true });
  const sum = weights.mul(point.value).sum(1, { keepdim: true });
  const map = interpolate(relu ? sum.relu() : sum, {
    size: input.shape.slice(-sides),
    mode: modes[sides],
    alignCorners: false,
  });
  const facts = [`at ${point.name}`, `map of ${point.value.shape.slice(2).join(" × ")}, resampled`];
  return new Attribution({ method: "Grad-CAM", facts, signed: !relu }, map.detach(), input, point, options);
}
