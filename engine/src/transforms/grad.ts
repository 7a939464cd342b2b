/** `grad` and `valueAndGrad`: gradients of scalar functions. */
import { ones } from "../tensor/create.ts";
import { ArgumentError, GradError, showShape } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { selectArgnums } from "./argnums.ts";
import { fillTree, mapTree } from "./pytree.ts";
import { detachUnlessNested, insideTransform, traceCall } from "./trace.ts";
import { pullBack } from "./vjp.ts";

/** Options of `grad` and `valueAndGrad`. */
export interface GradTransformOptions<N> {
  /** Positions of the arguments to differentiate with respect to: a number, 0 by default, or a list. */
  readonly argnums?: N;
  /** Whether the function returns a pair [value, aux], of which only the value is differentiated; false by default. */
  readonly hasAux?: boolean;
}

/** The arguments that `argnums` of type `N` selects from arguments `A`: the first by default. */
export type Chosen<A extends readonly unknown[], N> = N extends readonly number[]
  ? { [K in keyof N]: A[N[K] & number] }
  : N extends number
    ? `${N}` extends keyof A
      ? A[N]
      : A[number]
    : A[0];

type Options = GradTransformOptions<number | readonly number[]>;

/** Returns a cotangent of 1 for each output. @throws GradError for an output that is no scalar. */
function scalarCotangents(op: string, outputs: readonly Tensor[]): Tensor[] {
  return outputs.map((y) => {
    if (y.ndim > 0) throw new GradError(op, `the function must return a scalar, but returned ${showShape(y.shape)}`);
    return ones([], { dtype: y.dtype });
  });
}

function differentiate<A extends readonly unknown[]>(
  op: string,
  f: (...args: A) => unknown,
  { argnums = 0, hasAux = false }: Options,
  args: A,
): { readonly grads: unknown; readonly value: unknown } {
  return insideTransform(() => {
    const { chosen, run, single } = selectArgnums(op, f, argnums, args);
    let aux: unknown;
    const valueOf = (given: readonly unknown[]): unknown => {
      const result = run(given);
      if (!hasAux) return result;
      if (!Array.isArray(result) || result.length !== 2)
        throw new ArgumentError(op, "with hasAux the function must return a pair [value, aux]");
      aux = result[1];
      return result[0];
    };
    const traced = traceCall(op, valueOf, chosen);
    if (!(traced.output instanceof Tensor)) throw new GradError(op, "the function must return a scalar tensor");
    const pulled = detachUnlessNested(traced, pullBack(op, traced, scalarCotangents(op, traced.outputs)));
    const grads = fillTree(chosen, pulled);
    const [value] = detachUnlessNested(traced, traced.outputs);
    if (!traced.nested) aux = mapTree(aux, (t) => t.detach());
    return { grads: single ? grads[0] : grads, value: hasAux ? [value, aux] : value };
  });
}

/**
 * Returns the gradient of a scalar function: a function of the same arguments that returns the gradient with respect to the first, or to those that `argnums`
 * names, in the form of the argument. With `hasAux`, it returns a pair of the gradient and the function's auxiliary output. Composes with all other transforms.
 * @throws GradError when the function does not return a scalar; DTypeError for an integer argument; ArgumentError for a position without an argument.
 * @example
 * const f = (x: Tensor) => x.pow(3).sum();
 * func.grad(f)(tensor(2)).item(); // 12
 * func.grad((x: Tensor) => func.grad(f)(x))(tensor(2)).item(); // 12
 */
export function grad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => unknown,
  options: GradTransformOptions<N> & { readonly hasAux: true },
): (...args: A) => [grads: Chosen<A, N>, aux: unknown];
export function grad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options?: GradTransformOptions<N>,
): (...args: A) => Chosen<A, N>;
export function grad<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  options: Options = {},
): (...args: A) => unknown {
  return (...args) => {
    const { grads, value } = differentiate("grad", f, options, args);
    return options.hasAux === true ? [grads, (value as readonly unknown[])[1]] : grads;
  };
}

/**
 * Returns a function of the same arguments that returns the value of a scalar function and its gradient, as `grad` does; with `hasAux` the value is the pair
 * [value, aux].
 * @throws GradError when the function does not return a scalar; DTypeError for an integer argument; ArgumentError for a position without an argument.
 * @example
 * const [value, slope] = func.valueAndGrad((x: Tensor) => x.mul(x))(tensor(3));
 * value.item(); // 9
 * slope.item(); // 6
 */
export function valueAndGrad<A extends readonly unknown[], Y, const N extends number | readonly number[] = 0>(
  f: (...args: A) => Y,
  options: GradTransformOptions<N> = {},
): (...args: A) => [value: Y, grads: Chosen<A, N>] {
  return (...args) => {
    const { grads, value } = differentiate("valueAndGrad", f, options as GradTransformOptions<number>, args);
    return [value as Y, grads as Chosen<A, N>];
  };
}
