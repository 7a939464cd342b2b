/** Explains a name by its type, its documentation, and optionally its declaration. */

import { cellIn, firstLine } from "../compiler/compilation.ts";
import type { NamedSymbol, Program, QuickInfo, SymbolDeclaration, SymbolText } from "../compiler/program-api.ts";
import { ts } from "../compiler/typescript.ts";

/** Number of lines of a declaration that are shown. */
const maxLines = 80;

/** Returns the offset of the last character of the name of the function in whose argument list an offset is; `null` if there is none. */
export function calledAt(code: string, offset: number): number | null {
  let depth = 0;
  for (let i = offset - 1; i >= 0; i--) {
    if (code[i] === ")") depth++;
    else if (code[i] === "(" && depth-- === 0) {
      const name = code.slice(0, i).trimEnd();
      return name === "" ? null : name.length - 1;
    }
  }
  return null;
}

/** Whether an explanation contains a type other than `any`. */
export const isInformative = (info: QuickInfo | undefined): info is QuickInfo =>
  !["", "any"].includes(ts.displayPartsToString(info?.displayParts));

/** Returns the symbol at an offset of the cell; for an imported name, that of the declaration. */
function symbolAt(program: Program | null, offset: number): NamedSymbol | undefined {
  const file = program === null ? undefined : cellIn(program);
  if (!program || !file) return undefined;
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(ts.getTouchingPropertyName(file, offset + firstLine.length));
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Returns the source texts of the declarations of the name at an offset of the cell. */
export const declarationsAt = (program: Program | null, offset: number): string[] =>
  (symbolAt(program, offset)?.declarations ?? []).map(textOf);

/** Adds the documentation of the class to the explanation of a constructor that has none. */
export function documented(info: QuickInfo, program: Program | null, offset: number): QuickInfo {
  if ((info.documentation ?? []).length + (info.tags ?? []).length > 0) return info;
  const symbol = symbolAt(program, offset);
  const checker = program?.getTypeChecker();
  return { ...info, documentation: symbol?.getDocumentationComment?.(checker), tags: symbol?.getJsDocTags?.(checker) };
}

function textOf(declaration: SymbolDeclaration): string {
  const file = declaration.getSourceFile();
  const lines = file.text.slice(declaration.getStart(file), declaration.getEnd()).split("\n");
  return lines.length > maxLines ? [...lines.slice(0, maxLines), "…"].join("\n") : lines.join("\n");
}

const fenced = (code: string): string => `\`\`\`typescript\n${code}\n\`\`\``;

/** Headings of JSDoc tags; other tags keep their name. */
const tagWords: Readonly<Record<string, string>> = { returns: "Returns", throws: "Throws", deprecated: "Deprecated" };

/** Returns a JSDoc tag as Markdown. Examples are shown as code, even if they are not fenced. */
function tagText({ name, text = [] }: NonNullable<SymbolText["tags"]>[number]): string {
  const words = text.map((part) => part.text).join("");
  if (name === "example") return `**Example**\n\n${/^\s*```/m.test(words) ? words : fenced(words)}`;
  if (name === "param") return words.replace(/^(\S+)\s*-?\s*/, "`$1`: ");
  return `**${tagWords[name] ?? `@${name}`}** ${words}`.trimEnd();
}

/** Returns the content of `inspect_reply`. */
export function inspectReply(info: QuickInfo, declarations: readonly string[]): object {
  // without the import or export statement of an alias
  const signature = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) (.*)\n(?:import|export) [^\n]*$/s, "$1")
    // as in the code, whether or not the class was exported through an alias
    .replace(/^constructor /, "new ");
  const prose = ts.displayPartsToString(info.documentation);
  const tags = info.tags ?? [];
  const plainTags = tags.map((t) => `@${t.name} ${(t.text ?? []).map((part) => part.text).join("")}`);
  const paragraphs = (...texts: readonly string[]): string => texts.filter((text) => text.trim() !== "").join("\n\n");
  return {
    status: "ok",
    found: true,
    data: {
      "text/plain": paragraphs(signature, prose, ...plainTags, ...declarations),
      "text/markdown": paragraphs(fenced(signature), prose, ...tags.map(tagText), ...declarations.map(fenced)),
    },
    metadata: {},
  };
}
