/** Objects of a class that a later cell has defined again: they keep the methods of the old definition. */

type Variables = Readonly<Record<string, unknown>>;

/** Whether a variable with the name of the value's class holds another class. */
export function isStale(value: unknown, variables: Variables): boolean {
  if (typeof value !== "object" || value === null) return false;
  const madeBy: unknown = value.constructor;
  if (typeof madeBy !== "function" || madeBy.name === "" || !Object.hasOwn(variables, madeBy.name)) return false;
  const current = variables[madeBy.name];
  return (
    typeof current === "function" && current !== madeBy && /^class\b/.test(Function.prototype.toString.call(current))
  );
}

/** Returns a note for each stale object that the code mentions by a variable's name. */
export function staleNotes(code: string, variables: Variables): string[] {
  const mentioned = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  return [...mentioned]
    .filter((name) => Object.hasOwn(variables, name) && isStale(variables[name], variables))
    .map((name) => {
      const { constructor } = variables[name] as object;
      return `Note: "${name}" was made by an earlier definition of class ${constructor.name}; run the cell that makes it again.`;
    });
}
