/** Results of several tensors with names. */
import type { Tensor } from "../../tensor/tensor.ts";

/** Tensors by name, which can also be destructured as a list in the order of the names: `const { Q, R } = …` or `const [Q, R] = …`. */
export type NamedTensors<K extends string> = Readonly<Record<K, Tensor>> & Iterable<Tensor>;

/** The iterator over the tensors of a result. */
const iteration = {
  *[Symbol.iterator](this: Readonly<Record<string, Tensor>>): IterableIterator<Tensor> {
    yield* Object.values(this);
  },
};

/** Returns tensors by name. */
export const named = <K extends string>(tensors: Readonly<Record<K, Tensor>>): NamedTensors<K> =>
  Object.freeze(Object.assign(Object.create(iteration) as Iterable<Tensor>, tensors));
