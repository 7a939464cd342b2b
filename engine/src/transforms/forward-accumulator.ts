/** `ForwardAccumulator`: forward mode over a recorded block of code, in the form of TensorFlow's `tf.autodiff.ForwardAccumulator`. */
import { restoring } from "../platform/ambient.ts";
import { asList } from "../tape/backward/backward.ts";
import { type AccumulateGrad, edgeOf } from "../tape/graph/node.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { zeros } from "../tensor/create.ts";
import { ArgumentError, GradError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { recordingGradients } from "./gradient-tape.ts";
import { propagateTangents } from "./tangents.ts";

/**
 * Computes tangents along the operations that run in `record`. With a gradient tape in the same block it gives Hessian-vector products.
 * @throws ArgumentError for another number of tangents than primals; ShapeError for a tangent of another shape; GradError for a primal that is no leaf.
 * @example
 * const x = tensor(3);
 * const acc = new autograd.ForwardAccumulator(x, tensor(1));
 * const y = acc.record(() => x.mul(x));
 * acc.jvp(y)!.item(); // 6
 */
export class ForwardAccumulator {
  readonly #primals: readonly Tensor[];
  readonly #tangents: readonly Tensor[];
  #inputEdges: readonly AccumulateGrad[] = [];

  constructor(primals: Tensor | readonly Tensor[], tangents: Tensor | readonly Tensor[]) {
    checkNew(new.target, arguments);
    this.#primals = asList(primals);
    this.#tangents = asList(tangents);
    if (this.#primals.length !== this.#tangents.length)
      throw new ArgumentError(
        "ForwardAccumulator",
        `as many tangents as primals are needed, but got ${this.#tangents.length} for ${this.#primals.length}`,
      );
    this.#primals.forEach((x, i) => {
      if (!sameShape(x.shape, this.#tangents[i].shape))
        throw new ShapeError("ForwardAccumulator", "a tangent must have the shape of its primal", [
          x.shape,
          this.#tangents[i].shape,
        ]);
      if (!x.isLeaf) throw new GradError("ForwardAccumulator", "a primal must be a leaf; detach() it");
    });
  }

  /** Runs `body`, so that its results can be passed to `jvp`, and returns its result. An async body is recorded until its promise settles. */
  record<T>(body: () => T): T {
    const constants = this.#primals.filter((x) => !x.requiresGrad);
    const recorded = (): T => {
      for (const x of constants) x.requiresGrad = true;
      this.#inputEdges = this.#primals.map((x) => edgeOf(x)?.node as AccumulateGrad);
      return recordingGradients(body);
    };
    return restoring(recorded, () => {
      for (const x of constants) x.requiresGrad = false;
    });
  }

  /**
   * Returns the tangent of a recorded result. For one that does not depend on the primals, returns `null`, or zeros with `unconnectedGradients: "zero"`.
   * @throws GradError before `record`, and where an operation has no tangent rule.
   */
  jvp(
    target: Tensor,
    { unconnectedGradients = "none" }: { readonly unconnectedGradients?: "none" | "zero" } = {},
  ): Tensor | null {
    if (this.#inputEdges.length === 0)
      throw new GradError("ForwardAccumulator", "nothing was recorded; run it inside record(() => …)");
    const i = this.#primals.indexOf(target);
    const tangent =
      i >= 0
        ? this.#tangents[i]
        : propagateTangents(this.#primals, this.#tangents, [target], false, this.#inputEdges)[0];
    if (tangent === null && unconnectedGradients === "zero") return zeros(target.shape, { dtype: target.dtype });
    return tangent;
  }
}
