/** Settings of the nearest tsconfig.json. */
import { dirname } from "node:path";
import type { TypeErrors } from "../../shared/directives.ts";
import { tsconfigOf } from "../../shared/module-resolver.ts";
import { ts } from "./typescript.ts";

/** Names of the options that define the output for JSX. */
const jsx = ["jsx", "jsxFactory", "jsxFragmentFactory", "jsxImportSource"];

/** Names of the options that apply to cells; most others would change how a cell runs. */
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
  ...jsx,
];

/** Names of the options that apply to the compilation of imported files. */
const emits = ["experimentalDecorators", "emitDecoratorMetadata", "useDefineForClassFields", ...jsx];

/** Returns options by which JSX becomes calls, even if they leave JSX to another tool. */
function withCalls(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { React, ReactJSX, ReactJSXDev } = ts.JsxEmit;
  if (options["jsx"] === undefined || options["jsx"] === React) return options;
  const isModule = options["jsx"] === ReactJSX || options["jsx"] === ReactJSXDev || "jsxImportSource" in options;
  return { ...options, jsx: isModule ? ReactJSX : React };
}

/** Returns those options of the nearest tsconfig.json that have one of the names; none if it cannot be read. */
function settingsOf(folder: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  const path = tsconfigOf(folder);
  const { config } = path === null ? {} : ts.readConfigFile(path, ts.sys.readFile);
  if (path === null || config === undefined) return {};
  // the list of the project's files is not needed, and searching the folder would take time
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent(config, host, dirname(path));
  return Object.fromEntries(Object.entries(withCalls(options)).filter(([name]) => names.includes(name)));
}

/** Returns the options of type checking for the cells and files of a folder: strict, unless the tsconfig.json says otherwise. */
export const checkSettings = (folder: string): Readonly<Record<string, unknown>> => ({
  strict: true,
  ...settingsOf(folder, checks),
});

/** Returns the effect of type errors in the notebooks of a folder, from `"tapelab": { "types": "warn" }` in the nearest tsconfig.json. */
export function typeErrorsIn(folder: string): TypeErrors {
  const path = tsconfigOf(folder);
  const config: { readonly tapelab?: { readonly types?: unknown } } | undefined =
    path === null ? undefined : ts.readConfigFile(path, ts.sys.readFile).config;
  const { types } = config?.tapelab ?? {};
  return types === "warn" || types === "off" ? types : "error";
}

/** Returns the options by which the files of a folder are compiled. */
export const emitSettings = (folder: string): Readonly<Record<string, unknown>> => settingsOf(folder, emits);

/** Aliases of files. */
export interface PathSettings {
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly pathsBasePath?: string;
  readonly baseUrl?: string;
}

/** Returns the aliases of files for the cells of a folder. */
export const pathSettings = (folder: string): PathSettings => settingsOf(folder, ["paths", "pathsBasePath", "baseUrl"]);
