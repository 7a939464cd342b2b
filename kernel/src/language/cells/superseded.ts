/**
 * Removes declarations of earlier cells that a cell declares again. TypeScript merges namespaces, and declarations in `declare global`, of the same
 * name, so that a cell which is run twice would declare its members twice; at run time the later value replaces the earlier one.
 */

import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import { declaredNames, earlierFile } from "../compiler/compilation.ts";
import { kind, variableNames } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

const isModule = (s: SyntaxNode): boolean =>
  s.kind === kind("ModuleDeclaration") && s.name?.kind === kind("Identifier");
const isGlobal = (s: SyntaxNode): boolean => isModule(s) && (s.flags & ts.NodeFlags.GlobalAugmentation) !== 0;

const membersOf = (block: SyntaxNode): readonly SyntaxNode[] => block.body?.statements ?? [];

const namesOf = (statement: SyntaxNode): string[] =>
  statement.declarationList ? variableNames(statement) : [statement.name?.text ?? ""];

/** Returns the names that `declare global` declares; members of interfaces as `Name.member`. */
function globalNames(file: SyntaxNode): Set<string> {
  const statements = (file.statements ?? []).filter(isGlobal).flatMap(membersOf);
  return new Set(
    statements.flatMap((s) =>
      s.kind === kind("InterfaceDeclaration")
        ? (s.members ?? []).map((m) => `${s.name?.text}.${m.name?.text ?? ""}`)
        : namesOf(s),
    ),
  );
}

/** Returns the declarations of earlier cells without those that a cell replaces. */
export function withoutSuperseded(declarations: string, code: string): string {
  if (!/\b(namespace|module|global)\b/.test(declarations)) return declarations;
  const file = ts.createSourceFile(earlierFile, declarations, ts.ScriptTarget.Latest);
  const names = new Set(declaredNames(code));
  const globals = globalNames(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest));
  const edits: Edit[] = [];
  const remove = (node: SyntaxNode): number => edits.push({ start: node.getStart(file), end: node.getEnd(), text: "" });
  for (const statement of file.statements) {
    if (!isModule(statement)) continue;
    if (!isGlobal(statement)) {
      if (names.has(statement.name?.text ?? "")) remove(statement);
      continue;
    }
    for (const member of membersOf(statement)) {
      const inside = member.kind === kind("InterfaceDeclaration") ? (member.members ?? []) : null;
      if (inside === null && namesOf(member).some((name) => globals.has(name))) remove(member);
      for (const m of inside ?? []) if (globals.has(`${member.name?.text}.${m.name?.text ?? ""}`)) remove(m);
    }
  }
  if (edits.length === 0) return declarations;
  const tracked = new TrackedText(declarations);
  tracked.apply(edits);
  return tracked.text;
}
