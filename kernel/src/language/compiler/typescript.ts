/**
 * The compiler, with the options that cells need and a source map of each of tslab's two compilations. A copy of TypeScript's exports takes the
 * place of tslab's fork of TypeScript 5.0 in the module cache before tslab's converter loads; no file of tslab is changed, and the fork is not loaded.
 */
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TypeErrors } from "../../shared/directives.ts";
import type { Position } from "../../shared/positions.ts";
import type { TrackedText } from "../../shared/tracked-text.ts";
import type { CompilerHost, Program, ProgramDiagnostic, TypeScript } from "./api.ts";
import type { Finding } from "./finding.ts";
import { readAsTsx } from "./jsx.ts";
import { dynamicSyntax, notingImports } from "./module-syntax.ts";
import { buildPlainly } from "./programs.ts";
import { asFork } from "./tslab-fork.ts";
import { adjustHost, type ProgramModules } from "./watch-host.ts";

const require = createRequire(import.meta.url);

const path = require.resolve("typescript");
const original = require(path) as TypeScript;
/** TypeScript as it is, for files that are no cells. */
export const compiler: TypeScript = original;
export const ts: TypeScript = Object.assign(Object.create(null) as TypeScript, original);
asFork(ts);
const fork = createRequire(require.resolve("tslab/package.json")).resolve("@tslab/typescript-for-tslab");
require.cache[fork] = Object.assign(new Module(fork), { filename: fork, loaded: true, exports: ts });

/** Folder with the declarations of `display` and `progress`, beside the compiled kernel. */
const kernelTypes = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "types");
const nodeTypes = dirname(dirname(require.resolve("@types/node/package.json")));
/** The package's types, as its package.json names them: those of index.js lose the documentation of functions. */
export const engineTypes: string = join(dirname(fileURLToPath(import.meta.resolve("tapelab"))), "library.d.ts");

/** How modules and global names are found. */
export const resolution: Readonly<Record<string, unknown>> = {
  moduleResolution: original.ModuleResolutionKind.Bundler,
  // the engine's types are there in any folder, whether or not it has a node_modules
  paths: { tapelab: [engineTypes] },
  typeRoots: [nodeTypes, kernelTypes],
  types: ["node", "tapelab-notebook"],
};

/** What does not change while a kernel lives. */
const fixedFolders = [dirname(path), nodeTypes, kernelTypes, dirname(engineTypes)];

/** The parts of TypeScript's library that Node 24 has; `esnext` has more, such as Temporal. */
const library = [
  "es2025",
  "esnext.array",
  "esnext.decorators",
  "esnext.disposable",
  "esnext.error",
  "esnext.sharedmemory",
];

/** For the first compilation, which takes off the types. */
const options = {
  ...resolution,
  target: original.ScriptTarget.ESNext,
  lib: library.map((name) => `lib.${name}.d.ts`),
  inlineSourceMap: true,
  // `import … assert`, which earlier versions allowed
  ignoreDeprecations: "6.0",
  // JavaScript is checked where it asks for that
  checkJs: false,
};

/** For the second: `using`, decorators and `accessor` become what Node 24 has. */
export const target: number = original.ScriptTarget.ES2025;

/** A step between the two compilations: takes the module's text, and gives what is compiled in its place. */
export type BetweenStep = (source: string, isCell: boolean) => TrackedText;

/** What the compiler is to read, and what came of the latest compilation: the two source maps, the module between them, the program. */
export const latest: {
  /** Text of the cell's file, behind its first line. */
  text: string;
  maps: readonly [string, string] | null;
  instrumented: TrackedText | null;
  program: Program | null;
  /** Thrown while the program was built. */
  failure: unknown;
  /** Specifiers of the modules that the cell imports. */
  imports: readonly string[];
  /** Set by who uses the compiler. */
  step: BetweenStep | null;
  /** Settings of type checking. */
  checks: Readonly<Record<string, unknown>>;
  modules: ProgramModules | null;
  typeErrors: TypeErrors;
  /** Type errors that do not stop the cell. */
  warnings: readonly Finding[];
} = {
  typeErrors: "error",
  warnings: [],
  checks: {},
  modules: null,
  text: "",
  maps: null,
  instrumented: null,
  program: null,
  failure: null,
  imports: [],
  step: null,
};

/** Before a compilation: what it leaves is its own. */
export function forgetLatest(): void {
  latest.maps = null;
  latest.instrumented = null;
  latest.imports = [];
  latest.warnings = [];
}

/** File with the cell. */
export const cellFile = "/__tslab__.ts";

/** Whether a file has the text of a cell, for the program or by itself. */
const isCell = (name: string): boolean => name.endsWith(cellFile) || name === "cell.ts";

/** Line before the cell's text that makes the file a module; tslab counts on its length. */
export const firstLine = "export {};\n";

