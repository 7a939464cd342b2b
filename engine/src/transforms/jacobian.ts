/** `jacrev` and `jacfwd`: Jacobians by reverse and by forward mode. */
import { reshape } from "../ops/shape/reshape.ts";
import { eye } from "../tensor/create.ts";
import { takesGradients } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { selectArgnums } from "./argnums.ts";
import type { Chosen } from "./grad.ts";
import { linearize } from "./jvp.ts";
import { fillTree, leavesOf, mapTree } from "./pytree.ts";
import { vjp } from "./vjp.ts";
import { type Randomness, vmap } from "./vmap.ts";

/** Options of `jacrev`, `jacfwd` and `hessian`. */
export interface JacobianOptions<N> {
  /** Positions of the arguments to differentiate with respect to: a number, 0 by default, or a list. */
  readonly argnums?: N;
  /** Number of rows (or columns) computed at a time; all by default. A smaller number needs less memory. */
  readonly chunkSize?: number;
  /** Randomness of the function under `vmap`; `"same"` by default. */
  readonly randomness?: Randomness;
}

/** A Jacobian in the form of the outputs `Y`, with the form of the arguments `X` at each output. */
export type JacobianOf<Y, X> = Y extends Tensor ? X : { [K in keyof Y]: JacobianOf<Y[K], X> };

type Options = JacobianOptions<number | readonly number[]>;

/** Returns the standard basis of the space of all leaves: for each leaf a stack [total elements, …shape], of which each entry has a single 1 in one leaf. */
function standardBasis(leaves: readonly Tensor[]): Tensor[] {
  const total = leaves.reduce((n, t) => n + t.numel(), 0);
  let start = 0;
  return leaves.map((t) => {
    const n = t.numel();
    const part = eye(total, total, { dtype: takesGradients(t.dtype) ? t.dtype : "float32" }).narrow(1, start, n);
    start += n;
    return reshape(part.contiguous(), [total, ...t.shape]);
  });
}

/** Returns `n` entries of a stack from `start`, in the given shape. */
const slice = (t: Tensor, start: number, n: number, shape: readonly number[]): Tensor =>
  reshape(t.narrow(0, start, n), shape);

const vmapOptions = ({ chunkSize, randomness = "same" }: Options): { chunkSize?: number; randomness: Randomness } =>
  chunkSize === undefined ? { randomness } : { chunkSize, randomness };

/**
 * Returns a function of the same arguments that returns the Jacobian of `f` by reverse mode: for each output a tensor of shape [...output.shape, ...input.shape].
 * Runs `f` once and one batched backward pass with a row for each element of the outputs, so it suits wide inputs and narrow outputs. Composes with all other
 * transforms.
 * @throws GradError for a function that returns no tensor; DTypeError for an integer argument; ArgumentError for a position without an argument.
 * @example func.jacrev((x: Tensor) => x.mul(x))(tensor([1, 2])).toArray(); // [[2, 0], [0, 4]]
 */
export function jacrev<A extends readonly unknown[], Y, const N extends number | readonly number[] = 0>(
  f: (...args: A) => Y,
  options: JacobianOptions<N> = {},
): (...args: A) => JacobianOf<Y, Chosen<A, N>> {
  return (...args) => {
    const { chosen, run, single } = selectArgnums("jacrev", f, (options as Options).argnums ?? 0, args);
    const [y, pull] = vjp(run, chosen);
    const outputs = leavesOf(y);
    if (outputs.length === 0) throw new GradError("jacrev", "the function must return tensors");
    const rowOf = (...u: Tensor[]): readonly unknown[] => pull(fillTree(y, u))[0];
    const rows = leavesOf(vmap(rowOf, vmapOptions(options as Options))(...standardBasis(outputs)));
    const inputs = leavesOf(chosen);
    let start = 0;
    return mapTree(y, (o) => {
      const n = o.numel();
      const blocks = inputs.map((x, i) => slice(rows[i], start, n, [...o.shape, ...x.shape]));
      start += n;
      const jacobian = fillTree(chosen, blocks);
      return single ? jacobian[0] : jacobian;
    }) as JacobianOf<Y, Chosen<A, N>>;
  };
}

/**
 * Returns a function of the same arguments that returns the Jacobian of `f` by forward mode: for each output a tensor of shape [...output.shape, ...input.shape].
 * Runs `f` once and one batched forward-mode pass with a column for each element of the inputs, so it suits narrow inputs and wide outputs. Composes with all
 * other transforms.
 * @throws GradError for a function that returns no tensor, or an operation without a tangent rule; DTypeError for an integer argument; ArgumentError for a position
 * without an argument.
 * @example func.jacfwd((x: Tensor) => x.mul(x))(tensor([1, 2])).toArray(); // [[2, 0], [0, 4]]
 */
export function jacfwd<A extends readonly unknown[], Y, const N extends number | readonly number[] = 0>(
  f: (...args: A) => Y,
  options: JacobianOptions<N> = {},
): (...args: A) => JacobianOf<Y, Chosen<A, N>> {
  return (...args) => {
    const { chosen, run, single } = selectArgnums("jacfwd", f, (options as Options).argnums ?? 0, args);
    const [y, push] = linearize(run, chosen);
    const inputs = leavesOf(chosen);
    const columnOf = (...v: Tensor[]): unknown => push(fillTree(chosen, v));
    const columns = leavesOf(vmap(columnOf, vmapOptions(options as Options))(...standardBasis(inputs)));
    return mapTree(y, (o, k) => {
      let start = 0;
      const blocks = inputs.map((x) => {
        const n = x.numel();
        const block = slice(columns[k], start, n, [...x.shape, ...o.shape]);
        start += n;
        return block.permute([...[...o.shape.keys()].map((d) => d + x.ndim), ...x.shape.keys()]);
      });
      const jacobian = fillTree(chosen, blocks);
      return single ? jacobian[0] : jacobian;
    }) as JacobianOf<Y, Chosen<A, N>>;
  };
}
