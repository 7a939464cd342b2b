/** A seeded source of float64 inputs for the samples of ops. */
import { Generator, type Tensor, tensor } from "tapelab";
import type { SampleSource } from "../../engine/src/dispatch/spec.ts";

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Returns a source of sample inputs. */
export function sampleSource(seed: number): SampleSource {
  const generator = new Generator(seed);
  const make = (shape: readonly number[], next: (i: number) => number): Tensor =>
    tensor(Float64Array.from({ length: size(shape) }, (_, i) => next(i))).reshape(shape);
  return {
    generator,
    normal: (shape) => make(shape, () => generator.normal()),
    uniform: (shape, low, high) => make(shape, () => low + (high - low) * generator.uniform()),
    distinct: (shape) => {
      const order = generator.permutation(size(shape));
      // multiples of 0.1, shifted by about 0.05: no two are close, and none is close to a kink at 0
      return make(shape, (i) => 0.1 * (order[i] - size(shape) / 2) + 0.05 + 0.01 * (generator.uniform() - 0.5));
    },
    integers: (shape, low, high) =>
      tensor(Int32Array.from({ length: size(shape) }, () => generator.integer(low, high))).reshape(shape),
  };
}
