/** The exports of `linalg`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../ops/linalg/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../ops/linalg/index.ts";

export const matmul: typeof from.matmul = guard("matmul", "input: Tensor, other: Tensor", from.matmul);
