/** The directives of a cell, which are comments that begin with `//!`. */

const directive = /^[ \t]*\/\/![ \t]*(.*?)[ \t]*$/gm;
const types = /^types (error|warn|off)$/;

/** The effect of type errors: they stop the cell, are shown as warnings, or are not reported. Syntax errors always stop a cell. */
export type TypeErrors = "error" | "warn" | "off";

/** Returns the texts of the directives of a cell, without `//!`. */
export const directivesOf = (code: string): string[] => [...code.matchAll(directive)].map(([, text = ""]) => text);

/** Whether a directive sets the effect of type errors. */
export const isTypesDirective = (text: string): boolean => types.test(text);

/** Returns the effect of type errors that a cell sets by `//! types warn`, or by `// @ts-nocheck` before its first statement; `null` if it sets none. */
export function typeErrorsOf(code: string): TypeErrors | null {
  const set = directivesOf(code).findLast(isTypesDirective);
  if (set !== undefined) return types.exec(set)?.[1] as TypeErrors;
  return /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*(?:\n|$))*?\s*\/\/+\s*@ts-nocheck\b/.test(code) ? "off" : null;
}