/** Returns the names that a text declares, types among them. */
export function declaredNames(text: string): string[] {
  const file = ts.createSourceFile(cellFile, text, original.ScriptTarget.Latest);
  original.bindSourceFile(file, {});
  // TypeScript keeps a name that begins with two underscores under three; those that it keeps under two are its own, and quoted ones modules
  return [...(file.locals?.keys() ?? [])]
    .filter((name) => !/^(__[^_]|")/.test(name))
    .map((name) => (name.startsWith("___") ? name.slice(1) : name));
}

let compilations = 0;

/**
 * The text with all that it declares exported. tslab would build a program to find the names, and another with the export behind the
 * text; this way the first has it. Every compilation's text is its own: emitting changes the syntax tree, which must not be used twice.
 */
export function withExports(text: string): string {
  const names = declaredNames(text);
  return `${text}\n${names.length > 0 ? `export { ${names.join(", ")} };` : ""} // ${++compilations}`;
}

/** The converter sets `afterProgramCreate` on the host; what it sets is called after the program has been noted. */
ts.createWatchCompilerHost = (roots, given, ...rest) => {
  const host = original.createWatchCompilerHost(
    roots,
    { ...given, experimentalDecorators: false, ...options, ...latest.checks },
    ...rest,
  );
  buildPlainly(original, host);
  if (latest.checks["jsx"] !== undefined) readAsTsx(ts, host, isCell);
  latest.modules = adjustHost(host, original, fixedFolders, (file) =>
    file.endsWith(cellFile) ? firstLine + latest.text : null,
  );
  const { setTimeout } = host;
  // tslab takes no further change once the building of a program has thrown
  host.setTimeout = (build, ...rest) =>
    setTimeout?.call(
      host,
      (...given) => {
        try {
          build(...given);
        } catch (error) {
          latest.failure = error;
        }
      },
      ...rest,
    );
  let after: CompilerHost["afterProgramCreate"];
  return Object.defineProperty(host, "afterProgramCreate", {
    get: () => after,
    set: (f: NonNullable<typeof after>) => {
      after = (builder) => {
        latest.program = builder.getProgram();
        f(builder);
      };
    },
  });
};

/**
 * Errors that are not reported: "File is not under rootDir", of files that are compiled one by one, no matter where they are; and a namespace that is declared as
 * `module`, which earlier versions allowed.
 */
export const unreported: readonly number[] = [6059, 1540];

const { getPreEmitDiagnosticsOfFiles } = ts;
ts.getPreEmitDiagnosticsOfFiles = (program, files) => {
  const found = getPreEmitDiagnosticsOfFiles(program, files).filter(({ code }) => !unreported.includes(code));
  if (latest.typeErrors === "error") return found;
  const place = ({ start, code }: ProgramDiagnostic): string => `${start} ${code}`;
  const syntactic = new Set(files.flatMap((file) => program.getSyntacticDiagnostics(file)).map(place));
  if (latest.typeErrors === "warn")
    latest.warnings = found.filter((d) => d.file !== undefined && !syntactic.has(place(d))).map(findingOf);
  return found.filter((d) => syntactic.has(place(d)));
};

/** A diagnostic of the cell as tslab's converter gives it: from the second line of the file on. */
function findingOf({ file, start = 0, length = 0, messageText }: ProgramDiagnostic): Finding {
  const place = (offset: number): Position => {
    const { line, character } =
      file === undefined ? { line: 1, character: 0 } : original.getLineAndCharacterOfPosition(file, offset);
    return { line: line - 1, character };
  };
  return {
    start: place(start),
    end: place(start + length),
    messageText: original.flattenDiagnosticMessageText(messageText, "\n"),
  };
}

/** tslab forgets namespaces and `declare global` with the next cell, as it keeps only the kinds of declarations that it asks for. */
ts.isInterfaceDeclaration = (node) => original.isInterfaceDeclaration(node) || original.isModuleDeclaration(node);

/** File with the declarations of earlier cells. */
export const earlier = "__prev__.d.ts";

/** tslab turns names of earlier cells into `exports.name` here, also where they are no references; `exportInPlace` does it instead. */
ts.visitEachChild = (node) => node;

const inlineMap = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

ts.transpileModule = (source, given) => {
  const found = inlineMap.exec(source);
  const plain = found === null ? source : source.slice(0, found.index);
  const map = found?.[1] === undefined ? null : Buffer.from(found[1], "base64").toString();
  const instrumented = latest.step?.(plain, map?.includes(cellFile.slice(1)) === true) ?? null;
  const imports: string[] = [];
  const result = original.transpileModule(instrumented?.text ?? plain, {
    ...given,
    transformers: {
      before: [dynamicSyntax(original, "$tapelab.import", null)],
      after: [notingImports(original, imports, "$tapelab.load", false)],
    },
    compilerOptions: { ...given.compilerOptions, target, sourceMap: true },
  });
  if (map !== null && result.sourceMapText !== undefined) {
    latest.maps = [map, result.sourceMapText];
    latest.instrumented = instrumented;
    latest.imports = imports;
  }
  result.outputText = result.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  return result;
};
