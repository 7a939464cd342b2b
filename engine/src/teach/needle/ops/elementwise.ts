/** Elementwise ops of the course. Shapes of two operands must be equal. */
import { ones } from "../../../tensor/create.ts";
import { ShapeError } from "../../../tensor/errors.ts";
import { sameShape } from "../../../tensor/shape.ts";
import { Tensor, TensorOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";

const inputsOf = (node: Value): Tensor[] => node.inputs as Tensor[];

/** Returns a constant of the same shape and dtype, filled with 1. */
const onesLike = (x: Tensor): Tensor => new Tensor(ones(x.shape, { dtype: x.dtype }), { requiresGrad: false });

function requireSameShape(op: string, a: NDArray, b: NDArray): void {
  if (!sameShape(a.shape, b.shape))
    throw new ShapeError(op, "the shapes must be equal; use broadcastTo first", [a.shape, b.shape]);
}

/**
 * Elementwise sum. Gradients: g and g.
 * @example new needle.ops.EWiseAdd().call(new needle.Tensor([1]), new needle.Tensor([2])).numpy(); // [3]
 */
export class EWiseAdd extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    requireSameShape("EWiseAdd", a, b);
    return a.add(b);
  }
  override gradient(g: Tensor): Tensor[] {
    return [g, g];
  }
}

/**
 * Returns a + b, for equal shapes.
 * @example needle.ops.add(new needle.Tensor([1, 2]), new needle.Tensor([3, 4])).numpy(); // [4, 6]
 */
export const add = (a: Tensor, b: Tensor): Tensor => new EWiseAdd().call(a, b);

/**
 * Sum of a tensor and a number. Gradient: g.
 * @example new needle.ops.AddScalar(2).call(new needle.Tensor([1])).numpy(); // [3]
 */
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

/**
 * Returns a + scalar.
 * @example needle.ops.addScalar(new needle.Tensor([1]), 2).numpy(); // [3]
 */
export const addScalar = (a: Tensor, scalar: number): Tensor => new AddScalar(scalar).call(a);

/**
 * Elementwise product. Gradients: g b and g a.
 * @example new needle.ops.EWiseMul().call(new needle.Tensor([2]), new needle.Tensor([3])).numpy(); // [6]
 */
export class EWiseMul extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    requireSameShape("EWiseMul", a, b);
    return a.mul(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [g.mul(b), g.mul(a)];
  }
}

/**
 * Returns a ⊙ b, for equal shapes.
 * @example needle.ops.multiply(new needle.Tensor([2]), new needle.Tensor([3])).numpy(); // [6]
 */
export const multiply = (a: Tensor, b: Tensor): Tensor => new EWiseMul().call(a, b);

/**
 * Product of a tensor and a number. Gradient: g times the number.
 * @example new needle.ops.MulScalar(3).call(new needle.Tensor([2])).numpy(); // [6]
 */
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

/**
 * Returns a times scalar.
 * @example needle.ops.mulScalar(new needle.Tensor([2]), 3).numpy(); // [6]
 */
export const mulScalar = (a: Tensor, scalar: number): Tensor => new MulScalar(scalar).call(a);

/**
 * Elementwise quotient. Gradients: g / b and -g a / b².
 * @example new needle.ops.EWiseDiv().call(new needle.Tensor([6]), new needle.Tensor([3])).numpy(); // [2]
 */
export class EWiseDiv extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    requireSameShape("EWiseDiv", a, b);
    return a.div(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [g.div(b), negate(g.mul(a)).div(b.mul(b))];
  }
}

/**
 * Returns a / b, for equal shapes.
 * @example needle.ops.divide(new needle.Tensor([6]), new needle.Tensor([3])).numpy(); // [2]
 */
export const divide = (a: Tensor, b: Tensor): Tensor => new EWiseDiv().call(a, b);

/**
 * Quotient of a tensor and a number. Gradient: g divided by the number.
 * @example new needle.ops.DivScalar(3).call(new needle.Tensor([6])).numpy(); // [2]
 */
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

/**
 * Returns a / scalar.
 * @example needle.ops.divideScalar(new needle.Tensor([6]), 3).numpy(); // [2]
 */
