/**
 * The types that a release declares for the results of its functions, and the comparisons that belong to tensors alone. An object of a submission that takes the place
 * of a number or a tensor could answer every question of a test as the test wants it.
 */
import * as engine from "tapelab";

/** The declared types that are checked. */
export type DeclaredType = "Tensor" | "number" | "string" | "boolean";

const parameters = String.raw`(?:<[^>()]*>)?\s*\((?:[^()]|\([^()]*\))*\)`;
const types = "(Tensor|number|string|boolean)";

/** Returns the functions that a cell of the release declares with a result of such a type. */
export function declaredResults(source: string): ReadonlyMap<string, DeclaredType> {
  const declarations = new RegExp(String.raw`\bfunction\s+([\w$]+)\s*${parameters}\s*:\s*${types}\s*\{`, "g");
  const arrows = new RegExp(
    String.raw`\b(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*${parameters}\s*:\s*${types}\s*=>`,
    "g",
  );
  return new Map(
    [declarations, arrows].flatMap((pattern) =>
      [...source.matchAll(pattern)].map(([, name = "", type]): [string, DeclaredType] => [name, type as DeclaredType]),
    ),
  );
}

/** Checks that a result is no object of the submission where the release declares a number or a tensor. @throws TypeError */
export function checkDeclared(name: string, type: DeclaredType, result: unknown): void {
  const isObject = typeof result === "function" || (typeof result === "object" && result !== null);
  if (!isObject || result instanceof engine.Tensor || Array.isArray(result) || result instanceof Promise) return;
  throw new TypeError(`${name} must return a ${type}, but returned an object of another class`);
}

/** Methods by which tests compare tensors. */
const comparisons = new Set<PropertyKey>(
  "allclose isclose equal equals eq ne lt le gt ge sub subtract dist maximum minimum".split(" "),
);

/** Returns a method of an object that is no tensor, which refuses to be compared with a tensor of the test. */
export function guarded(key: PropertyKey, method: unknown): unknown {
  if (typeof method !== "function" || !comparisons.has(key)) return method;
  return new Proxy(method, {
    apply: (f, self: unknown, args: unknown[]) => {
      if (args.some((x) => x instanceof engine.Tensor))
        throw new TypeError(`${String(key)}: expected a tensor of the answer, but it gave an object of another class`);
      return Reflect.apply<unknown, unknown[], unknown>(f as (...given: unknown[]) => unknown, self, args);
    },
  });
}
