/** What tensors of the course can be asked to do, in the words of its operators; numbers are constants on either side. */
import * as math from "./ops/mathematic.ts";
import type { Tensor } from "./value.ts";

/** A tensor or a number. */
export type Term = Tensor | number;

/** Methods in place of Python's operators. */
export interface Arithmetic {
  add(other: Term): Tensor;
  sub(other: Term): Tensor;
  /** `other - this`. */
  rsub(other: Term): Tensor;
  mul(other: Term): Tensor;
  div(other: Term): Tensor;
  /** `other / this`. */
  rdiv(other: Term): Tensor;
  pow(exponent: Term): Tensor;
  matmul(other: Tensor): Tensor;
  neg(): Tensor;
  sum(axes?: math.Axes): Tensor;
  broadcastTo(shape: readonly number[]): Tensor;
  reshape(shape: readonly number[]): Tensor;
  transpose(axes?: readonly [number, number] | null): Tensor;
  log(): Tensor;
  exp(): Tensor;
  relu(): Tensor;
  tanh(): Tensor;
}

// biome-ignore format: one method a line
export const arithmetic: Arithmetic & ThisType<Tensor> = {
  add(other) { return typeof other === "number" ? math.addScalar(this, other) : math.add(this, other); },
  sub(other) { return typeof other === "number" ? math.addScalar(this, -other) : math.add(this, math.negate(other)); },
  rsub(other) { return math.negate(this).add(other); },
  mul(other) { return typeof other === "number" ? math.mulScalar(this, other) : math.multiply(this, other); },
  div(other) { return typeof other === "number" ? math.divideScalar(this, other) : math.divide(this, other); },
  rdiv(other) { return math.powerScalar(this, -1).mul(other); },
  pow(exponent) { return typeof exponent === "number" ? math.powerScalar(this, exponent) : math.power(this, exponent); },
  matmul(other) { return math.matmul(this, other); },
  neg() { return math.negate(this); },
  sum(axes) { return math.summation(this, axes); },
  broadcastTo(shape) { return math.broadcastTo(this, shape); },
  reshape(shape) { return math.reshape(this, shape); },
  transpose(axes) { return math.transpose(this, axes); },
  log() { return math.log(this); },
  exp() { return math.exp(this); },
  relu() { return math.relu(this); },
  tanh() { return math.tanh(this); },
};