export const divideScalar = (a: Tensor, scalar: number): Tensor => new DivScalar(scalar).call(a);

/**
 * Elementwise power. Gradients: g b aᵇ⁻¹ and g aᵇ log a; the latter is NaN for negative a.
 * @example new needle.ops.EWisePow().call(new needle.Tensor([2]), new needle.Tensor([3])).numpy(); // [8]
 */
export class EWisePow extends TensorOp {
  override compute(a: NDArray, b: NDArray): NDArray {
    requireSameShape("EWisePow", a, b);
    return a.pow(b);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [a, b] = inputsOf(node);
    return [g.mul(b).mul(power(a, b.add(-1))), g.mul(power(a, b)).mul(log(a))];
  }
}

/**
 * Returns a to the power b, elementwise, for equal shapes.
 * @example needle.ops.power(new needle.Tensor([2]), new needle.Tensor([3])).numpy(); // [8]
 */
export const power = (a: Tensor, b: Tensor): Tensor => new EWisePow().call(a, b);

/**
 * Power with a constant exponent n. Gradient: g n aⁿ⁻¹, and 0 for n = 0.
 * @example new needle.ops.PowerScalar(2).call(new needle.Tensor([3])).numpy(); // [9]
 */
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

/**
 * Returns a to the power of a number.
 * @example needle.ops.powerScalar(new needle.Tensor([3]), 2).numpy(); // [9]
 */
export const powerScalar = (a: Tensor, scalar: number): Tensor => new PowerScalar(scalar).call(a);

/**
 * Negation. Gradient: -g.
 * @example new needle.ops.Negate().call(new needle.Tensor([1])).numpy(); // [-1]
 */
export class Negate extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.neg();
  }
  override gradient(g: Tensor): Tensor {
    return negate(g);
  }
}

/**
 * Returns -a.
 * @example needle.ops.negate(new needle.Tensor([1])).numpy(); // [-1]
 */
export const negate = (a: Tensor): Tensor => new Negate().call(a);

/**
 * Natural logarithm. Gradient: g / a.
 * @example new needle.ops.Log().call(new needle.Tensor([1])).numpy(); // [0]
 */
export class Log extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.log();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return g.div(inputsOf(node)[0]);
  }
}

/**
 * Returns the natural logarithm.
 * @example needle.ops.log(new needle.Tensor([1])).numpy(); // [0]
 */
export const log = (a: Tensor): Tensor => new Log().call(a);

/**
 * Exponential. Gradient: g eᵃ.
 * @example new needle.ops.Exp().call(new needle.Tensor([0])).numpy(); // [1]
 */
export class Exp extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.exp();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return g.mul(exp(inputsOf(node)[0]));
  }
}

/**
 * Returns eᵃ.
 * @example needle.ops.exp(new needle.Tensor([0])).numpy(); // [1]
 */
export const exp = (a: Tensor): Tensor => new Exp().call(a);

/**
 * Max(a, 0). Gradient: g where a > 0, else 0; 0 at 0.
 * @example new needle.ops.ReLU().call(new needle.Tensor([-1, 2])).numpy(); // [0, 2]
 */
export class ReLU extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.relu();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const mask = inputsOf(node)[0].array.detach();
    return g.mul(new Tensor(mask.gt(0).to(mask.dtype), { requiresGrad: false }));
  }
}

/**
 * Returns max(a, 0).
 * @example needle.ops.relu(new needle.Tensor([-1, 2])).numpy(); // [0, 2]
 */
export const relu = (a: Tensor): Tensor => new ReLU().call(a);

/**
 * Hyperbolic tangent. Gradient: g (1 - tanh² a).
 * @example new needle.ops.Tanh().call(new needle.Tensor([0])).numpy(); // [0]
 */
export class Tanh extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.tanh();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const y = tanh(inputsOf(node)[0]);
    return g.mul(onesLike(y).add(negate(y.mul(y))));
  }
}

/**
 * Returns the hyperbolic tangent.
 * @example needle.ops.tanh(new needle.Tensor([0])).numpy(); // [0]
 */
export const tanh = (a: Tensor): Tensor => new Tanh().call(a);
