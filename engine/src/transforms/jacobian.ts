/** Jacobians and Hessians, and their products with vectors. */
import { reshape } from "../ops/shape/reshape.ts";
import { eye } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { ofChosen } from "./argnums.ts";
import { jvp, linearize } from "./jvp.ts";
import { fillTree, leavesOf, mapTree } from "./pytree.ts";
import { type Chosen, grad, vjp } from "./vjp.ts";
import { type Randomness, vmap } from "./vmap.ts";

/** Options of Jacobians. */
export interface JacobianOptions<N> {
  /** Positions of the arguments to differentiate with respect to: one, or a list. */
  readonly argnums?: N;
  /** Rows, or columns, at a time; all by default. */
  readonly chunkSize?: number;
  readonly randomness?: Randomness;
}

/** A Jacobian in the form of the outputs, with the form of the chosen arguments at each output. */
export type JacobianOf<Y, X> = Y extends Tensor ? X : { [K in keyof Y]: JacobianOf<Y[K], X> };

type Options = JacobianOptions<number | readonly number[]>;

/** One unit tensor after the other for each element of each leaf; zeros in the other leaves. */
function units(leaves: readonly Tensor[]): Tensor[] {
  const total = leaves.reduce((n, t) => n + t.numel(), 0);
  let at = 0;
  return leaves.map((t) => {
    const n = t.numel();
    const part = eye(total, total, { dtype: isFloating(t.dtype) ? t.dtype : "float32" }).narrow(1, at, n);
    at += n;
    return reshape(part.contiguous(), [total, ...t.shape]);
  });
}

/** Rows `at` to `at + n` of a stacked result, reshaped. */
const block = (t: Tensor, at: number, n: number, shape: readonly number[]): Tensor =>
  reshape(t.narrow(0, at, n), shape);

/**
 * The Jacobian of `f` by reverse mode, one pull for each element of its outputs, all at once: of shape output.shape followed by input.shape. For wide
 * inputs and narrow outputs.
 * @example func.jacrev((x: Tensor) => x.mul(x))(tensor([1, 2])).toArray(); // [[2, 0], [0, 4]]
 */
export function jacrev<A extends readonly unknown[], Y, const N extends number | readonly number[] = 0>(
  f: (...args: A) => Y,
  options: JacobianOptions<N> = {},
): (...args: A) => JacobianOf<Y, Chosen<A, N>> {
  return (...args) => {
    const { picked, run, single } = ofChosen("jacobian", f, (options as Options).argnums ?? 0, args);
    const [y, pull] = vjp(run, picked);
    const outputs = leavesOf(y);
    if (outputs.length === 0) throw new GradError("jacrev", "the function must return tensors");
    const rows = vmap((...u: Tensor[]) => pull(fillTree(y, u))[0], mapOptions(options as Options))(...units(outputs));
    const inputs = leavesOf(picked);
    const pulled = leavesOf(rows);
    let at = 0;
    return mapTree(y, (o) => {
      const start = at;
      at += o.numel();
      const form = fillTree(
        picked,
        inputs.map((x, i) => block(pulled[i], start, o.numel(), [...o.shape, ...x.shape])),
      );
      return single ? form[0] : form;
    }) as JacobianOf<Y, Chosen<A, N>>;
  };
}

/**
 * The Jacobian of `f` by forward mode, one push for each element of its inputs, all at once. For narrow inputs and wide outputs.
 * @example func.jacfwd((x: Tensor) => x.mul(x))(tensor([1, 2])).toArray(); // [[2, 0], [0, 4]]
 */
export function jacfwd<A extends readonly unknown[], Y, const N extends number | readonly number[] = 0>(
  f: (...args: A) => Y,
  options: JacobianOptions<N> = {},
): (...args: A) => JacobianOf<Y, Chosen<A, N>> {
  return (...args) => {
    const { picked, run, single } = ofChosen("jacobian", f, (options as Options).argnums ?? 0, args);
    const [y, push] = linearize(run, picked);
    const inputs = leavesOf(picked);
    const columns = vmap(
      (...v: Tensor[]) => push(fillTree(picked, v)),
      mapOptions(options as Options),
    )(...units(inputs));
    const pushed = leavesOf(columns);
    let which = 0;
    return mapTree(y, (o) => {
      const all = pushed[which++];
      let at = 0;
      const form = fillTree(
        picked,
        inputs.map((x) => {
          const n = x.numel();
          const part = block(all, at, n, [...x.shape, ...o.shape]);
          at += n;
          const order = [...o.shape.keys()].map((d) => d + x.ndim);
          return part.permute([...order, ...x.shape.keys()]);
        }),
      );
      return single ? form[0] : form;
    }) as JacobianOf<Y, Chosen<A, N>>;
  };
}

const mapOptions = ({ chunkSize, randomness = "same" }: Options): { chunkSize?: number; randomness: Randomness } =>
  chunkSize === undefined ? { randomness } : { chunkSize, randomness };

/**
 * The Hessian of a scalar function, forward over reverse: of shape input.shape twice.
 * @example func.hessian((x: Tensor) => x.pow(3).sum())(tensor([1, 2])).toArray(); // [[6, 0], [0, 12]]
 */
export function hessian<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options: JacobianOptions<N> = {},
): (...args: A) => JacobianOf<Chosen<A, N>, Chosen<A, N>> {
  return jacfwd<A, Chosen<A, N>, N>(jacrev(f, options) as (...args: A) => never, options);
}

/**
 * The value of a scalar function and Hv, forward over reverse: costs a few times the function, however many inputs there are.
 * @example
 * const [y, hv] = func.hvp((x: Tensor) => x.pow(3).sum(), [tensor([1, 2])], [tensor([1, 1])]);
 * y.item(); // 9
 * hv[0].toArray(); // [6, 12]
 */
export function hvp<const A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  primals: A,
  tangents: A,
): [value: Tensor, product: A] {
  const all = primals.map((_, i) => i);
  const gradients = (...args: A): A => grad(f, { argnums: all })(...args) as unknown as A;
  const [, product] = jvp(gradients, primals, tangents);
  return [f(...primals).detach(), product];
}

/**
 * The value of a scalar function and vᵀH, reverse over reverse; the same numbers as `hvp`.
 * @example
 * const [, vh] = func.vhp((x: Tensor) => x.pow(3).sum(), [tensor([1, 2])], [tensor([1, 1])]);
 * vh[0].toArray(); // [6, 12]
 */
export function vhp<const A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  primals: A,
  cotangents: A,
): [value: Tensor, product: A] {
  const all = primals.map((_, i) => i);
  const gradients = (...args: A): A => grad(f, { argnums: all })(...args) as unknown as A;
  const [, pull] = vjp(gradients, ...primals);
  return [f(...primals).detach(), pull(cotangents)];
}
