/** Ops that make tuples of tensors and take them apart. */
import { zeros } from "../../../tensor/create.ts";
import { ArgumentError } from "../../../tensor/errors.ts";
import { Tensor, TensorOp, type TensorTuple, TensorTupleOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";

/**
 * Several tensors as one tuple. Gradients: the members of g.
 * @example new needle.ops.MakeTensorTuple().call(new needle.Tensor([1]), new needle.Tensor([2])).length; // 2
 */
export class MakeTensorTuple extends TensorTupleOp {
  override compute(...args: NDArray[]): readonly NDArray[] {
    return args;
  }
  override gradient(g: Value): readonly Value[] {
    return (g as TensorTuple).tuple();
  }
}

/**
 * One tensor of a tuple. Gradient: a tuple with g at its index, and zeros elsewhere.
 * @example new needle.ops.TupleGetItem(0).call(needle.ops.split(new needle.Tensor([[1], [2]]))).numpy(); // [1]
 */
export class TupleGetItem extends TensorOp {
  readonly index: number;
  constructor(index: number) {
    super();
    this.index = index;
  }
  override compute(a: NDArray): NDArray {
    return (a as unknown as readonly NDArray[])[this.index];
  }
  override gradient(g: Tensor, node: Value): Value[] {
    const all = node.inputs[0].realizeCachedData() as readonly NDArray[];
    return [
      makeTuple(
        ...all.map((x, i) =>
          i === this.index ? g : new Tensor(zeros(x.shape, { dtype: x.dtype }), { requiresGrad: false }),
        ),
      ),
    ];
  }
}

/**
 * X + c0 and x + c1, the lecture's example of an op with two outputs. Gradient: the sum of both.
 * @example new needle.ops.FusedAddScalars(1, 2).call(new needle.Tensor([0])).at(1).numpy(); // [2]
 */
export class FusedAddScalars extends TensorTupleOp {
  readonly c0: number;
  readonly c1: number;
  constructor(c0: number, c1: number) {
    super();
    this.c0 = c0;
    this.c1 = c1;
  }
  override compute(a: NDArray): readonly NDArray[] {
    return [a.add(this.c0), a.add(this.c1)];
  }
  override gradient(g: Value): Value {
    const [a, b] = (g as TensorTuple).tuple();
    return a.add(b);
  }
}

/**
 * Returns tensors as one tuple.
 * @example needle.ops.makeTuple(new needle.Tensor([1]), new needle.Tensor([2])).length; // 2
 */
export const makeTuple = (...items: Tensor[]): TensorTuple => new MakeTensorTuple().call(...items);

/**
 * Returns tensor `index` of a tuple; of a tuple that `makeTuple` made, the tensor itself.
 * @throws ArgumentError for an index out of range.
 * @example needle.ops.tupleGetItem(needle.ops.split(new needle.Tensor([[1], [2]])), 1).numpy(); // [2]
 */
export function tupleGetItem(t: TensorTuple, index: number): Tensor {
  const { length } = t;
  if (!Number.isInteger(index) || index < 0 || index >= length)
    throw new ArgumentError("tupleGetItem", `the index must be from 0 to ${length - 1}, but got ${index}`);
  if (t.op instanceof MakeTensorTuple) return t.inputs[index] as Tensor;
  return new TupleGetItem(index).call(t);
}

/**
 * Returns the tuple of x + c0 and x + c1.
 * @example needle.ops.fusedAddScalars(new needle.Tensor([0]), 1, 2).at(0).numpy(); // [1]
 */
export const fusedAddScalars = (x: Tensor, c0: number, c1: number): TensorTuple => new FusedAddScalars(c0, c1).call(x);
