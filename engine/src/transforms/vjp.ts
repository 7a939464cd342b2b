/** Reverse mode as a transform of functions: `vjp`, `grad`, `valueAndGrad`. */
import { openLevels } from "../dispatch/batched.ts";
import { permute } from "../ops/shape/reshape.ts";
import { ambient } from "../platform/ambient.ts";
import { walk } from "../tape/backward/walk.ts";
import { enableGrad, isGradEnabled } from "../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf } from "../tape/graph/node.ts";
import { reachable } from "../tape/graph/reachable.ts";
import { ones, zeros } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, GradError, ShapeError, showShape } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { ofChosen } from "./argnums.ts";
import { aliasOf, asRecordedAt, batchedAt, bottomOf, changeableAliasOf, levelsOf, wrapped } from "./batch-levels.ts";
import { fillTree, leavesOf } from "./pytree.ts";

/** Number of derivative transforms that are running inside of each other. */
const running = ambient(() => ({ depth: 0 }));

/** Runs `body` as a derivative transform; async functions cannot be. */
export function differentiating<T>(body: () => T): T {
  running.depth++;
  try {
    const result = enableGrad(body);
    if (result instanceof Promise) throw new ArgumentError("func", "an async function cannot be differentiated");
    return result;
  } finally {
    running.depth--;
  }
}

/** A function on the tape: its inputs as leaves of their own, and what it gave. */
export interface Traced<Y> {
  /** Inputs as the function saw them. */
  readonly inputs: readonly Tensor[];
  /** Where the inputs were on the tape before the function ran, which may change them in place; `null` for one that is not on it. */
  readonly places: readonly (Edge | null)[];
  readonly output: Y;
  readonly outputs: readonly Tensor[];
  /** Whether derivatives are themselves to be on the tape: something else than the inputs wants them. */
  readonly nested: boolean;
}

/** Runs a function of a tree on the tape. With `forward`, inputs are no leaves, so that the function may change them in place. */
export function trace<X, Y>(op: string, f: (x: X) => Y, x: X, forward = false): Traced<Y> {
  const outer = isGradEnabled();
  const levels = openLevels();
  const inputs = leavesOf(x).map((t) => {
    if (!isFloating(t.dtype))
      throw new DTypeError(
        op,
        "only float tensors can be differentiated; take integers out of the arguments, or name the others in argnums",
        [t.dtype],
      );
    const full = batchedAt(t, levels);
    const bottom = bottomOf(full);
    const source = outer || bottom.requiresGrad ? bottom : bottom.detach();
    return wrapped(forward ? changeableAliasOf(source) : aliasOf(source), levelsOf(full));
  });
  const places = inputs.map((x) => edgeOf(bottomOf(x)));
  const output = f(fillTree(x, inputs));
  const outputs = leavesOf(output);
  if (outputs.length === 0)
    throw new GradError(op, "the function must return a tensor, or tensors in lists and records");
  return { inputs, places, output, outputs, nested: running.depth > 1 || (outer && reachesOthers(outputs, places)) };
}

/** Whether the outputs depend on leaves that require a gradient besides the inputs. */
function reachesOthers(outputs: readonly Tensor[], places: readonly (Edge | null)[]): boolean {
  const own = new Set(places.map((edge) => edge?.node));
  if (places.some((edge) => edge !== null && !(edge.node instanceof AccumulateGrad))) return true;
  const from = outputs.flatMap((y) => edgeOf(bottomOf(y))?.node ?? []);
  for (const node of reachable(from, (n) => !own.has(n))) if (node instanceof AccumulateGrad) return true;
  return false;
}

/** Gradients of the outputs, weighted by cotangents, with respect to the inputs; zeros where nothing connects them. */
export function pullBack(
  op: string,
  { inputs, places, outputs, nested }: Traced<unknown>,
  cotangents: readonly (Tensor | null)[],
): Tensor[] {
  const roots = outputs.flatMap((y, i) => {
    const g = cotangents[i];
    const levels = levelsOf(y).toReversed();
    const edge = edgeOf(bottomOf(y));
    if (g !== null && !sameShape(g.shape, y.shape))
      throw new ShapeError(op, "a cotangent must have the shape of its output", [y.shape, g.shape]);
    return edge === null || g === null ? [] : [{ edge, gradient: asRecordedAt(g, levels) }];
  });
  const targets = places.filter((e) => e !== null);
  const captured: (Tensor | null)[] = targets.map(() => null);
  const createGraph = nested || cotangents.some((g) => g !== null && isGradEnabled() && bottomOf(g).requiresGrad);
  if (roots.length > 0 && targets.length > 0) walk(roots, { createGraph, retainGraph: true, targets, captured });
  let at = 0;
  return inputs.map((x, i) => {
    const g = places[i] === null ? null : captured[at++];
    if (g === null) return zeros(x.shape, { dtype: x.dtype });
    return fromRecord(g, levelsOf(x));
  });
}

/** What a walk gives, as examples at the levels of the record; it may be an example at newer levels. */
export function fromRecord(g: Tensor, levels: readonly { readonly number: number; readonly size: number }[]): Tensor {
  const newer = levelsOf(g);
  if (newer.length === 0) return wrapped(g, levels);
  // [newer…, record…, shape]: the record's dimensions come first among those of a bottom
  const bottom = bottomOf(g);
  const n = newer.length;
  const k = levels.length;
  const order = [
    ...Array.from({ length: k }, (_, i) => n + i),
    ...Array.from({ length: n }, (_, i) => i),
    ...Array.from({ length: bottom.ndim - n - k }, (_, i) => n + k + i),
  ];
  return wrapped(permute(bottom, order), [...newer, ...levels]);
}

