/** Changes of a call's other arguments: its dimension, its shape, the order of its operands, or the op itself. */
import { sizeOf } from "../../tensor/shape.ts";
import type { CallContext, Candidate } from "./candidate.ts";
import { codeOf } from "./code.ts";

/** Returns an in-place call in its form that makes a new tensor. */
export function newTensor({ call, names, text }: CallContext): Candidate[] {
  const { name } = call.call;
  if (!/\w_$/.test(name) || call.operator === null) return [];
  const code = codeOf(call, text, names, [])?.replace(`${name}(`, `${name.slice(0, -1)}(`);
  if (code === undefined) return [];
  const warning = `makes a new tensor and leaves ${names[0]} as it is`;
  return [{ changes: () => [], code, cost: 1, warning, key: "new tensor", operand: -1 }];
}

/** Returns the call with its two operands exchanged. */
export function exchanged({ call, names, text, reason }: CallContext): Candidate[] {
  if (reason.comparison !== "names" || call.operands.length !== 2 || call.module !== null) return [];
  const [x, z] = call.operands;
  if (reason.named.some((n) => n?.named.some((d) => d.key === "k") !== true)) return [];
  const code = codeOf(call, text, names, [
    [x.slot, names[1]],
    [z.slot, names[0]],
  ]);
  return code === null
    ? []
    : [
        {
          changes: () => [
            [x.slot, z.tensor],
            [z.slot, x.tensor],
          ],
          code,
          cost: 3,
          warning: null,
          key: "exchanged",
          operand: -1,
        },
      ];
}

/** Returns the call with another `dim`. */
export function dimCandidates({ call, names, text }: CallContext): Candidate[] {
  const slot = call.slots.get("dim");
  const given =
    call.values.get("dim") ??
    (call.operator?.parameters.some((p) => p.name === "dim" && p.default === 0) ? 0 : undefined);
  const rank = call.operands[0]?.tensor.ndim ?? 0;
  if (typeof given !== "number") return [];
  const at = slot ?? { kind: "argument" as const, at: call.call.args.length };
  return [...Array(rank).keys()]
    .filter((d) => d !== given && d - rank !== given)
    .flatMap((d): Candidate[] => {
      const withArgument = text !== null && slot === undefined ? { ...text, args: [...text.args, String(d)] } : text;
      const code = codeOf(call, withArgument, names, [[at, String(d)]]);
      const plain = slot === undefined && text === null ? null : code;
      return plain === null
        ? []
        : [
            {
              changes: () => [[at, d]],
              code: plain,
              cost: 2.2 + Math.abs(given - 1 - d) / 10,
              warning: null,
              key: `dim ${d}`,
              operand: -1,
            },
          ];
    });
}

/** Returns reshapes of which one size is inferred. */
export function requestedShapes({ call, names, text }: CallContext): Candidate[] {
  const wanted = [...call.values].find(
    ([, v]) => Array.isArray(v) && v.length > 1 && v.every((n) => typeof n === "number"),
  );
  const x = call.operands[0]?.tensor;
  if (wanted === undefined || x === undefined || call.operands.length !== 1) return [];
  const [role, sizes] = wanted as readonly [string, readonly number[]];
  const slot = call.slots.get(role);
  if (slot === undefined || slot.kind !== "argument") return [];
  const isListed = !Array.isArray(call.call.args[slot.at]);
  return sizes.flatMap((_, at): Candidate[] => {
    const rest = sizeOf(sizes.filter((n, d) => d !== at && n !== -1));
    if (rest === 0 || x.numel() % rest !== 0) return [];
    const shape = sizes.map((n, d) => (d === at ? -1 : n === -1 ? 1 : n));
    const found = shape.map((n) => (n === -1 ? x.numel() / sizeOf(shape.filter((m) => m !== -1)) : n));
    const list = `[${shape.join(", ")}]`;
    const shortened = text === null || !isListed ? text : { ...text, args: [list] };
    const slotOfList = { kind: "argument", at: slot.at } as const;
    const code = codeOf(call, shortened, names, [[slotOfList, isListed ? list : list]]);
    if (code === null) return [];
    const warning =
      x.ndim > 1 && found[0] !== x.shape[0] ? `the first size becomes ${found[0]} instead of ${x.shape[0]}` : null;
    const first = isListed ? ([[{ kind: "argument", at: slot.at }, shape]] as const) : ([[slot, shape]] as const);
    return [{ changes: () => first, code, cost: 3 + at / 10, warning, key: code, operand: -1 }];
  });
}
