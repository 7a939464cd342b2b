/** How strictly cells are checked: strict, unless a tsconfig.json in the notebook's folder or above says otherwise. */
import { dirname } from "node:path";
import { tsconfigOf } from "../resolve.ts";
import { ts } from "./typescript.ts";

/** Settings of a tsconfig.json that apply to cells; the others would change how a cell runs. */
const checks = [
  "strict",
  "noImplicitAny",
  "noImplicitThis",
  "strictBindCallApply",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "useUnknownInCatchVariables",
  "exactOptionalPropertyTypes",
  "noImplicitOverride",
  "noImplicitReturns",
  "noFallthroughCasesInSwitch",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "experimentalDecorators",
  "emitDecoratorMetadata",
];

/** Settings of a tsconfig.json that say how its files are compiled. */
const emits = [
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "useDefineForClassFields",
];

/** Returns the settings of the nearest tsconfig.json that have one of the names; a tsconfig.json that cannot be read counts as none. */
function settingsOf(folder: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  const path = tsconfigOf(folder);
  const { config } = path === null ? {} : ts.readConfigFile(path, ts.sys.readFile);
  if (path === null || config === undefined) return {};
  // which files the project has is of no interest: a search of the folder would only cost time
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent(config, host, dirname(path));
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** The compiler's settings for the cells and files of a folder. */
export const checkSettings = (folder: string): Readonly<Record<string, unknown>> => ({
  strict: true,
  ...settingsOf(folder, checks),
});

/** How the files of a folder are compiled. */
export const emitSettings = (folder: string): Readonly<Record<string, unknown>> => settingsOf(folder, emits);

/** Names that a tsconfig.json gives to files. */
export interface PathSettings {
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly pathsBasePath?: string;
  readonly baseUrl?: string;
}

/** The names of files for the cells of a folder. */
export const pathSettings = (folder: string): PathSettings => settingsOf(folder, ["paths", "pathsBasePath", "baseUrl"]);
