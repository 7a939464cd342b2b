/** Operators by their names in PyTorch. */
import { type RegisteredOperator, registered } from "../../engine/src/dispatch/registry.ts";

/** All operators by each of their dotted names in PyTorch, without `torch.` and without `Tensor.`. */
export const byTorchName: ReadonlyMap<string, RegisteredOperator> = new Map(
  [...registered.values()].flatMap((op) =>
    [op.torch, ...(op.info.aliases ?? [])].map((name) => [name.replace(/^Tensor\./, ""), op] as const),
  ),
);
