/** Attributions by occlusion: what the output loses when a part of the input is hidden. */
import { noGrad } from "../../tape/graph/mode.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { type AttributionOptions, type Predictor, predict } from "./point.ts";
import { targetOf } from "./target.ts";

/** Options of `occlusion`. */
export interface OcclusionOptions extends AttributionOptions {
  /** Sizes of the hidden window in all dimensions of an example. By default all channels and a seventh of each side of an image, and a single element otherwise. */
  readonly window?: readonly number[];
  /** Steps of the window in all dimensions; its sizes by default. */
  readonly stride?: readonly number[];
  /** The value that hidden elements get; 0 by default. */
  readonly baseline?: number;
}

/** Parts of an image's side that the default window covers. */
const partsOfSide = 7;

const defaultWindow = (shape: readonly number[]): readonly number[] =>
  shape.length === 3
    ? [shape[0], ...shape.slice(1).map((n) => Math.max(Math.round(n / partsOfSide), 1))]
    : shape.map(() => 1);

/** Returns the first indices of the windows along a dimension; the last window ends at its end or beyond it. */
const startsOf = (size: number, window: number, stride: number): number[] =>
  Array.from({ length: Math.ceil(Math.max(size - window, 0) / stride) + 1 }, (_, i) => i * stride);

/** Returns all combinations of one element of each list. */
const product = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((all, list) => all.flatMap((head) => list.map((x) => [...head, x])), [[]]);

/**
 * Returns what the output that is explained loses when a window of the input, of shape [n, ...], gets the value `baseline`; where windows overlap, the mean of
 * their losses. The model runs once for each position of the window, without gradients, so that any model and any dtype will do. Source: Zeiler and Fergus, "Visualizing and
 * Understanding Convolutional Networks", 2013.
 * @throws ArgumentError for a target that is no class of the output, and for a window or stride that does not fit.
 * @example
 * const w = tensor([[1], [-3]]);
 * inspect.occlusion((x: Tensor) => x.matmul(w), tensor([[5, 2]])).values.toArray(); // [[5, -6]]
 */
export function occlusion(model: Predictor, input: Tensor, options: OcclusionOptions = {}): Attribution {
  const { target, baseline = 0 } = options;
  return noGrad(() => {
    const value = input.detach();
    const output = predict("occlusion", model, value);
    const explained = targetOf("occlusion", output, value.shape, target);
    const inner = explained.batched ? value.shape.slice(1) : value.shape;
    const size = checkSizes("window", options.window ?? defaultWindow(inner), inner);
    const stride = checkSizes("stride", options.stride ?? size, inner);
    const scores = explained.scores(output);
    const first = explained.batched ? 1 : 0;
    const perExample = explained.batched ? [value.shape[0], ...inner.map(() => 1)] : inner.map(() => 1);
    const lost = takesGradients(value.dtype) ? value.mul(0) : value.mul(0).to("float32");
    const counts = lost.clone();
    for (const starts of product(inner.map((n, d) => startsOf(n, size[d], stride[d])))) {
      const windowOf = (t: Tensor): Tensor =>
        starts.reduce((view, start, d) => view.narrow(first + d, start, Math.min(size[d], inner[d] - start)), t);
      const hidden = value.clone();
      windowOf(hidden).fill_(baseline);
      const loss = scores.sub(explained.scores(predict("occlusion", model, hidden)));
      windowOf(lost).add_((explained.batched ? loss : loss.sum()).reshape(perExample));
      windowOf(counts).add_(1);
    }
    const facts = [`window ${size.join(" × ")}`, `hidden elements get ${baseline}`];
    const point = { value, target: explained, scores };
    return new Attribution(
      { method: "Occlusion", facts, signed: true },
      lost.div(counts.clamp(1)),
      input,
      point,
      options,
    );
  });
}

/** Checks sizes of a window or stride. */
function checkSizes(name: string, sizes: readonly number[], shape: readonly number[]): readonly number[] {
  if (sizes.length !== shape.length)
    throw new ArgumentError(
      "occlusion",
      `${name} needs ${shape.length} sizes, one for each dimension of an example, but has ${sizes.length}`,
    );
  for (const n of sizes)
    if (!Number.isInteger(n) || n < 1)
      throw new ArgumentError("occlusion", `${name} must have positive sizes, but got ${n}`);
  return sizes;
}
