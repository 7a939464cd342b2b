/** Declarations of variables, which the host of cells knows. */
import type { Site } from "../../tensor/site.ts";
import { variableOf } from "./naming.ts";

/** A variable of the program, and the line that declared it. */
export interface Declaration {
  readonly name: string;
  readonly site: Site;
}

/** Returns the line that declared a variable; `null` if it is not known. */
export type DeclarationFinder = (name: string) => Site | null;

let finder: DeclarationFinder = () => null;

/** Sets the function that finds the line that declared one of the host's variables. */
export function setDeclarations(find: DeclarationFinder): void {
  finder = find;
}

/** Returns the variable that holds a value; `null` where none is known. */
export function declarationOf(value: object): Declaration | null {
  const name = variableOf(value);
  const site = name === null ? null : finder(name);
  return name === null || site === null ? null : { name, site };
}
