/** The cell that papermill injects: its values are of the types that the parameters were declared with. */
import type { Edit } from "../../shared/tracked-text.ts";
import { ts } from "../compiler/typescript.ts";

/** First line of a cell that papermill injects. */
const heading = /^\/\/ Parameters\n/;

/** Returns the edits that give each variable of such a cell the type of the variable that it replaces; no other cell is changed. */
export function keepParameterTypes(code: string, declarations: string): readonly Edit[] {
  if (!heading.test(code)) return [];
  const cell = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const earlier = ts.createSourceFile("earlier.d.ts", declarations, ts.ScriptTarget.Latest);
  const types = new Map(
    earlier.statements.flatMap((s) =>
      (s.declarationList?.declarations ?? []).flatMap(({ name, type }) =>
        name === undefined || type === undefined
          ? []
          : [[name.text, declarations.slice(type.getStart(earlier), type.getEnd())] as const],
      ),
    ),
  );
  return cell.statements
    .flatMap((s) => s.declarationList?.declarations ?? [])
    .flatMap(({ name, type }) => {
      const declared = name && types.get(name.text);
      if (name === undefined || type !== undefined || declared === undefined) return [];
      return [{ start: name.getEnd(), end: name.getEnd(), text: `: ${declared}` }];
    });
}
