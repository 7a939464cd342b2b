/** Observations about a clash that suggest how it came about. */
import { sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { BoundCall } from "./bound-call.ts";
import type { Clash } from "./dims.ts";
import type { Part, Reason } from "./parts.ts";

/** Returns observations about a clash that suggest how it came about. */
export function notesOf(
  call: BoundCall,
  parts: readonly Part[],
  { a, b }: Clash,
  comparison: Reason["comparison"],
): string[] {
  const notes: string[] = [];
  const [x, w] = [parts[a.operand], parts[b.operand]];
  const [have, need] = [x.shape[a.dim], w.shape[b.dim]];
  const root = call.modelInputs.find((t): t is Tensor => t instanceof Tensor && t.ndim > 1);
  const batch = root?.shape[0] ?? (x.shape.length === 2 && a.dim === 1 ? x.shape[0] : undefined);
  const isRowValue = comparison === "broadcast" && w.shape.length === 1 && x.shape.length === 2 && need === x.shape[0];
  if (isRowValue)
    notes.push(
      `${w.name} has one value for each row of ${x.name}; shapes are aligned at the end, so it needs the shape [${need}, 1].`,
    );
  else if (
    comparison === "names" &&
    a.operand !== b.operand &&
    w.role !== "wanted" &&
    need === batch &&
    x.shape[0] === need &&
    a.dim > 0
  )
    notes.push(
      `${need} is also the first size of ${x.name}, usually the batch: ${w.name} may have been made from shape[0] where shape[${a.dim}] was meant.`,
    );
  const features = sizeOf(x.shape.slice(1));
  if (x.shape.length > 2 && features === need && have !== need)
    notes.push(
      `Each example of ${x.name} has ${x.shape.slice(1).join(" · ")} = ${need} elements: it may have to be flattened first.`,
    );
  const elsewhere = x.shape.flatMap((n, d) => (n === need && d !== a.dim && d > 0 ? [d] : []));
  if (elsewhere.length === 1 && x.shape.length > 2)
    notes.push(`${x.name} has the size ${need} in dim ${elsewhere[0]}: its dimensions may be in another order.`);
  return notes;
}
