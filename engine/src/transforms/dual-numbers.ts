/** Forward mode without a function: dual numbers in PyTorch's words, and TensorFlow's accumulator. */

import { ambient, restoring } from "../platform/ambient.ts";
import { asList } from "../tape/backward/backward.ts";
import { type AccumulateGrad, edgeOf } from "../tape/graph/node.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { zeros } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, GradError, ShapeError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { changeableAliasOf } from "./batch-levels.ts";
import { withWindow } from "./gradient-tape.ts";
import { pushAlong } from "./jvp.ts";

/** A primal and its tangent; `null` where there is none. */
export interface Dual {
  readonly primal: Tensor;
  readonly tangent: Tensor | null;
}

/** The dual tensors of one level. */
interface DualLevel {
  readonly inputs: Tensor[];
  readonly tangents: Tensor[];
  /** Where the inputs were on the tape before they were changed in place. */
  readonly places: (Edge | null)[];
  /** Whether the tape wants gradients of any primal. */
  taped: boolean;
}

/** The levels that are open, outermost first. */
const open = ambient(() => ({ levels: [] as DualLevel[] }));

/** Opens a level by hand; `dualLevel(body)` closes it too. */
export function enterDualLevel(): void {
  open.levels.push({ inputs: [], tangents: [], places: [], taped: false });
}

/** Closes the innermost level: its tangents are gone. */
export function exitDualLevel(): void {
  if (open.levels.pop() === undefined) throw new ArgumentError("exitDualLevel", "no level is open");
}

/**
 * Runs `body` with a level of forward mode open.
 * @example
 * const { forwardAd } = autograd;
 * const slope = forwardAd.dualLevel(() => {
 *   const x = forwardAd.makeDual(tensor(3), tensor(1));
 *   return forwardAd.unpackDual(x.mul(x)).tangent!.item();
 * });
 * slope; // 6
 */
export function dualLevel<T>(body: () => T): T {
  enterDualLevel();
  try {
    return body();
  } finally {
    exitDualLevel();
  }
}

const currentLevel = (op: string): DualLevel => {
  const level = open.levels.at(-1);
  if (level === undefined) throw new ArgumentError(op, "open a level first: forwardAd.dualLevel(() => …)");
  return level;
};

/** The primal with a tangent, which what is computed from it carries on. @throws ShapeError when their shapes differ. */
export function makeDual(primal: Tensor, tangent: Tensor): Tensor {
  const level = currentLevel("makeDual");
  if (!sameShape(primal.shape, tangent.shape))
    throw new ShapeError("makeDual", "a tangent must have the shape of its primal", [primal.shape, tangent.shape]);
  if (!isFloating(primal.dtype))
    throw new DTypeError("makeDual", "only float tensors can be differentiated", [primal.dtype]);
  const dual = changeableAliasOf(primal);
  level.inputs.push(dual);
  level.places.push(edgeOf(dual));
  level.tangents.push(tangent);
  level.taped ||= primal.requiresGrad || tangent.requiresGrad;
  return dual;
}

/** What was computed, and its tangent at the innermost level. */
export function unpackDual(t: Tensor): Dual {
  const { inputs, tangents, places, taped } = currentLevel("unpackDual");
  const at = inputs.indexOf(t);
  const unchanged = at >= 0 && edgeOf(t) === places[at];
  const tangent = unchanged ? tangents[at] : pushAlong(inputs, tangents, [t], taped, places)[0];
  return { primal: taped ? t : t.detach(), tangent };
}

/**
 * Pushes tangents along what runs in `record`, as TensorFlow's `ForwardAccumulator`. Around a gradient tape it gives Hessian-vector products.
 * @example
 * const x = tensor(3);
 * const acc = new autograd.ForwardAccumulator(x, tensor(1));
 * const y = acc.record(() => x.mul(x));
 * acc.jvp(y)!.item(); // 6
 */
export class ForwardAccumulator {
  readonly #primals: readonly Tensor[];
  readonly #tangents: readonly Tensor[];
  #places: readonly AccumulateGrad[] = [];

  /** @throws ShapeError for a tangent of another shape; GradError for a primal that an operation made. */
  constructor(primals: Tensor | readonly Tensor[], tangents: Tensor | readonly Tensor[]) {
    checkNew(new.target, arguments);
    this.#primals = asList(primals);
    this.#tangents = asList(tangents);
    if (this.#primals.length !== this.#tangents.length)
      throw new ArgumentError("ForwardAccumulator", "as many tangents as primals are needed");
    this.#primals.forEach((x, i) => {
      if (!sameShape(x.shape, this.#tangents[i].shape))
        throw new ShapeError("ForwardAccumulator", "a tangent must have the shape of its primal", [
          x.shape,
          this.#tangents[i].shape,
        ]);
      if (!x.isLeaf) throw new GradError("ForwardAccumulator", "a primal must be a leaf; detach() it");
    });
  }

  /** Runs `body`; what it computes from the primals carries tangents. */
  record<T>(body: () => T): T {
    const borrowed = this.#primals.filter((x) => !x.requiresGrad);
    const recorded = (): T => {
      for (const x of borrowed) x.requiresGrad = true;
      this.#places = this.#primals.map((x) => edgeOf(x)?.node as AccumulateGrad);
      return withWindow(body);
    };
    return restoring(recorded, () => {
      for (const x of borrowed) x.requiresGrad = false;
    });
  }

  /** The tangent of what was computed, `null`, or zeros if asked for, where it does not depend on the primals. */
  jvp(
    target: Tensor,
    { unconnectedGradients = "none" }: { readonly unconnectedGradients?: "none" | "zero" } = {},
  ): Tensor | null {
    if (this.#places.length === 0)
      throw new GradError("ForwardAccumulator", "nothing was recorded; run it inside record(() => …)");
    const at = this.#primals.indexOf(target);
    const found =
      at >= 0 ? this.#tangents[at] : pushAlong(this.#primals, this.#tangents, [target], false, this.#places)[0];
    if (found === null && unconnectedGradients === "zero") return zeros(target.shape, { dtype: target.dtype });
    return found;
  }
}
