/** Parameters as one vector, and back. */
import { requireTensor } from "../../dispatch/operand.ts";
import { cat } from "../../ops/shape/join.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Returns the elements of all parameters, one after the other, as one vector. Gradients flow through it.
 * @throws ArgumentError for no parameters.
 * @example nn.utils.parametersToVector([tensor([[1, 2]]), tensor([3])]).toArray(); // [1, 2, 3]
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  const list = Array.from(parameters, (p) => requireTensor("parametersToVector", p));
  if (list.length === 0) throw new ArgumentError("parametersToVector", "expected at least one parameter");
  return cat(list.map((p) => p.reshape([-1])));
}

/**
 * Copies the elements of a vector to the parameters, one after the other, off the tape.
 * @throws ShapeError when the vector has another number of elements than all parameters together.
 * @example
 * const w = zeros([1, 2]);
 * nn.utils.vectorToParameters(tensor([1, 2]), [w]);
 * w.toArray(); // [[1, 2]]
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = Array.from(parameters, (p) => requireTensor("vectorToParameters", p));
  const total = list.reduce((sum, p) => sum + p.numel(), 0);
  if (vector.ndim !== 1 || vector.numel() !== total)
    throw new ShapeError("vectorToParameters", `the vector must have ${total} elements, as the parameters`, [
      vector.shape,
    ]);
  noGrad(() => {
    let at = 0;
    for (const p of list) {
      p.copy_(vector.narrow(0, at, p.numel()).reshape(p.shape));
      at += p.numel();
    }
  });
}
