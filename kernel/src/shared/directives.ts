/** The directives of a cell, which are comments that begin with `//!`. A new directive is added here, to `Directive`, `parse` and `supported`. */

/** The effect of type errors: they stop the cell, are shown as warnings, or are not reported. Syntax errors always stop a cell. */
export type TypeErrors = "error" | "warn" | "off";

/** A directive: packages to install before the cell runs, or the effect of its type errors. */
export type Directive =
  | { readonly kind: "install"; readonly packages: readonly string[] }
  | { readonly kind: "types"; readonly effect: TypeErrors };

const supported = "//! npm install PACKAGE…, //! types warn|off|error";

const directive = /^[ \t]*\/\/![ \t]*(.*?)[ \t]*$/gm;
const install = /^npm (?:install|i)((?: +\S+)+)$/;
const types = /^types (error|warn|off)$/;

/** Returns the texts of the directives of a cell, without `//!`. */
const textsOf = (code: string): string[] => [...code.matchAll(directive)].map(([, text = ""]) => text);

function parse(text: string): Directive | null {
  const packages = install.exec(text)?.[1];
  if (packages !== undefined) return { kind: "install", packages: packages.trim().split(/ +/) };
  const effect = types.exec(text)?.[1];
  return effect === undefined ? null : { kind: "types", effect: effect as TypeErrors };
}

/** Returns the directives of a cell. Throws a SyntaxError for an unknown one. */
export const directivesOf = (code: string): Directive[] =>
  textsOf(code).map((text) => {
    const parsed = parse(text);
    if (parsed === null) throw new SyntaxError(`unknown directive "//! ${text}"; supported are: ${supported}`);
    return parsed;
  });

/** Returns the effect of type errors that a cell sets by `//! types warn`, or by `// @ts-nocheck` before its first statement; `null` if it sets none. */
export function typeErrorsOf(code: string): TypeErrors | null {
  const last = textsOf(code)
    .map(parse)
    .findLast((parsed) => parsed?.kind === "types");
  if (last?.kind === "types") return last.effect;
  return /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*(?:\n|$))*?\s*\/\/+\s*@ts-nocheck\b/.test(code) ? "off" : null;
}
