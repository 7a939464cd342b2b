/** Reasons of operands whose dimensions are limited: by the sizes of another operand, or by a size that the op takes. */
import type { BoundCall } from "./bound-call.ts";
import { isSize, type NamedShape } from "./dims.ts";
import { count, dimWords, type Part, type PartialReason } from "./parts.ts";

/** Returns the number of dimensions; a scalar counts as a vector. */
const rankOf = ({ shape }: Part): number => Math.max(shape.length, 1);

/** Returns the reason of an operand that is larger than the one that limits it, or has another number of dimensions; `null` if there is none. */
export function limitReason(parts: readonly Part[], named: readonly (NamedShape | null)[]): PartialReason | null {
  for (const [i, limited] of named.entries()) {
    const other = limited === null || limited.beside === "" ? -1 : parts.findIndex((p) => p.role === limited.beside);
    if (limited === null || other < 0) continue;
    const [inner, outer] = limited.comparison === "within" ? [i, other] : [other, i];
    const [x, z] = [parts[inner], parts[outer]];
    if (rankOf(x) !== rankOf(z))
      return {
        parts,
        named,
        marked: x.shape.map((_, d) => [inner, d] as const),
        sentence: `${x.name} has ${count(x.shape.length, "dimension")}, ${z.name} has ${z.shape.length}; the two must have equally many.`,
      };
    const large = limited.rest.filter((d) => (x.shape[d] ?? 1) > (z.shape[d] ?? 1));
    const [first] = large;
    if (first === undefined) continue;
    const where = limited.chosen === null ? "in every dimension" : `outside of dim ${limited.chosen}`;
    return {
      parts,
      named,
      clashes: large.map((dim) => ({ a: { operand: inner, dim }, b: { operand: outer, dim } })),
      sentence: `${x.name} has the size ${x.shape[first] ?? 1} in dim ${first}, ${z.name} has ${z.shape[first] ?? 1}; ${where} ${x.name} must be no larger than ${z.name}.`,
    };
  }
  return null;
}

/** Returns the reason of a dimension that does not have the size that the op takes; `null` if there is none. */
export function sizeReason(
  call: BoundCall,
  parts: readonly Part[],
  named: readonly (NamedShape | null)[],
): PartialReason | null {
  for (const [operand, s] of named.entries())
    for (const { dim, key, size } of s?.named ?? [])
      if (isSize(key) && size !== Number(key))
        return {
          parts,
          named,
          comparison: "names",
          marked: [[operand, dim]],
          sentence: `${dimWords(parts, named, { operand, dim })}, and ${call.call.name} takes ${key}.`,
        };
  return null;
}
