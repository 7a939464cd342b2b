/** Random and uninitialized tensors with the shape and dtype of another. */
import { ArgumentError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { zeros } from "./fill.ts";
import { type CreateOptions, type RandomOptions } from "./options.ts";
import { rand, randint, randn } from "./random.ts";

/**
 * Creates a tensor with the shape and dtype of `like`, unless `dtype` is given. Its elements are 0, where PyTorch leaves them undefined.
 * @example emptyLike(tensor([1.5, 2])).shape; // [2]
 */
export const emptyLike = (like: Tensor, options: CreateOptions = {}): Tensor =>
  zeros(like.shape, { dtype: like.dtype, ...options });

/**
 * Creates a tensor of random numbers from the uniform distribution on [0, 1) with the shape and dtype of `like`, unless `dtype` is given.
 * @throws DTypeError for a dtype that is not float.
 * @example randLike(tensor([1.5, 2])).shape; // [2]
 */
export const randLike = (like: Tensor, options: RandomOptions = {}): Tensor =>
  rand(like.shape, { dtype: like.dtype, ...options });

/**
 * Creates a tensor of random numbers from the normal distribution with mean 0 and variance 1, with the shape and dtype of `like`, unless `dtype` is given.
 * @throws DTypeError for a dtype that is not float.
 * @example randnLike(tensor([1.5, 2])).shape; // [2]
 */
export const randnLike = (like: Tensor, options: RandomOptions = {}): Tensor =>
  randn(like.shape, { dtype: like.dtype, ...options });

/**
 * Creates a tensor of random integers from `low` to `high` - 1, with one number from 0 to it, with the shape and dtype of `like`, unless `dtype` is given.
 * @throws ArgumentError when `low` and `high` are no integers, or `low` is not below `high`.
 * @example randintLike(tensor([1.5, 2]), 3, 4).toArray(); // [3, 3]
 */
export function randintLike(like: Tensor, high: number, options?: RandomOptions): Tensor;
export function randintLike(like: Tensor, low: number, high: number, options?: RandomOptions): Tensor;
export function randintLike(
  like: Tensor,
  first: number,
  second: number | RandomOptions = {},
  third: RandomOptions = {},
): Tensor {
  const [low, high] = typeof second === "number" ? [first, second] : [0, first];
  const options = typeof second === "number" ? third : second;
  if (![low, high].every(Number.isInteger) || low >= high)
    throw new ArgumentError("randintLike", `low and high must be integers with low < high, but got ${low} and ${high}`);
  return randint(low, high, like.shape, { dtype: like.dtype, ...options });
}
