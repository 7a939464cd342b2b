/** Type promotion of the operands of a program. */
import { category, type DType, resultType as promoted } from "../tensor/dtype.ts";
import { type Operand, toOperand } from "./operand.ts";

/**
 * Returns the dtype to which two operands are promoted in arithmetic. Tensors with dimensions decide, then 0-d tensors, then numbers: a later group counts only when
 * it is a float beside integers, or a number beside bools.
 * @throws DTypeError for anything but tensors, numbers, BigInts and booleans.
 * @example
 * resultType(tensor([1], { dtype: "float16" }), 2.5); // "float16"
 * resultType(tensor([1], { dtype: "int8" }), 2.5); // "float32"
 */
export function resultType(tensor1: Operand, tensor2: Operand): DType {
  return promoted([toOperand("resultType", tensor1), toOperand("resultType", tensor2)]);
}

/**
 * Returns whether elements of one dtype may be stored in place in tensors of another: a float may not become an integer, and a number may not become a bool.
 * @example canCast("float64", "float16"); // true
 */
export function canCast(from: DType, to: DType): boolean {
  return category(from) <= category(to);
}
