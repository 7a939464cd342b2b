/** Errors in the files that a cell imports. */
import { dirname, relative } from "node:path";
import { isSource } from "../../shared/module-resolver.ts";
import type { Position } from "../../shared/positions.ts";
import { cellIn, compilation } from "./compilation.ts";
import type { FileDiagnostic } from "./finding.ts";
import { unreported } from "./options.ts";
import type { ProgramDiagnostic } from "./program-api.ts";
import { importedFiles } from "./programs.ts";
import type { SyntaxNode } from "./syntax-node.ts";
import { checkSettings } from "./tsconfig.ts";
import { compiler } from "./typescript.ts";

/** Codes of errors that are not reported, among them `import x = require()` and `export =` in an ES module, which the kernel supports. */
const ignored = [...unreported, 1202, 1203];

/** Returns all errors of a file that has the settings of the notebook, and the syntax errors of a file with other settings. */
function diagnosticsOf(file: SyntaxNode): readonly ProgramDiagnostic[] {
  const { program, checks } = compilation;
  if (program === null) return [];
  const syntactic = program.getSyntacticDiagnostics(file);
  if (syntactic.length > 0) return syntactic;
  const own = checkSettings(dirname(file.fileName ?? ""));
  const isSame = [...new Set([...Object.keys(own), ...Object.keys(checks)])].every((key) => own[key] === checks[key]);
  return isSame ? program.getSemanticDiagnostics(file) : [];
}

/** Returns the errors in the files that the cell imports, directly and indirectly, without those in packages. */
export function fileDiagnostics(): FileDiagnostic[] {
  const { program } = compilation;
  const cell = program === null ? undefined : cellIn(program);
  if (program === null || cell === undefined) return [];
  const files = importedFiles(program, cell).filter(
    ({ fileName = "" }) => isSource(fileName) && !/\.d\.([\w]+\.)?[cm]?ts$/.test(fileName),
  );
  return files.flatMap((file) => {
    const position = (offset: number): Position => compiler.getLineAndCharacterOfPosition(file, offset);
    return diagnosticsOf(file)
      .filter(({ code }) => !ignored.includes(code))
      .map(({ start = 0, length = 0, messageText }) => ({
        start: position(start),
        end: position(start + length),
        messageText: compiler.flattenDiagnosticMessageText(messageText, "\n"),
        fileName: relative(process.cwd(), file.fileName ?? ""),
      }));
  });
}
