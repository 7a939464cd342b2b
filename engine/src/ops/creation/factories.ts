/** Functions that create tensors, in the registry: `operators.get("eye")` takes their arguments by name. */
import { camelCase } from "../../dispatch/aliases.ts";
import { defineFunction } from "../../dispatch/define.ts";
import { registerMethod } from "../../dispatch/registry.ts";
import type { Arguments, PublicFunction, SampleSource } from "../../dispatch/spec.ts";
import {
  arange,
  asarray,
  type CreateOptions,
  empty,
  emptyLike,
  emptyPermuted,
  emptyStrided,
  eye,
  full,
  fullLike,
  linspace,
  logspace,
  ones,
  onesLike,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
  range,
  scalarTensor,
  type TensorData,
  trilIndices,
  triuIndices,
  zeros,
  zerosLike,
} from "../../tensor/create.ts";
import "../../tensor/create/new.ts";
import type { DType } from "../../tensor/dtype.ts";
import { broadcastShapes } from "../../tensor/facts.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Options by name, where `null` stands for the default. */
type Named = Readonly<Record<string, unknown>>;

/** Returns the options that are given. */
const given = (options: Named): CreateOptions =>
  Object.fromEntries(Object.entries(options).filter(([, v]) => v !== null && v !== undefined));

/** Registers a function that creates tensors, which takes the parameters of `signature` that have defaults in one options object. */
function register(
  torch: string,
  signature: string,
  tex: string,
  call: PublicFunction,
  samples: (r: SampleSource) => readonly Arguments[],
): void {
  defineFunction({ name: camelCase(torch), torch, access: "internal", signature, tex, samples }, call);
}

type OfSizes = (size: Shape, options: CreateOptions) => Tensor;

/** Registers a function of sizes. The samples of random ones have no elements. */
const ofSizes = (torch: string, tex: string, create: OfSizes, size: Shape = [2, 3]): void =>
  register(
    torch,
    "size, dtype=null",
    tex,
    (shape: Shape, o: Named = {}) => create(shape, given(o)),
    () => [{ size, dtype: "float64" }],
  );

ofSizes("zeros", "y = 0", zeros);
ofSizes("ones", "y = 1", ones);
ofSizes("empty", "y = 0", empty);
ofSizes("rand", "y \\sim U(0, 1)", rand, [0]);
ofSizes("randn", "y \\sim N(0, 1)", randn, [0]);

/** Registers a function that takes shape and dtype from a tensor. */
const like = (
  torch: string,
  tex: string,
  create: (x: Tensor, options: CreateOptions) => Tensor,
  size: Shape = [2, 3],
): void =>
  register(
    torch,
    "input, dtype=null",
    tex,
    (x: Tensor, o: Named = {}) => create(x, given(o)),
    (r) => [{ input: r.integers(size, 0, 9), dtype: "float64" }],
  );

like("zeros_like", "y = 0", zerosLike);
like("ones_like", "y = 1", onesLike);
like("empty_like", "y = 0", emptyLike);
like("rand_like", "y \\sim U(0, 1)", randLike, [0]);
like("randn_like", "y \\sim N(0, 1)", randnLike, [0]);

register(
  "full",
  "size, fillValue, dtype=null",
  "y = v",
  (size: Shape, value: number, o: Named = {}) => full(size, value, given(o)),
  () => [{ size: [2, 3], fillValue: 1.5, dtype: "float64" }],
);
register(
  "full_like",
  "input, fillValue, dtype=null",
  "y = v",
  (x: Tensor, value: number, o: Named = {}) => fullLike(x, value, given(o)),
  (r) => [{ input: r.integers([2], 0, 9), fillValue: 1.5, dtype: "float64" }],
);
register(
  "scalar_tensor",
  "s, dtype=null",
  "y = s",
  (s: number, o: Named = {}) => scalarTensor(s, given(o)),
  () => [{ s: 2.5, dtype: "float64" }],
);
register(
  "empty_strided",
  "size, stride, dtype=null",
  "y = 0",
  (size: Shape, stride: readonly number[], o: Named = {}) => emptyStrided(size, stride, given(o)),
  () => [{ size: [2, 3], stride: [1, 2], dtype: "float64" }],
);
register(
  "empty_permuted",
  "size, physicalLayout, dtype=null",
  "y = 0",
  (size: Shape, layout: readonly number[], o: Named = {}) => emptyPermuted(size, layout, given(o)),
  () => [{ size: [2, 3], physicalLayout: [1, 0], dtype: "float64" }],
);
register(
  "eye",
  "n, m=null, dtype=null",
  "y_{i j} = [i = j]",
  (n: number, { m, ...o }: Named = {}) => eye(n, typeof m === "number" ? m : n, given(o)),
  () => [{ n: 2, m: 3, dtype: "float64" }],
);
register(
  "arange",
  "start=0, end=null, step=1, dtype=null",
  "y_i = a + i s",
  ({ start, end, step, ...o }: Named) => arange(Number(start ?? 0), Number(end), Number(step ?? 1), given(o)),
  () => [{ start: 1, end: 6, step: 2, dtype: "float64" }],
);
register(
  "range",
  "start=0, end=null, step=1, dtype=null",
  "y_i = a + i s",
  ({ start, end, step, ...o }: Named) => range(Number(start ?? 0), Number(end), Number(step ?? 1), given(o)),
  () => [{ start: 1, end: 6, step: 2, dtype: "float64" }],
);

