/** Prototypes of the classes of the engine that classes of a submission extend. */
import * as engine from "tapelab";

/** Returns the prototype of a class of the engine by its name, such as `nn.Linear`. */
export function prototypeOf(name: unknown): object {
  const [space = "", member = ""] = typeof name === "string" ? name.split(".") : [];
  const spaces: Readonly<Record<string, object>> = { nn: engine.nn, optim: engine.optim, data: engine.data };
  const found: unknown = Object.hasOwn(spaces, space) ? Reflect.get(spaces[space] as object, member) : undefined;
  return typeof found === "function" ? (found.prototype as object) : Object.prototype;
}
