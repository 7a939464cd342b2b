/**
 * Declarations of earlier cells that a cell declares again. Namespaces and what `declare global` adds would merge with those of the same name, while the
 * value is the later one's alone: a cell that is run again would declare its members twice.
 */

import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import type { SyntaxNode } from "../compiler/api.ts";
import { declaredNames, earlier, ts } from "../compiler/typescript.ts";
import { boundNames } from "../emit/live-bindings.ts";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

const isModule = (s: SyntaxNode): boolean =>
  s.kind === kind("ModuleDeclaration") && s.name?.kind === kind("Identifier");
const isGlobal = (s: SyntaxNode): boolean => isModule(s) && (s.flags & ts.NodeFlags.GlobalAugmentation) !== 0;

const membersOf = (block: SyntaxNode): readonly SyntaxNode[] => block.body?.statements ?? [];

const namesOf = (statement: SyntaxNode): string[] =>
  statement.declarationList
    ? (statement.declarationList.declarations ?? []).flatMap((d) => (d.name ? boundNames(d.name) : []))
    : [statement.name?.text ?? ""];

/** Returns the names that `declare global` declares: members of interfaces as `Name.member`, anything else by its name. */
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

/** Returns the declarations of earlier cells without those that the code replaces. */
export function withoutSuperseded(declarations: string, code: string): string {
  if (!/\b(namespace|module|global)\b/.test(declarations)) return declarations;
  const file = ts.createSourceFile(earlier, declarations, ts.ScriptTarget.Latest);
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
