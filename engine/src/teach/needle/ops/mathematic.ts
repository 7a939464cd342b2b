/** The course's ops of numbers and shapes: `compute` by the engine, `gradient` by these ops themselves. */
import { ones } from "../../../tensor/create.ts";
import { ShapeError } from "../../../tensor/errors.ts";
import { broadcastShapes, normalizeDim, type Shape, sameShape } from "../../../tensor/shape.ts";
import type { NDArray } from "../lazy-mode.ts";
import { Tensor, TensorOp, type Value } from "../value.ts";

/** Dimensions to sum over: one, several, or all. */
export type Axes = number | readonly number[] | null;

const inputsOf = (node: Value): Tensor[] => node.inputs as Tensor[];

/** A constant of the same shape and dtype, full of ones. */
const onesLike = (x: Tensor): Tensor => new Tensor(ones(x.shape, { dtype: x.dtype }), { requiresGrad: false });

function same(op: string, a: NDArray, b: NDArray): void {
  if (!sameShape(a.shape, b.shape))
    throw new ShapeError(op, "the shapes must be equal; use broadcastTo first", [a.shape, b.shape]);
}

export class EWiseAdd extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    same("EWiseAdd", a, b);
    return a.add(b);
  }
  override gradient(g: Tensor): Tensor[] {
    return [g, g];
  }
}

export class AddScalar extends TensorOp {
  readonly scalar: number;
  constructor(scalar: number) {
    super();
    this.scalar = scalar;
  }
  override compute(a: NDArray): NDArray {
    return a.add(this.scalar);
  }
  override gradient(g: Tensor): Tensor {
    return g;
  }
}

export class EWiseMul extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    same("EWiseMul", a, b);
    return a.mul(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [g.mul(b), g.mul(a)];
  }
}

export class MulScalar extends TensorOp {
  readonly scalar: number;
  constructor(scalar: number) {
    super();
    this.scalar = scalar;
  }
  override compute(a: NDArray): NDArray {
    return a.mul(this.scalar);
  }
  override gradient(g: Tensor): Tensor {
    return g.mul(this.scalar);
  }
}

export class PowerScalar extends TensorOp {
  readonly scalar: number;
  constructor(scalar: number) {
    super();
    this.scalar = scalar;
  }
  override compute(a: NDArray): NDArray {
    return a.pow(this.scalar);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const [a] = inputsOf(node);
    return this.scalar === 0 ? g.mul(0) : g.mul(powerScalar(a, this.scalar - 1).mul(this.scalar));
  }
}

/** a to the power b; the gradient of b is that of exp(b log a), which is NaN for negative a. */
export class EWisePow extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    same("EWisePow", a, b);
    return a.pow(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [g.mul(b).mul(power(a, b.add(-1))), g.mul(power(a, b)).mul(log(a))];
  }
}

export class EWiseDiv extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    same("EWiseDiv", a, b);
    return a.div(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [g.div(b), negate(g.mul(a)).div(b.mul(b))];
  }
}

export class DivScalar extends TensorOp {
  readonly scalar: number;
  constructor(scalar: number) {
    super();
    this.scalar = scalar;
  }
  override compute(a: NDArray): NDArray {
    return a.div(this.scalar);
  }
  override gradient(g: Tensor): Tensor {
    return g.div(this.scalar);
  }
}

/** Swaps two dimensions, the last two where none are given. */
export class Transpose extends TensorOp {
  readonly axes: readonly [number, number] | null;
  constructor(axes: readonly [number, number] | null = null) {
    super();
    this.axes = axes;
  }
  override compute(a: NDArray): NDArray {
    const [i, j] = this.axes ?? [-1, -2];
    return a.transpose(i, j).contiguous();
  }
  override gradient(g: Tensor): Tensor {
    return transpose(g, this.axes);
  }
}

export class Reshape extends TensorOp {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super();
    this.shape = shape;
  }
  override compute(a: NDArray): NDArray {
    return a.reshape([...this.shape]);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return reshape(g, inputsOf(node)[0].shape);
  }
}

