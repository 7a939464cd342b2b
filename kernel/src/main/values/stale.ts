/** Objects of a class that a later cell has defined again: they keep the methods of the definition that made them. */

type Variables = Readonly<Record<string, unknown>>;

/** Whether the value was made by another class than the one that its class's name stands for now. */
export function isStale(value: unknown, variables: Variables): boolean {
  if (typeof value !== "object" || value === null) return false;
  const made: unknown = value.constructor;
  if (typeof made !== "function" || made.name === "" || !Object.hasOwn(variables, made.name)) return false;
  const now = variables[made.name];
  return typeof now === "function" && now !== made && /^class\b/.test(Function.prototype.toString.call(now));
}

/** A sentence for each stale variable that the text mentions. */
export function staleNotes(text: string, variables: Variables): string[] {
  const mentioned = new Set(text.match(/[A-Za-z_$][\w$]*/g));
  return [...mentioned]
    .filter((name) => Object.hasOwn(variables, name) && isStale(variables[name], variables))
    .map((name) => {
      const { constructor } = variables[name] as object;
      return `Note: "${name}" was made by an earlier definition of class ${constructor.name}; run the cell that makes it again.`;
    });
}
