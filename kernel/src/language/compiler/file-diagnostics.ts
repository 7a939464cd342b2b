/** Diagnostics of the files that a cell imports. */
import { dirname, relative } from "node:path";
import { isSource } from "../../shared/module-resolver.ts";
import type { Position } from "../../shared/positions.ts";
import type { ProgramDiagnostic, SyntaxNode } from "./api.ts";
import type { FileDiagnostic } from "./finding.ts";
import { importedFiles } from "./programs.ts";
import { checkSettings } from "./tsconfig.ts";
import { cellFile, compiler, latest, unreported } from "./typescript.ts";

/** Also what only other ways of compiling and loading refuse: `import x = require()` and `export =` in an ES module. */
const ignored = [...unreported, 1202, 1203];

/** All that is found in a file with the settings of the notebook; of one with other settings, its syntax errors. */
function diagnosticsOf(file: SyntaxNode): readonly ProgramDiagnostic[] {
  const { program, checks } = latest;
  if (program === null) return [];
  const syntactic = program.getSyntacticDiagnostics(file);
  if (syntactic.length > 0) return syntactic;
  const own = checkSettings(dirname(file.fileName ?? ""));
  const isSame = [...new Set([...Object.keys(own), ...Object.keys(checks)])].every((key) => own[key] === checks[key]);
  return isSame ? program.getSemanticDiagnostics(file) : [];
}

/** Returns the errors in the files that the cell imports, and in those that they import; packages are not a person's own. */
export function fileDiagnostics(): FileDiagnostic[] {
  const { program } = latest;
  const cell = program?.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
  if (program === null || cell === undefined) return [];
  const files = importedFiles(program, cell).filter(
    ({ fileName = "" }) => isSource(fileName) && !/\.d\.([\w]+\.)?[cm]?ts$/.test(fileName),
  );
  return files.flatMap((file) => {
    const place = (offset: number): Position => compiler.getLineAndCharacterOfPosition(file, offset);
    return diagnosticsOf(file)
      .filter(({ code }) => !ignored.includes(code))
      .map(({ start = 0, length = 0, messageText }) => ({
        start: place(start),
        end: place(start + length),
        messageText: compiler.flattenDiagnosticMessageText(messageText, "\n"),
        fileName: relative(process.cwd(), file.fileName ?? ""),
      }));
  });
}
