/** Describes functions and objects of a submission for the judge. */
import * as engine from "tapelab";

const { getPrototypeOf } = Reflect;

/** The exported classes of the engine by name, by which the judge recognizes modules and optimizers. */
const engineClasses = new Map<unknown, string>(
  [
    ["nn", engine.nn],
    ["optim", engine.optim],
    ["data", engine.data],
  ].flatMap(([space, exports]) =>
    Object.entries(exports as object).flatMap(([name, value]): [unknown, string][] =>
      typeof value === "function" ? [[value, `${space as string}.${name}`]] : [],
    ),
  ),
);

/** Whether a function is a class. */
export const isClass = (f: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(f));

/** Returns a text that an object of a submission gives; "" for what is no text, or throws. */
export function textOf(read: () => unknown): string {
  try {
    const text = read();
    return typeof text === "string" ? text.slice(0, 4000) : "";
  } catch {
    return "";
  }
}

/** Returns the names of the engine's classes that an object's class extends. */
export function engineNames(value: object): string[] {
  const names: string[] = [];
  for (let p = getPrototypeOf(value); p !== null && names.length < 20; p = getPrototypeOf(p)) {
    const name = engineClasses.get((p as { constructor?: unknown }).constructor);
    if (name !== undefined) names[names.length] = name;
  }
  return names;
}
