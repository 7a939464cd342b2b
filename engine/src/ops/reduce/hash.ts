/** Hashes of the bits of elements. */
import { defineFunction } from "../../dispatch/define.ts";
import { fastFunctions } from "../../dispatch/fast.ts";
import { reductionGroups } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isComplex, isFloating, type NumericArray } from "../../tensor/dtype.ts";
import { bigIntsIn, toBigInts } from "../../tensor/encoding.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { type Dims, reducedShape, sizeOf } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { merge, type ReduceOptions, reduceParams } from "./reduction.ts";

/** Options of `hashTensor`. */
export interface HashTensorOptions extends ReduceOptions {
  /** The hash: 0, the only one, is the exclusive or of the bits. */
  readonly mode?: number;
}

/**
 * Returns the exclusive or of the bits of the elements, over all of them or along `dim`: of floats as float64, of integers as int64. Tensors with the same elements in any
 * order have the same hash. PyTorch's result is the same number as uint64.
 * @throws ShapeError when no elements are reduced; ArgumentError for another mode than 0; DTypeError for complex tensors; IndexError for a dimension out of range.
 * @example hashTensor(tensor([5, 6, 3], { dtype: "int32" })).item(); // 0
 */
export const hashTensor: (
  input: Tensor,
  dim?: Dims | null | HashTensorOptions,
  keepdim?: boolean | HashTensorOptions,
) => Tensor = defineFunction(
  {
    name: "hashTensor",
    torch: "hash_tensor",
    access: "function",
    signature: "input, dim=null, keepdim=false, mode=0",
    tex: "y = \\bigoplus_i \\mathrm{bits}(x_i)",
    samples: (r) => [
      { input: r.integers([2, 3], 0, 9) },
      { input: r.integers([2, 3], 0, 9), dim: 1, keepdim: true, mode: 0 },
    ],
  },
  (input: Tensor, dim?: Dims | null | HashTensorOptions, keepdim: boolean | HashTensorOptions = {}): Tensor => {
    const x = requireTensor("hashTensor", input);
    const options = merge<HashTensorOptions>(dim, keepdim);
    if ((options.mode ?? 0) !== 0) throw new ArgumentError("hashTensor", `mode must be 0, but got ${options.mode}`);
    if (isComplex(x.dtype)) throw new DTypeError("hashTensor", "expected a real tensor", [x.dtype]);
    const { dims, keepdim: keeps } = reduceParams("hashTensor", x, options);
    const shape = reducedShape(x.shape, dims, keeps);
    const whole = sizeOf(shape) === 1 ? (fastFunctions()?.hash(x) ?? null) : null;
    if (whole !== null) return fromArray(BigInt64Array.of(whole) as unknown as NumericArray, "int64", shape);
    const { starts, members } = reductionGroups(x.shape, dims);
    if (members.length === 0)
      throw new ShapeError("hashTensor", "the dimensions to reduce must have elements", [x.shape]);
    const elements = contiguousArray(x.detach());
    const words = isFloating(x.dtype)
      ? new BigInt64Array(Float64Array.from(elements as ArrayLike<number>).buffer)
      : bigIntsIn(toBigInts(elements));
    const hashes = new BigInt64Array(starts.length);
    for (let i = 0; i < starts.length; i++) for (const member of members) hashes[i] ^= words[starts[i] + member];
    return fromArray(hashes as unknown as NumericArray, "int64", shape);
  },
);
