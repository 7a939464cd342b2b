/** The operators of the course's tensors as methods. A number as the other operand is a constant. */
import * as elementwise from "./ops/elementwise.ts";
import { matmul } from "./ops/matmul.ts";
import * as shape from "./ops/shape.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor or a number. */
export type Operand = Tensor | number;

/** Methods in place of Python's operators, and the methods of the course's tensors. */
export interface Operators {
  add(other: Operand): Tensor;
  sub(other: Operand): Tensor;
  /** Returns `other - this`. */
  rsub(other: Operand): Tensor;
  mul(other: Operand): Tensor;
  div(other: Operand): Tensor;
  /** Returns `other / this`. */
  rdiv(other: Operand): Tensor;
  pow(exponent: Operand): Tensor;
  matmul(other: Tensor): Tensor;
  neg(): Tensor;
  sum(axes?: shape.Axes): Tensor;
  broadcastTo(shape: readonly number[]): Tensor;
  reshape(shape: readonly number[]): Tensor;
  transpose(axes?: readonly [number, number] | null): Tensor;
  log(): Tensor;
  exp(): Tensor;
  relu(): Tensor;
  tanh(): Tensor;
}

const { add, addScalar, multiply, mulScalar, divide, divideScalar, power, powerScalar, negate } = elementwise;

// biome-ignore format: one method a line
export const operators: Operators & ThisType<Tensor> = {
  add(other) { return typeof other === "number" ? addScalar(this, other) : add(this, other); },
  sub(other) { return typeof other === "number" ? addScalar(this, -other) : add(this, negate(other)); },
  rsub(other) { return negate(this).add(other); },
  mul(other) { return typeof other === "number" ? mulScalar(this, other) : multiply(this, other); },
  div(other) { return typeof other === "number" ? divideScalar(this, other) : divide(this, other); },
  rdiv(other) { return powerScalar(this, -1).mul(other); },
  pow(exponent) { return typeof exponent === "number" ? powerScalar(this, exponent) : power(this, exponent); },
  matmul(other) { return matmul(this, other); },
  neg() { return negate(this); },
  sum(axes) { return shape.summation(this, axes); },
  broadcastTo(size) { return shape.broadcastTo(this, size); },
  reshape(size) { return shape.reshape(this, size); },
  transpose(axes) { return shape.transpose(this, axes); },
  log() { return elementwise.log(this); },
  exp() { return elementwise.exp(this); },
  relu() { return elementwise.relu(this); },
  tanh() { return elementwise.tanh(this); },
};
