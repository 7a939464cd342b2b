/** The exports of TypeScript that the kernel uses, internal functions included. */
import type { CompilerHost, TypeResolver } from "./host-api.ts";
import type { Program, ProgramDiagnostic, ProgramHost } from "./program-api.ts";
import type { SourceFile, SyntaxNode, Visitor } from "./syntax-node.ts";

/** The exports of TypeScript. */
export interface TypeScript extends TypeResolver {
  readonly version: string;
  readonly ModuleResolutionKind: { readonly Bundler: number };
  readonly ModuleKind: { readonly ESNext: number; readonly CommonJS: number; readonly Preserve: number };
  readonly JsxEmit: { readonly React: number; readonly ReactJSX: number; readonly ReactJSXDev: number };
  /** Numbers by name, and names by number. */
  readonly SyntaxKind: Readonly<Record<string, number>> & Readonly<Record<number, string>>;
  readonly NodeFlags: { readonly GlobalAugmentation: number; readonly Using: number; readonly AwaitUsing: number };
  readonly ScriptTarget: { readonly Latest: number; readonly ESNext: number; readonly ES2025: number };
  createWatchCompilerHost(roots: readonly string[], options: Record<string, unknown>, ...rest: unknown[]): CompilerHost;
  transpileModule(
    source: string,
    options: {
      readonly compilerOptions: Record<string, unknown>;
      readonly fileName?: string;
      readonly reportDiagnostics?: boolean;
      readonly transformers?: object;
    },
  ): { outputText: string; sourceMapText?: string };
  createSourceFile(
    name: string,
    text: string,
    target: number | object,
    setParents?: boolean,
    scriptKind?: number,
  ): SourceFile;
  readonly ScriptKind: { readonly TSX: number };
  /** Fills `locals` of the file's nodes. */
  bindSourceFile(file: SourceFile, options: object): void;
  displayPartsToString(parts: unknown): string;
  getTouchingPropertyName(file: SyntaxNode, position: number): SyntaxNode;
  readonly SymbolFlags: { readonly Alias: number; readonly Value: number; readonly ValueModule: number };
  readonly sys: { readFile(path: string): string | undefined };
  createCompilerHost(options: object): ProgramHost;
  createProgram(files: readonly string[], options: object, host: ProgramHost, old?: Program): Program;
  readConfigFile(path: string, read: (path: string) => string | undefined): { readonly config?: object };
  parseJsonConfigFileContent(
    config: object,
    host: object,
    folder: string,
  ): { readonly options: Readonly<Record<string, unknown>> };
  readonly TypeFlags: Readonly<
    Record<
      | "Any"
      | "Null"
      | "Undefined"
      | "TypeParameter"
      | "Union"
      | "StringLike"
      | "StringLiteral"
      | "NumberLike"
      | "BooleanLike"
      | "BigIntLike"
      | "ESSymbolLike"
      | "Index",
      number
    >
  >;
  forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void;
  visitEachChild(node: SyntaxNode, visitor: Visitor, context: unknown): SyntaxNode;
  visitNode(node: SyntaxNode, visitor: Visitor): SyntaxNode;
  flattenDiagnosticMessageText(text: unknown, newLine: string): string;
  getLineAndCharacterOfPosition(
    file: SyntaxNode,
    position: number,
  ): { readonly line: number; readonly character: number };
  getPreEmitDiagnosticsOfFiles(program: Program, files: readonly SyntaxNode[]): readonly ProgramDiagnostic[];
  isInterfaceDeclaration(node: SyntaxNode): boolean;
  isModuleDeclaration(node: SyntaxNode): boolean;
  readonly factory: {
    createPropertyAccessExpression(object: SyntaxNode, name: SyntaxNode): SyntaxNode;
    createIdentifier(name: string): SyntaxNode;
    createCallExpression(callee: SyntaxNode, types: undefined, values: readonly SyntaxNode[]): SyntaxNode;
    createAwaitExpression(value: SyntaxNode): SyntaxNode;
  };
}
