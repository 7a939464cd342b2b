/** Directives of a cell: comments that begin with `//!`. */

const directive = /^[ \t]*\/\/![ \t]*(.*?)[ \t]*$/gm;
const types = /^types (error|warn|off)$/;

/** The effect of type errors: they stop the cell, are shown above what it does, or are left out. Syntax errors always stop a cell. */
export type TypeErrors = "error" | "warn" | "off";

/** Returns the texts of a cell's directives. */
export const directivesOf = (code: string): string[] => [...code.matchAll(directive)].map(([, text = ""]) => text);

export const isTypesDirective = (text: string): boolean => types.test(text);

/** Returns what a cell says of its type errors: `//! types warn`, or `// @ts-nocheck` before its first statement as in a file. */
export function typeErrorsOf(code: string): TypeErrors | null {
  const said = directivesOf(code).findLast(isTypesDirective);
  if (said !== undefined) return types.exec(said)?.[1] as TypeErrors;
  return /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*(?:\n|$))*?\s*\/\/+\s*@ts-nocheck\b/.test(code) ? "off" : null;
}
