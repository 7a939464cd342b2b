/** The cell that papermill injects. Its variables get the types with which the parameters were declared. */
import type { Edit } from "../../shared/tracked-text.ts";
import { ts } from "../compiler/typescript.ts";

/** Matches the first line of a cell that papermill injects. */
const heading = /^\/\/ Parameters\n/;

/** Returns the edits that annotate each variable of such a cell with the type of the variable that it replaces; none for other cells. */
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