/** Ones for scalars. */
export function scalarCotangents(op: string, outputs: readonly Tensor[]): Tensor[] {
  return outputs.map((y) => {
    if (y.ndim > 0) throw new GradError(op, `the function must return a scalar, but returned ${showShape(y.shape)}`);
    return ones([], { dtype: y.dtype });
  });
}

/**
 * The value of `f` at the primals, and the function from cotangents of its outputs to those of its inputs: u ↦ uᵀJ, one for each primal, zeros for one
 * that it does not depend on.
 * @throws GradError for a function that returns no tensor; ShapeError for cotangents of another shape.
 * @example
 * const [y, pull] = func.vjp((x: Tensor) => x.mul(x), tensor([1, 2]));
 * y.toArray(); // [1, 4]
 * pull(tensor([1, 10]))[0].toArray(); // [2, 40]
 */
export function vjp<A extends readonly unknown[], Y>(
  f: (...primals: A) => Y,
  ...primals: A
): [output: Y, pull: (cotangents: Y) => A] {
  return differentiating(() => {
    const traced = trace("vjp", (x: A) => f(...x), primals);
    const pull = (cotangents: Y): A =>
      differentiating(() => {
        const given = leavesOf(cotangents);
        if (given.length !== traced.outputs.length)
          throw new ArgumentError(
            "vjp",
            `as many cotangents as outputs are needed, but got ${given.length} for ${traced.outputs.length}`,
          );
        const pulled = pullBack("vjp", traced, given);
        const wanted = given.some((g) => bottomOf(g).requiresGrad);
        return fillTree(primals, wanted ? pulled : finished(traced, pulled));
      });
    return [fillTree(traced.output, finished(traced, traced.outputs)), pull];
  });
}

/** Results, off the tape unless something outside wants their derivatives. */
export const finished = ({ nested }: Traced<unknown>, results: readonly Tensor[]): Tensor[] =>
  results.map((t) => (nested ? t : t.detach()));

/** Options of `grad` and `valueAndGrad`. */
export interface GradTransformOptions<N> {
  /** Positions of the arguments to differentiate with respect to: one, or a list. */
  readonly argnums?: N;
  /** Whether the function returns a pair, of which only the first is differentiated. */
  readonly hasAux?: boolean;
}

/** The differentiated arguments: the first one by default. */
export type Chosen<A extends readonly unknown[], N> = N extends readonly number[]
  ? { [K in keyof N]: A[N[K] & number] }
  : N extends number
    ? `${N}` extends keyof A
      ? A[N]
      : A[number]
    : A[0];

function differentiate<A extends readonly unknown[]>(
  op: string,
  f: (...args: A) => unknown,
  { argnums = 0, hasAux = false }: GradTransformOptions<number | readonly number[]>,
  args: A,
): { readonly grads: unknown; readonly value: unknown } {
  return differentiating(() => {
    const { picked, run: all, single } = ofChosen(op, f, argnums, args);
    let aux: unknown;
    const run = (given: readonly unknown[]): unknown => {
      const result = all(given);
      if (!hasAux) return result;
      if (!Array.isArray(result) || result.length !== 2)
        throw new ArgumentError(op, "with hasAux the function must return a pair [value, aux]");
      aux = result[1];
      return result[0];
    };
    const traced = trace(op, run, picked);
    if (!(traced.output instanceof Tensor)) throw new GradError(op, "the function must return a scalar tensor");
    const pulled = finished(traced, pullBack(op, traced, scalarCotangents(op, traced.outputs)));
    const grads = fillTree(picked, pulled);
    const [value] = finished(traced, traced.outputs);
    const extra = traced.nested
      ? aux
      : fillTree(
          aux,
          leavesOf(aux).map((t) => t.detach()),
        );
    return { grads: single ? grads[0] : grads, value: hasAux ? [value, extra] : value };
  });
}

/**
 * The function that gives the gradient of a scalar function with respect to its first argument, or those that `argnums` names; with `hasAux`, a pair of
 * gradient and what the function returned beside its value. Composes with all other transforms.
 * @throws GradError when the function does not return a scalar.
 * @example
 * const f = (x: Tensor) => x.pow(3).sum();
 * func.grad(f)(tensor(2)).item(); // 12
 * func.grad((x: Tensor) => func.grad(f)(x))(tensor(2)).item(); // 12
 */
export function grad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => unknown,
  options: GradTransformOptions<N> & { readonly hasAux: true },
): (...args: A) => [grads: Chosen<A, N>, aux: unknown];
/** Without `hasAux`: the gradient alone. */
export function grad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options?: GradTransformOptions<N>,
): (...args: A) => Chosen<A, N>;
/** The same, in the form that it is written in. */
export function grad<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  options: GradTransformOptions<number | readonly number[]> = {},
): (...args: A) => unknown {
  return (...args) => {
    const { grads, value } = differentiate("grad", f, options, args);
    return options.hasAux === true ? [grads, (value as readonly unknown[])[1]] : grads;
  };
}

/**
 * As `grad`, but giving the value of the function too, in front; with `hasAux` the pair that it returned.
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
