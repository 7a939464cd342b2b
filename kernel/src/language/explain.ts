/** What is said of a name: its type, its documentation, and, in full, its declaration. */
import type { Program, SymbolDeclaration } from "./api.ts";
import { cellFile, firstLine, ts } from "./typescript.ts";

export interface QuickInfo {
  readonly displayParts?: readonly { readonly text: string }[];
  readonly documentation?: readonly { readonly text: string }[];
  readonly tags?: readonly { readonly name: string; readonly text?: readonly { readonly text: string }[] }[];
}

const maxLines = 80;

/** Whether it says anything. */
export const saysSomething = (info: QuickInfo | undefined): info is QuickInfo =>
  !["", "any"].includes(ts.displayPartsToString(info?.displayParts));

/** The declarations of the name at a place of the cell, as they are written. */
export function declarationsAt(program: Program | null, place: number): string[] {
  const file = program?.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  if (!program || !file) return [];
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(ts.getTouchingPropertyName(file, place + firstLine.length));
  if (symbol === undefined) return [];
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (meant.declarations ?? []).map(textOf);
}

function textOf(declaration: SymbolDeclaration): string {
  const file = declaration.getSourceFile();
  const lines = file.text.slice(declaration.getStart(file), declaration.getEnd()).split("\n");
  return lines.length > maxLines ? [...lines.slice(0, maxLines), "…"].join("\n") : lines.join("\n");
}

const fenced = (code: string): string => `\`\`\`typescript\n${code}\n\`\`\``;

/** The inspect_reply. */
export function explanation(info: QuickInfo, declarations: readonly string[]): object {
  const signature = ts.displayPartsToString(info.displayParts);
  const prose = [
    ts.displayPartsToString(info.documentation),
    ...(info.tags ?? []).map((t) => `@${t.name} ${(t.text ?? []).map((part) => part.text).join("")}`),
  ].filter((text) => text.trim() !== "");
  return {
    status: "ok",
    found: true,
    data: {
      "text/plain": [signature, ...prose, ...declarations].join("\n\n"),
      "text/markdown": [fenced(signature), ...prose, ...declarations.map(fenced)].join("\n\n"),
    },
    metadata: {},
  };
}
