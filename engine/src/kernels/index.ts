/** The fast kernels. */
import { registerElementwise } from "./elementwise.ts";
import { registerProducts } from "./matmul.ts";
import { registerReductions } from "./reduce.ts";
import { registerSoftmax } from "./softmax.ts";

export function registerKernels(): void {
  registerElementwise();
  registerProducts();
  registerReductions();
  registerSoftmax();
}
