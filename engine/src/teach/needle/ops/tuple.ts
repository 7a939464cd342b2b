/** Ops that make, and take apart, several tensors. */
import { zeros } from "../../../tensor/create.ts";
import { ArgumentError } from "../../../tensor/errors.ts";
import type { NDArray } from "../lazy-mode.ts";
import { Tensor, TensorOp, TensorTuple, TensorTupleOp, type Value } from "../value.ts";

/** Several tensors as one value. */
export class MakeTensorTuple extends TensorTupleOp {
  override compute(...args: NDArray[]): readonly NDArray[] {
    return args;
  }
  override gradient(g: Value): readonly Value[] {
    return (g as TensorTuple).tuple();
  }
}

/** One tensor of a tuple; its gradient is zeros elsewhere. */
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

/** x + c0 and x + c1, as the lecture's example of an op with two outputs. */
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

export const makeTuple = (...items: Tensor[]): TensorTuple => new MakeTensorTuple().call(...items);

/** What a tuple was made of is taken from there. */
export function tupleGetItem(t: TensorTuple, index: number): Tensor {
  const { length } = t;
  if (!Number.isInteger(index) || index < 0 || index >= length)
    throw new ArgumentError("tupleGetItem", `the index must be from 0 to ${length - 1}, but got ${index}`);
  if (t.op instanceof MakeTensorTuple) return t.inputs[index] as Tensor;
  return new TupleGetItem(index).call(t);
}

export const fusedAddScalars = (x: Tensor, c0: number, c1: number): TensorTuple => new FusedAddScalars(c0, c1).call(x);
