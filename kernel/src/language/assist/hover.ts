/** What is said of a name: its type, its documentation, and, in full, its declaration. */
import type { NamedSymbol, Program, QuickInfo, SymbolDeclaration, SymbolText } from "../compiler/api.ts";
import { cellFile, firstLine, ts } from "../compiler/typescript.ts";

const maxLines = 80;

/** Whether it says anything. */
export const saysSomething = (info: QuickInfo | undefined): info is QuickInfo =>
  !["", "any"].includes(ts.displayPartsToString(info?.displayParts));

/** The symbol of the name at a place of the cell; that which an imported name stands for. */
function symbolAt(program: Program | null, place: number): NamedSymbol | undefined {
  const file = program?.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  if (!program || !file) return undefined;
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(ts.getTouchingPropertyName(file, place + firstLine.length));
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The declarations of the name at a place of the cell, as they are written. */
export const declarationsAt = (program: Program | null, place: number): string[] =>
  (symbolAt(program, place)?.declarations ?? []).map(textOf);

/** Returns the explanation of a name, with the documentation of its class where a constructor has none. */
export function documented(info: QuickInfo, program: Program | null, place: number): QuickInfo {
  if ((info.documentation ?? []).length + (info.tags ?? []).length > 0) return info;
  const symbol = symbolAt(program, place);
  const checker = program?.getTypeChecker();
  return { ...info, documentation: symbol?.getDocumentationComment?.(checker), tags: symbol?.getJsDocTags?.(checker) };
}

function textOf(declaration: SymbolDeclaration): string {
  const file = declaration.getSourceFile();
  const lines = file.text.slice(declaration.getStart(file), declaration.getEnd()).split("\n");
  return lines.length > maxLines ? [...lines.slice(0, maxLines), "…"].join("\n") : lines.join("\n");
}

const fenced = (code: string): string => `\`\`\`typescript\n${code}\n\`\`\``;

/** The words that introduce a tag; the others keep their name. */
const tagWords: Readonly<Record<string, string>> = { returns: "Returns", throws: "Throws", deprecated: "Deprecated" };

/** A tag of a documentation comment: examples are code, whether or not the comment says so. */
function tagText({ name, text = [] }: NonNullable<SymbolText["tags"]>[number]): string {
  const words = text.map((part) => part.text).join("");
  if (name === "example") return `**Example**\n\n${/^\s*```/m.test(words) ? words : fenced(words)}`;
  if (name === "param") return words.replace(/^(\S+)\s*-?\s*/, "`$1`: ");
  return `**${tagWords[name] ?? `@${name}`}** ${words}`.trimEnd();
}

/** The inspect_reply. */
export function explanation(info: QuickInfo, declarations: readonly string[]): object {
  // what an alias stands for, without the line that imports or exports it
  const signature = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) (.*)\n(?:import|export) [^\n]*$/s, "$1");
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
