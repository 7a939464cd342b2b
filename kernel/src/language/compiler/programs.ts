/**
 * The programs of a watch. TypeScript's own builders note after each change what every file refers to, so as to check and emit no more than the change
 * reaches; of a cell all is new, and of the other files nothing is emitted.
 */
import type { Builder, CompilerHost, Program, SyntaxNode, TypeScript } from "./api.ts";

/** Makes the watch of a host build plain programs. */
export function buildPlainly(ts: TypeScript, host: CompilerHost): void {
  host.createProgram = (roots, options, files, old) => {
    const program = ts.createProgram(roots, options, files, old?.getProgram());
    // binds the files: tslab reads the names of a cell from its file
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
    // with declarations, even where a type has parts that no declaration can name: later cells see the other parts of it
    emit: (file, write, token, only, transformers) => program.emit(file, write, token, only, transformers, true),
    // tslab would check and emit the files that the cell imports, of which it knows some kinds only
    getAllDependencies: (file) => [file.fileName ?? ""],
  };
}

/** Returns the files that a file imports, and those that they import; what is in packages imports nothing of a person's own. */
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