export class BroadcastTo extends TensorOp {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super();
    this.shape = shape;
  }
  override compute(a: NDArray): NDArray {
    if (!sameShape(broadcastShapes("BroadcastTo", [a.shape, this.shape]), this.shape))
      throw new ShapeError("BroadcastTo", "the tensor does not broadcast to the shape", [a.shape, this.shape]);
    return a.expand([...this.shape]).contiguous();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const { shape } = inputsOf(node)[0];
    const lead = this.shape.length - shape.length;
    const axes = this.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
    return reshape(axes.length === 0 ? g : summation(g, axes), shape);
  }
}

export class Summation extends TensorOp {
  readonly axes: Axes;
  constructor(axes: Axes = null) {
    super();
    this.axes = axes;
  }
  override compute(a: NDArray): NDArray {
    return this.axes === null ? a.sum() : a.sum(typeof this.axes === "number" ? this.axes : [...this.axes]);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const { shape } = inputsOf(node)[0];
    return broadcastTo(reshape(g, withOnes(shape, this.axes)), shape);
  }
}

/** The shape with 1 in place of what is summed. */
export function withOnes(shape: Shape, axes: Axes): number[] {
  const summed =
    axes === null
      ? shape.map((_, d) => d)
      : (typeof axes === "number" ? [axes] : axes).map((d) => normalizeDim("Summation", d, shape.length));
  return shape.map((n, d) => (summed.includes(d) ? 1 : n));
}

/** Matrix products over the last two dimensions; those before broadcast. */
export class MatMul extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    return a.matmul(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [sumTo(matmul(g, transpose(b)), a.shape), sumTo(matmul(transpose(a), g), b.shape)];
  }
}

/** Undoes the broadcasting of leading dimensions. */
function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
  return axes.length === 0 ? x : reshape(summation(x, axes), shape);
}

export class Negate extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.neg();
  }
  override gradient(g: Tensor): Tensor {
    return negate(g);
  }
}

export class Log extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.log();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return g.div(inputsOf(node)[0]);
  }
}

export class Exp extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.exp();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return g.mul(exp(inputsOf(node)[0]));
  }
}

/** The gradient at 0 is 0. */
export class ReLU extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.relu();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const mask = inputsOf(node)[0].array.detach();
    return g.mul(new Tensor(mask.gt(0).to(mask.dtype), { requiresGrad: false }));
  }
}

export class Tanh extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.tanh();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const y = tanh(inputsOf(node)[0]);
    return g.mul(onesLike(y).add(negate(y.mul(y))));
  }
}

export const add = (a: Tensor, b: Tensor): Tensor => new EWiseAdd().call(a, b);
export const addScalar = (a: Tensor, scalar: number): Tensor => new AddScalar(scalar).call(a);
export const multiply = (a: Tensor, b: Tensor): Tensor => new EWiseMul().call(a, b);
export const mulScalar = (a: Tensor, scalar: number): Tensor => new MulScalar(scalar).call(a);
export const power = (a: Tensor, b: Tensor): Tensor => new EWisePow().call(a, b);
export const powerScalar = (a: Tensor, scalar: number): Tensor => new PowerScalar(scalar).call(a);
export const divide = (a: Tensor, b: Tensor): Tensor => new EWiseDiv().call(a, b);
export const divideScalar = (a: Tensor, scalar: number): Tensor => new DivScalar(scalar).call(a);
export const transpose = (a: Tensor, axes: readonly [number, number] | null = null): Tensor =>
  new Transpose(axes).call(a);
export const reshape = (a: Tensor, shape: Shape): Tensor => new Reshape(shape).call(a);
export const broadcastTo = (a: Tensor, shape: Shape): Tensor => new BroadcastTo(shape).call(a);
export const summation = (a: Tensor, axes: Axes = null): Tensor => new Summation(axes).call(a);
export const matmul = (a: Tensor, b: Tensor): Tensor => new MatMul().call(a, b);
export const negate = (a: Tensor): Tensor => new Negate().call(a);
export const log = (a: Tensor): Tensor => new Log().call(a);
export const exp = (a: Tensor): Tensor => new Exp().call(a);
export const relu = (a: Tensor): Tensor => new ReLU().call(a);
export const tanh = (a: Tensor): Tensor => new Tanh().call(a);
