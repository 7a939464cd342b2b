/** The public classes check the arguments of their methods and constructors. */
import * as library from "../library.ts";
import { guardClass } from "../tensor/arguments/guard.ts";
import { methods as ofClasses } from "./class-methods.ts";
import { methods as ofTensors } from "./tensor-methods.ts";

type PublicClass = Parameters<typeof guardClass>[1];

/** Finds what `nn.Linear` names in the library. */
const find = (path: string): unknown =>
  path.split(".").reduce((from: unknown, name) => (from as Readonly<Record<string, unknown>>)[name], library);

/** Done once, by the package's entry. */
export function guardClasses(): void {
  for (const [path, own] of Object.entries({ ...ofClasses, ...ofTensors }))
    guardClass(path, find(path) as PublicClass, own);
}