/** Returns a number or the element of a 0-d tensor, as ends of ranges are. */
const endOf = (x: number | Tensor): number => (typeof x === "number" ? x : x.item());

register(
  "linspace",
  "start, end, steps, dtype=null",
  "y_i = a + \\tfrac{i}{n - 1} (b - a)",
  (start: number | Tensor, end: number | Tensor, steps: number, o: Named = {}) =>
    linspace(endOf(start), endOf(end), steps, given(o)),
  () => [{ start: 0, end: 1, steps: 5, dtype: "float64" }],
);
register(
  "logspace",
  "start, end, steps, base=10, dtype=null",
  "y_i = B^{a + \\frac{i}{n - 1} (b - a)}",
  (start: number | Tensor, end: number | Tensor, steps: number, { base, ...o }: Named = {}) =>
    logspace(endOf(start), endOf(end), steps, Number(base ?? 10), given(o)),
  () => [{ start: 0, end: 1, steps: 5, base: 2, dtype: "float64" }],
);

/** Registers the indices of a triangle. */
const triangle = (torch: string, tex: string, create: typeof trilIndices): void =>
  register(
    torch,
    "row, col, offset=0, dtype=null",
    tex,
    (row: number, col: number, { offset, ...o }: Named = {}) => {
      const made = create(row, col, Number(offset ?? 0));
      return typeof o["dtype"] === "string" ? made.to(o["dtype"] as DType) : made;
    },
    () => [{ row: 2, col: 3, offset: 1, dtype: "int32" }],
  );

triangle("tril_indices", "\\{(i, j) : j \\le i + k\\}", trilIndices);
triangle("triu_indices", "\\{(i, j) : j \\ge i + k\\}", triuIndices);

register(
  "randint",
  "low=0, high=null, size=null, dtype=null",
  "P(y = k) = 1 / (b - a)",
  ({ low, high, size, ...o }: Named) => randint(Number(low ?? 0), Number(high), size as Shape, given(o)),
  () => [{ low: 3, high: 4, size: [2], dtype: "float64" }],
);
register(
  "randint_like",
  "input, low=0, high=null, dtype=null",
  "P(y = k) = 1 / (b - a)",
  (x: Tensor, { low, high, ...o }: Named) => randintLike(x, Number(low ?? 0), Number(high), given(o)),
  (r) => [{ input: r.integers([2], 0, 9), low: 3, high: 4, dtype: "float64" }],
);
register(
  "randperm",
  "n, dtype=null",
  "P(y) = 1 / n!",
  (n: number, o: Named = {}) => randperm(n, given(o)),
  () => [{ n: 1, dtype: "float64" }],
);

/** Registers a method that creates a tensor of the dtype of another one. */
const ofOther = (torch: string, signature: string, call: PublicFunction): void =>
  registerMethod(camelCase(torch), `Tensor.${torch}`, signature, call);

ofOther("new_zeros", "input, size, dtype=null", (x: Tensor, size: Shape, o: Named = {}) => x.newZeros(size, given(o)));
ofOther("new_ones", "input, size, dtype=null", (x: Tensor, size: Shape, o: Named = {}) => x.newOnes(size, given(o)));
ofOther("new_empty", "input, size, dtype=null", (x: Tensor, size: Shape, o: Named = {}) => x.newEmpty(size, given(o)));
ofOther("new_full", "input, size, fillValue, dtype=null", (x: Tensor, size: Shape, value: number, o: Named = {}) =>
  x.newFull(size, value, given(o)),
);
ofOther(
  "new_empty_strided",
  "input, size, stride, dtype=null",
  (x: Tensor, size: Shape, stride: readonly number[], o: Named = {}) => x.newEmptyStrided(size, stride, given(o)),
);

registerMethod("broadcastShapes", "broadcast_shapes", "shapes", (shapes: readonly Shape[]) =>
  broadcastShapes(...shapes),
);
registerMethod(
  "asarray",
  "asarray",
  "obj, dtype=null, copy=null, requiresGrad=null",
  (data: TensorData, o: Named = {}) => asarray(data, given(o)),
);
