/** Options of the two compilations of a cell: from TypeScript to an ES module, and from there to CommonJS. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFolder } from "../../shared/folders.ts";
import { compiler, compilerPath } from "./typescript.ts";

const require = createRequire(import.meta.url);

/** Folder with the declarations of the globals of cells. */
const kernelTypes = fileURLToPath(new URL("types", packageFolder));

const nodeTypes = dirname(dirname(require.resolve("@types/node/package.json")));

/** The declarations of the engine that its package.json names; those of index.js lack the documentation of functions. */
export const engineTypes: string = join(dirname(fileURLToPath(import.meta.resolve("tapelab"))), "library.d.ts");

/** Options that find modules and global declarations. */
export const resolution: Readonly<Record<string, unknown>> = {
  moduleResolution: compiler.ModuleResolutionKind.Bundler,
  // the engine's declarations are found from any folder
  paths: { tapelab: [engineTypes], "tapelab/check": [join(dirname(engineTypes), "teach", "check", "index.d.ts")] },
  typeRoots: [nodeTypes, kernelTypes],
  types: ["node", "tapelab-notebook"],
};

/** Folders whose files do not change while the kernel runs. */
export const fixedFolders: readonly string[] = [dirname(compilerPath), nodeTypes, kernelTypes, dirname(engineTypes)];

/** The parts of TypeScript's library that Node 24 implements; `esnext` has more, such as Temporal. */
const library = [
  "es2025",
  "esnext.array",
  "esnext.decorators",
  "esnext.disposable",
  "esnext.error",
  "esnext.sharedmemory",
];

/** Options of the first compilation, which checks and removes types. */
export const firstOptions: Readonly<Record<string, unknown>> = {
  ...resolution,
  target: compiler.ScriptTarget.ESNext,
  lib: library.map((name) => `lib.${name}.d.ts`),
  inlineSourceMap: true,
  // accepts `import … assert`, which earlier versions of TypeScript allowed
  ignoreDeprecations: "6.0",
  // JavaScript is checked only where `// @ts-check` asks for it
  checkJs: false,
};

/** Target of the second compilation, which lowers `using`, decorators and `accessor` to the language of Node 24. */
export const secondTarget: number = compiler.ScriptTarget.ES2025;

/**
 * Codes of errors that are not reported: "File is not under rootDir", because files are compiled one by one, wherever they are; and a namespace
 * declared by the keyword `module`, which earlier versions of TypeScript allowed.
 */
export const unreported: readonly number[] = [6059, 1540];
