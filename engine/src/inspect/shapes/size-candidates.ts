/** Changes of sizes: of a tensor that the program makes, or of a module. */
import type { CallContext, Candidate } from "./candidate.ts";
import { resized } from "./edits.ts";

/** Returns the call with a tensor made in another size, where the code that made it states its shape. */
export function sizeCandidates(context: CallContext): Candidate[] {
  const { call, reason, origins, names } = context;
  return reason.clashes.flatMap(({ a, b }) =>
    (
      [
        [a, b],
        [b, a],
      ] as const
    ).flatMap(([one, other]): Candidate[] => {
      const operand = call.operands[one.operand];
      const need = call.operands[other.operand]?.tensor.shape[other.dim];
      const made = /^(\w+(?:\.\w+)*\(\[)([\d,\s]+)(\].*\))$/.exec(origins[one.operand] || names[one.operand]);
      if (operand === undefined || need === undefined || made === null) return [];
      const sizes = made[2].split(",").map(Number);
      if (String(sizes) !== String(operand.tensor.shape)) return [];
      const edit = resized(one.dim, need);
      const code = `${made[1]}${sizes.map((n, d) => (d === one.dim ? need : n)).join(", ")}${made[3]}`;
      const isInput = one.operand === 0 && names.length > 1;
      return [
        {
          changes: () => {
            const made = edit.make(operand.tensor);
            return call.operands.filter((o) => o.tensor === operand.tensor).map((o) => [o.slot, made] as const);
          },
          code: /^[\w$]+$/.test(names[one.operand]) ? `${names[one.operand]} = ${code}` : code,
          cost: isInput ? 9 : reason.comparison === "names" ? 1 : 2.6,
          warning: null,
          key: `${one.operand}:${code}`,
          operand: one.operand,
        },
      ];
    }),
  );
}

/** Settings that need not be written: the size of the kernel stands before them, and the others are the usual defaults. */
const isDefault = /^(kernelSize=|bias=true|affine=true|eps=|momentum=0\.1$|dilation=1|groups=1$)/;

/** Returns a setting as code: `2×2` is a list, or one number for equal ones. */
function literalOf(value: string): string {
  const parts = value.split("×");
  if (new Set(parts).size === 1) return /^[-\d.]+$|^(true|false)$/.test(parts[0]) ? parts[0] : JSON.stringify(parts[0]);
  return `[${parts.join(", ")}]`;
}

/** Returns the code that makes a module with another size, from the text of its settings; `null` where the size is not among them. */
function moduleCode(name: string, settings: string, old: number, need: number): string | null {
  const all = settings.split(", ");
  const sizes = all.filter((s) => !s.includes("="));
  const at = sizes.indexOf(String(old));
  if (at < 0) return null;
  const kernel =
    all
      .find((s) => s.startsWith("kernelSize="))
      ?.slice("kernelSize=".length)
      .split("×") ?? [];
  const kernelText =
    new Set(kernel).size === 1 ? kernel.slice(0, 1) : kernel.length > 1 ? [`[${kernel.join(", ")}]`] : [];
  const options = all.flatMap((s) => {
    const [key, value] = s.split("=");
    return value === undefined || isDefault.test(s) ? [] : [`${key}: ${literalOf(value)}`];
  });
  const given = [...sizes.map((s, i) => (i === at ? String(need) : s)), ...kernelText];
  return `new nn.${name}(${[...given, ...(options.length > 0 ? [`{ ${options.join(", ")} }`] : [])].join(", ")})`;
}

/** Returns the call of the module made with another size. */
export function moduleCandidates({ call, reason }: CallContext): Candidate[] {
  const { module } = call;
  if (module === null) return [];
  return reason.clashes.slice(0, 1).flatMap(({ a, b }): Candidate[] => {
    const [input, field] = call.operands[a.operand]?.slot.kind === "field" ? [b, a] : [a, b];
    const [x, w] = [call.operands[input.operand], call.operands[field.operand]];
    if (w?.slot.kind !== "field" || x === undefined || x.slot.kind === "field") return [];
    const [old, need] = [w.tensor.shape[field.dim], x.tensor.shape[input.dim]];
    const key = reason.named[field.operand]?.named.find((d) => d.dim === field.dim)?.key;
    const changed = call.operands.flatMap((o, i) => {
      const dim = reason.named[i]?.named.find((d) => d.key === key)?.dim;
      return o.slot.kind === "field" && dim !== undefined && o.tensor.shape[dim] === old ? [[o, dim] as const] : [];
    });
    const code = moduleCode(call.call.name, module.extraRepr(), old, need);
    if (code === null) return [];
    return [
      {
        changes: () => changed.map(([o, dim]) => [o.slot, resized(dim, need).make(o.tensor)] as const),
        code,
        cost: 3.5,
        warning: null,
        key: code,
        operand: -1,
      },
    ];
  });
}
