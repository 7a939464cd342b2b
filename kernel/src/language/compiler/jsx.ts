/** JSX in cells, where the tsconfig.json says what it becomes: the file of a cell ends in `.ts`, so the compiler is told to read it as TSX. */
import type { CompilerHost, SourceFile, SyntaxNode, TypeScript } from "./api.ts";

/** Options of `createSourceFile`: target, module format, and kind of script. */
type SourceFileOptions = Parameters<TypeScript["createSourceFile"]>[2];

type Find = (name: string, ...rest: unknown[]) => SourceFile | undefined;

/** The host of the programs that a watch builds. */
interface SourceFiles {
  /** Name, options, … */
  getSourceFile: Find;
  /** Name, path, options, … */
  getSourceFileByPath: Find;
}

/** Reads the files whose names pass the test as TSX: those that `ts` is asked for, and those of the programs of a host. */
export function readAsTsx(ts: TypeScript, host: CompilerHost, isCell: (name: string) => boolean): void {
  const { createSourceFile } = ts;
  const asTsx = (name: string, text: string, options: SourceFileOptions, parents = false): SourceFile =>
    createSourceFile(name, text, options, parents, ts.ScriptKind.TSX);
  ts.createSourceFile = (name, text, options, parents) =>
    (isCell(name) ? asTsx : createSourceFile)(name, text, options, parents);

  /** The files as the host reads them, and as TSX. */
  const read = new WeakMap<SyntaxNode, SourceFile>();
  const again = (file: SourceFile | undefined, options: unknown): SourceFile | undefined => {
    if (file?.fileName === undefined || !isCell(file.fileName)) return file;
    const known =
      read.get(file) ??
      Object.assign(asTsx(file.fileName, file.text, options as SourceFileOptions), { version: file.version });
    read.set(file, known);
    return known;
  };
  const { createProgram } = host;
  let adjusted: object | null = null;
  host.createProgram = (roots, given, files, old) => {
    if (adjusted !== files) {
      adjusted = files;
      const sources = files as object as SourceFiles;
      const { getSourceFile, getSourceFileByPath } = sources;
      sources.getSourceFile = (name, options, ...more) => again(getSourceFile(name, options, ...more), options);
      sources.getSourceFileByPath = (name, path, options, ...more) =>
        again(getSourceFileByPath(name, path, options, ...more), options);
    }
    return createProgram(roots, given, files, old);
  };
}
