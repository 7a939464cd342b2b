/** Further names of ops, as PyTorch has them. A record lists them in `aliases`; functions, methods, their types and the names in the registry follow from that. */

/** Returns a name of PyTorch in camelCase. Python's operators, such as `__radd__`, keep their names. */
export const camelCase = (name: string): string =>
  name.startsWith("__") ? name : name.replaceAll(/(?<=[^_])_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Returns the name and the namespace of a dotted name: `""` for `torch` itself, `"Tensor"` for methods. */
export function splitName(dotted: string): { readonly namespace: string; readonly name: string } {
  const at = dotted.lastIndexOf(".");
  return { namespace: dotted.slice(0, Math.max(at, 0)), name: camelCase(dotted.slice(at + 1)) };
}

/** Whether an op has the name in the registry alone, without a function: private and native forms, Python's operators, and forms that copy. */
export const isRegistryName = (dotted: string): boolean => /(?:^|\.)(?:_|native_)|_copy$/.test(dotted);

/** Whether the name is that of a Python operator whose operands are exchanged: `__rsub__` is other - input. */
export const isReflected = (name: string): boolean =>
  /^__r(?:add|sub|mul|div|truediv|floordiv|mod|pow|matmul|and|or|xor|lshift|rshift)__$/.test(name);

/** Whether the name is that of a Python operator that changes its first operand, such as `__iadd__`. */
export const isInPlaceOperator = (name: string): boolean => /^__i(?!nvert__|nt__|ndex__|nit|ter__)\w+__$/.test(name);

/** The fields of a record that decide the names of methods. */
interface Named {
  readonly name: string;
  readonly torch: string;
  readonly aliases?: readonly string[];
  readonly access: "internal" | "function" | "method" | "in-place";
}

/**
 * Returns the methods that an op has under its aliases. Aliases without a namespace are methods where the op is one, and have an in-place form where the op has one;
 * those in `Tensor` are always methods, and end in an underscore for the in-place form.
 */
export function aliasMethods({
  aliases = [],
  access,
}: Named): { readonly method: string; readonly inPlace: boolean }[] {
  return aliases.flatMap((dotted) => {
    const { namespace, name } = splitName(dotted);
    if (isRegistryName(dotted)) return [];
    if (namespace === "Tensor") return [{ method: name, inPlace: name.endsWith("_") }];
    if (namespace !== "" || access === "internal" || access === "function") return [];
    const method = { method: name, inPlace: false };
    return access === "in-place" ? [method, { method: `${name}_`, inPlace: true }] : [method];
  });
}
