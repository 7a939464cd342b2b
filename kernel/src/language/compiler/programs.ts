/**
 * Programs of the compiler's watch mode. TypeScript's own builders analyse after each change what every file refers to, in order to check and emit only
 * what is affected; of a cell everything is new, and of the other files nothing is emitted, so plain programs are faster.
 */

import type { TypeScript } from "./api.ts";
import type { CompilerHost } from "./host-api.ts";
import type { Builder, Program } from "./program-api.ts";
import type { SyntaxNode } from "./syntax-node.ts";

/** Makes the watch of a host build plain programs. */
export function buildPlainPrograms(ts: TypeScript, host: CompilerHost): void {
  host.createProgram = (roots, options, files, old) => {
    const program = ts.createProgram(roots, options, files, old?.getProgram());
    // creating the checker binds the files: tslab reads the names of a cell from its bound file
    program.getTypeChecker();
    return builderOf(program);
  };
}

/** Returns a builder with the methods that tslab and the watch call. */
function builderOf(program: Program): Builder {
  return {
    getProgram: () => program,
    getProgramOrUndefined: () => program,
    getSourceFile: program.getSourceFile,
    // forces declarations: if a type has a part that no declaration can name, later cells see its other parts
    emit: (file, write, token, only, transformers) => program.emit(file, write, token, only, transformers, true),
    // tslab would check and emit the files that the cell imports, but supports only some kinds of them
    getAllDependencies: (file) => [file.fileName ?? ""],
  };
}

/** Returns the files that a file imports, directly and indirectly, without those in packages. */
export function importedFiles(program: Program, file: SyntaxNode): readonly SyntaxNode[] {
  const found = new Set<SyntaxNode>();
  const visit = (from: SyntaxNode): void => {
    for (const specifier of from.imports ?? []) {
      const path = program.getResolvedModuleFromModuleSpecifier(specifier, from)?.resolvedModule?.resolvedFileName;
      const target = path === undefined || path.includes("/node_modules/") ? undefined : program.getSourceFile(path);
      if (target === undefined || found.has(target)) continue;
      found.add(target);
      visit(target);
    }
  };
  visit(file);
  found.delete(file);
  return [...found];
}
