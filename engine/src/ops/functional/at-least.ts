/** Lower limits that gradients ignore. */
import type { Tensor } from "../../tensor/tensor.ts";
import { add, sub } from "../elementwise/arithmetic.ts";
import { lt } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";

/** Returns max(x, limit), of which the gradient is that of x everywhere, as PyTorch's in-place `clamp_` without gradients has it. */
export const atLeast = (x: Tensor, limit: number): Tensor => where(lt(x, limit), add(sub(x, x.detach()), limit), x);
