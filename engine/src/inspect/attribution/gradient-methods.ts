/** Attributions from the gradient of the output at the given input. */
import type { Tensor } from "../../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { type GradientAttributionOptions, gradientAt, type Predictor, pointOf } from "./point.ts";

/** Options of `saliency`. */
export interface SaliencyOptions extends GradientAttributionOptions {
  /** Whether magnitudes are returned, true by default, or gradients with their signs. */
  readonly absolute?: boolean;
}

/**
 * Returns the saliency of each element of `input`, of shape [n, ...]: the magnitude of the gradient of the output that is explained. It says how strongly the
 * output reacts to a small change of the element, not how much the element contributed. At a kink of the model it is the gradient that `backward` takes there.
 * Source: Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks", 2013.
 * @throws DTypeError for an input of integers without `layer`; ArgumentError for a target that is no class of the output.
 * @example
 * const w = tensor([[1], [-3]]);
 * inspect.saliency((x: Tensor) => x.matmul(w), tensor([[5, 5]])).values.toArray(); // [[1, 3]]
 */
export function saliency(model: Predictor, input: Tensor, options: SaliencyOptions = {}): Attribution {
  const { absolute = true } = options;
  const point = pointOf("saliency", model, input, options);
  const gradient = gradientAt(point, point.value);
  return new Attribution(
    {
      method: "Saliency",
      facts: [`${absolute ? "magnitude of the gradient" : "gradient"} at ${point.name}`],
      signed: !absolute,
    },
    absolute ? gradient.abs() : gradient,
    input,
    point,
    options,
  );
}

/**
 * Returns input times gradient for each element of `input`, of shape [n, ...]: the contribution of the element to the output that is explained, if the
 * model were linear. Source: Shrikumar, Greenside, Shcherbina and Kundaje, "Not Just a Black Box", 2016.
 * @throws DTypeError for an input of integers without `layer`; ArgumentError for a target that is no class of the output.
 * @example
 * const w = tensor([[1], [-3]]);
 * inspect.inputXGradient((x: Tensor) => x.matmul(w), tensor([[5, 2]])).values.toArray(); // [[5, -6]]
 */
export function inputXGradient(model: Predictor, input: Tensor, options: GradientAttributionOptions = {}): Attribution {
  const point = pointOf("inputXGradient", model, input, options);
  return new Attribution(
    { method: "Input times gradient", facts: [`at ${point.name}`], signed: true },
    gradientAt(point, point.value).mul(point.value),
    input,
    point,
    options,
  );
}
