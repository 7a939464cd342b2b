/** The signatures that the types of public functions and methods declare, as `engine/src/api` has them. */
import { readFileSync } from "node:fs";
import { methods } from "../../engine/src/api/tensor-methods.ts";
import { inRoot } from "./paths.ts";

/** A parameter as it is declared. */
export interface DeclaredParameter {
  readonly name: string;
  readonly isOptional: boolean;
  readonly isRest: boolean;
  /** Fields of the options object that the parameter may be, with whether they are optional. */
  readonly fields: ReadonlyMap<string, boolean>;
}

export type DeclaredSignature = readonly DeclaredParameter[];

/** Splits a text at a separator outside of brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if ("({[<".includes(text[i])) depth++;
    else if (")}]>".includes(text[i])) depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i));
      start = i + separator.length;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== "");
}

function fieldsOf(type: string): Map<string, boolean> {
  const objects = splitOutside(type, "|").filter((part) => part.startsWith("{"));
  const fields = objects.flatMap((part) => splitOutside(part.slice(1, -1), ";"));
  return new Map(
    fields.map((field) => {
      const [, name, mark] = /^(\w+)(\??):/.exec(field) as unknown as [string, string, string];
      return [name, mark === "?"];
    }),
  );
}

function parse(text: string): DeclaredSignature {
  return splitOutside(text, ",").map((part) => {
    const [, dots, name, mark, type] = /^(\.{3})?(\w+)(\??): (.*)$/.exec(part) as unknown as string[];
    return { name, isOptional: mark === "?", isRest: dots !== undefined, fields: fieldsOf(type) };
  });
}

const overloads = (text: string | readonly string[]): readonly DeclaredSignature[] =>
  (typeof text === "string" ? [text] : text).map(parse);

/** The files of `engine/src/api` with functions, by what precedes their names in PyTorch. */
const files: Readonly<Record<string, string>> = {
  "": "index.ts",
  "fft.": "fft.ts",
  "linalg.": "linalg.ts",
  "masked.": "masked.ts",
  "signal.windows.": "signal-windows.ts",
  "special.": "special.ts",
};

/** The overloads of each function that the package and its namespaces export, by the names `matmul` and `linalg.norm`. */
export function declaredFunctions(): ReadonlyMap<string, readonly DeclaredSignature[]> {
  return new Map(
    Object.entries(files).flatMap(([prefix, file]) => {
      const text = readFileSync(inRoot("engine/src/api", file), "utf8");
      const found = [...text.matchAll(/^(?:export )?const \w+: .* = guard\("(\w+)", (.*), from\.\w+\);$/gm)];
      return found.map(([, name, given]) => [`${prefix}${name}`, overloads(JSON.parse(given) as string | string[])]);
    }),
  );
}

/** The overloads of each method of tensors. */
export const declaredMethods = (): ReadonlyMap<string, readonly DeclaredSignature[]> =>
  new Map(Object.entries(methods["Tensor"]).map(([name, text]) => [name, overloads(text)]));
