/** Programs and the type checker of TypeScript's API. */
import type { SyntaxNode } from "./syntax-node.ts";

/** A type. */
export interface Type {
  /** The generic class or interface of an instance of it. */
  readonly target?: Type;
  readonly flags: number;
  readonly symbol?: { readonly name: string };
  /** The value of a literal type. */
  readonly value?: unknown;
  /** Members of a union or intersection. */
  readonly types?: readonly Type[];
  isClassOrInterface?(): boolean;
  getCallSignatures?(): readonly { getReturnType(): Type }[];
  getConstructSignatures?(): readonly unknown[];
  getProperty?(name: string): NamedSymbol | undefined;
}

/** A symbol of a symbol table. */
export interface BoundSymbol {
  readonly flags: number;
  readonly declarations?: readonly SyntaxNode[];
}

/** A declaration of a symbol. */
export interface SymbolDeclaration {
  getSourceFile(): SyntaxNode;
  getStart(file: SyntaxNode): number;
  getEnd(): number;
}

/** A symbol's documentation comment. */
export interface SymbolText {
  readonly documentation?: readonly { readonly text: string }[] | undefined;
  readonly tags?:
    | readonly { readonly name: string; readonly text?: readonly { readonly text: string }[] }[]
    | undefined;
}

/** A symbol of the type checker. */
export interface NamedSymbol {
  readonly name: string;
  readonly exports?: ReadonlyMap<string, unknown>;
  readonly flags: number;
  readonly declarations?: readonly SymbolDeclaration[];
  getDocumentationComment?(checker: Checker | undefined): SymbolText["documentation"];
  getJsDocTags?(checker: Checker | undefined): SymbolText["tags"];
}

/** The explanation of a name. */
export interface QuickInfo extends SymbolText {
  readonly displayParts?: readonly { readonly text: string }[];
}

/** A message of the compiler about a file or about the options. */
export interface ProgramDiagnostic {
  readonly code: number;
  readonly file?: SyntaxNode;
  readonly start?: number;
  readonly length?: number;
  readonly messageText: unknown;
}

/** The type checker. */
export interface Checker {
  getSymbolAtLocation(node: SyntaxNode): NamedSymbol | undefined;
  getAliasedSymbol(symbol: NamedSymbol): NamedSymbol;
  /** Returns the exports of a module, and for `export =` the properties of the exported value too. */
  getExportsAndPropertiesOfModule(module: NamedSymbol): readonly NamedSymbol[];
  getTypeAtLocation(node: SyntaxNode): Type;
  getTypeOfSymbol(symbol: NamedSymbol): Type;
  typeToString(type: Type): string;
  getDeclaredTypeOfSymbol(symbol: NamedSymbol): Type;
  getBaseConstraintOfType(type: Type): Type | undefined;
  getBaseTypes(type: Type): readonly Type[];
  getShorthandAssignmentValueSymbol(node: SyntaxNode): NamedSymbol | undefined;
}

/** A program: a set of files that are compiled together. */
export interface Program {
  getTypeChecker(): Checker;
  getSourceFiles(): readonly SyntaxNode[];
  getSourceFile(path: string): SyntaxNode | undefined;
  getResolvedModuleFromModuleSpecifier(
    specifier: SyntaxNode,
    file: SyntaxNode,
  ): { readonly resolvedModule?: { readonly resolvedFileName: string } } | undefined;
  getSyntacticDiagnostics(file: SyntaxNode): readonly ProgramDiagnostic[];
  getSemanticDiagnostics(file: SyntaxNode): readonly ProgramDiagnostic[];
  /** `forceDeclarations`: whether declarations are emitted in spite of errors. */
  emit(
    file: SyntaxNode,
    write: (path: string, text: string) => void,
    cancellation: undefined,
    onlyDeclarations: boolean,
    transformers: undefined,
    forceDeclarations: boolean,
  ): unknown;
}

/** The files of a program. */
export interface ProgramHost {
  getSourceFile(path: string, target: object, ...rest: unknown[]): SyntaxNode | undefined;
}

/** A wrapper of a program for tslab and the watch mode. */
export interface Builder {
  getProgram(): Program;
  getProgramOrUndefined(): Program;
  getSourceFile(path: string): SyntaxNode | undefined;
  readonly emit: Program["emit"];
  /** Returns the paths of the files that are checked and emitted together with a file, itself included. */
  getAllDependencies(file: SyntaxNode): readonly string[];
}
