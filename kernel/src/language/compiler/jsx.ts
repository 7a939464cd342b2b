/** JSX in cells. The file of a cell ends in `.ts`, so the compiler is made to parse it as TSX if the tsconfig.json has a setting for JSX. */

import type { TypeScript } from "./api.ts";
import type { CompilerHost } from "./host-api.ts";
import type { SourceFile, SyntaxNode } from "./syntax-node.ts";

/** Options of `createSourceFile`: target, module format, and kind of script. */
type SourceFileOptions = Parameters<TypeScript["createSourceFile"]>[2];

type GetSourceFile = (name: string, ...rest: unknown[]) => SourceFile | undefined;

/** The host of the programs that a watch builds. */
interface SourceFiles {
  /** Takes name, options, and more. */
  getSourceFile: GetSourceFile;
  /** Takes name, path, options, and more. */
  getSourceFileByPath: GetSourceFile;
}

/** Parses the cells among the files as TSX, both those that `ts` parses by themselves and those of the programs of a host. */
export function readAsTsx(ts: TypeScript, host: CompilerHost, isCell: (name: string) => boolean): void {
  const { createSourceFile } = ts;
  const asTsx = (name: string, text: string, options: SourceFileOptions, parents = false): SourceFile =>
    createSourceFile(name, text, options, parents, ts.ScriptKind.TSX);
  ts.createSourceFile = (name, text, options, parents) =>
    (isCell(name) ? asTsx : createSourceFile)(name, text, options, parents);

  /** The TSX file of each file that the host has parsed. */
  const tsxOf = new WeakMap<SyntaxNode, SourceFile>();
  const parseAgain = (file: SourceFile | undefined, options: unknown): SourceFile | undefined => {
    if (file?.fileName === undefined || !isCell(file.fileName)) return file;
    const tsx =
      tsxOf.get(file) ??
      Object.assign(asTsx(file.fileName, file.text, options as SourceFileOptions), { version: file.version });
    tsxOf.set(file, tsx);
    return tsx;
  };
  const { createProgram } = host;
  let patched: object | null = null;
  host.createProgram = (roots, options, programHost, old) => {
    if (patched !== programHost) {
      patched = programHost;
      const sources = programHost as object as SourceFiles;
      const { getSourceFile, getSourceFileByPath } = sources;
      sources.getSourceFile = (name, given, ...more) => parseAgain(getSourceFile(name, given, ...more), given);
      sources.getSourceFileByPath = (name, path, given, ...more) =>
        parseAgain(getSourceFileByPath(name, path, given, ...more), given);
    }
    return createProgram(roots, options, programHost, old);
  };
}
