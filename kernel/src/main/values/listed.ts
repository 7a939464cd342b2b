/** The variables of the notebook that panels list. */

/** Whether a value is the namespace of `import * as name`: of an ES module, or, as compiled code builds it for CommonJS, accessors beside a `default`. */
export function isNamespace(value: object): boolean {
  if (Object.prototype.toString.call(value) === "[object Module]") return true;
  if (!Object.hasOwn(value, "default")) return false;
  const { default: _, ...others } = Object.getOwnPropertyDescriptors(value);
  return Object.values(others).every(({ get }) => get !== undefined);
}

/** Matches variables that the compiler adds. */
const internal = /^(\$tapelabLast|__esModule)$/;

/** Whether a variable of the notebook is listed: its value is not undefined, a function, a class, or an imported module. */
export const isListed = (name: string, value: unknown): boolean =>
  value !== undefined &&
  !internal.test(name) &&
  typeof value !== "function" &&
  (typeof value !== "object" || value === null || !isNamespace(value));
