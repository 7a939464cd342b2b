/** Names of the dimensions of calls whose arguments state which of them belong together, in the notation of `dims.ts`. */
import type { BoundCall } from "./bound-call.ts";

/** Returns the names of the dimensions that an equation such as `ij,jk->ik` states. */
export function ofEquation({ values, operands }: BoundCall): string | undefined {
  const equation = values.get("equation");
  if (typeof equation !== "string" || equation.includes(".")) return undefined;
  const parts = equation.replaceAll(" ", "").split("->")[0].split(",");
  return parts.map((labels, i) => `${operands[i]?.role ?? i}: ${labels.split("").join(" ") || "."}`).join("; ");
}

/** Names of pairs of dimensions. */
const letters = "klmnpqrstuvw";

/** Returns the dimensions in pairs: the last ones of the first operand with the first ones of the second, or those of two lists; `null` for other values. */
function pairsOf(dims: unknown, rank: number, others: number): (readonly [number, number])[] | null {
  if (typeof dims === "number") return Array.from({ length: dims }, (_, i) => [rank - dims + i, i] as const);
  if (!Array.isArray(dims) || dims.length !== 2) return null;
  const [a, b] = dims as readonly (readonly number[])[];
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return null;
  return a.map((d: number, i) => [d < 0 ? d + rank : d, b[i] < 0 ? b[i] + others : b[i]] as const);
}

/** Returns the names of the dimensions that an operator of two operands pairs by its parameter `dims`. A pair with a size of 1 broadcasts, and has no name. */
export function ofPairs({ operator, values, operands }: BoundCall): string | undefined {
  const parameter = operator?.parameters.find((p) => p.name === "dims");
  if (parameter === undefined || operands.length !== 2) return undefined;
  const [x, z] = operands.map((o) => o.tensor.shape);
  const pairs = pairsOf(values.get("dims") ?? parameter.default, x.length, z.length);
  if (pairs === null) return undefined;
  const names = [x, z].map((shape) => shape.map(() => "="));
  pairs.forEach(([a, b], i) => {
    if (x[a] === 1 || z[b] === 1) return;
    names[0][a] = letters[i % letters.length];
    names[1][b] = letters[i % letters.length];
  });
  return operands.map((o, i) => `${o.role}: ${names[i].join(" ") || "."}`).join("; ");
}
