/** The parts of TypeScript's API that the kernel uses. */
/** The parts of TypeScript's API that are used here. */
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
  /** Fills `locals`. */
  bindSourceFile(file: SourceFile, options: object): void;
  displayPartsToString(parts: unknown): string;
  getTouchingPropertyName(file: SyntaxNode, position: number): SyntaxNode;
  readonly SymbolFlags: { readonly Alias: number; readonly Value: number };
  readonly sys: { readFile(path: string): string | undefined };
  createCompilerHost(options: object): ProgramHost;
  createProgram(files: readonly string[], options: object, host: ProgramHost, old?: Program): Program;
  readConfigFile(path: string, read: (path: string) => string | undefined): { readonly config?: object };
  parseJsonConfigFileContent(
    config: object,
    host: object,
    folder: string,
  ): { readonly options: Readonly<Record<string, unknown>> };
  readonly TypeFlags: {
    readonly Any: number;
    readonly Null: number;
    readonly TypeParameter: number;
    readonly StringLike: number;
  };
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

export type Visitor = (node: SyntaxNode) => SyntaxNode;

/** The members of syntax nodes that are used here, of whatever kind. */
export interface SyntaxNode {
  readonly kind: number;
  readonly flags: number;
  /** Negative for a node that the compiler made. */
  readonly pos: number;
  readonly text: string;
  readonly fileName?: string;
  /** Specifiers of the modules that a source file imports. */
  readonly imports?: readonly SyntaxNode[];
  readonly parent?: SyntaxNode;
  /** Of an identifier, as symbol tables have it. */
  readonly escapedText?: string;
  /** Of `break`, `continue` and what they leave. */
  readonly label?: SyntaxNode;
  readonly tag?: SyntaxNode;
  readonly expression?: SyntaxNode;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly operatorToken?: SyntaxNode;
  readonly operand?: SyntaxNode;
  readonly operator?: number;
  readonly awaitModifier?: SyntaxNode;
  /** Names of a source file's own declarations. */
  readonly locals?: Map<string, unknown>;
  readonly statements?: readonly SyntaxNode[];
  readonly modifiers?: readonly SyntaxNode[];
  readonly name?: SyntaxNode;
  readonly propertyName?: SyntaxNode;
  readonly elements?: readonly SyntaxNode[];
  readonly declarationList?: SyntaxNode;
  readonly declarations?: readonly SyntaxNode[];
  readonly exportClause?: SyntaxNode;
  readonly importClause?: SyntaxNode;
  readonly moduleSpecifier?: SyntaxNode;
  readonly namedBindings?: SyntaxNode;
  readonly initializer?: SyntaxNode;
  readonly type?: SyntaxNode;
  /** Of a function. */
  readonly body?: SyntaxNode;
  /** Body of a loop. */
  readonly statement?: SyntaxNode;
  readonly tryBlock?: SyntaxNode;
  readonly catchClause?: SyntaxNode;
  readonly finallyBlock?: SyntaxNode;
  /** Of a `catch`. */
  readonly block?: SyntaxNode;
  /** Of an element access. */
  readonly argumentExpression?: SyntaxNode;
  /** Of a call or a `new` expression. */
  readonly arguments?: readonly SyntaxNode[];
  readonly isTypeOnly?: boolean;
  /** Of `import x = …`. */
  readonly moduleReference?: SyntaxNode;
  /** Of an interface. */
  readonly members?: readonly SyntaxNode[];
  getStart(file: SyntaxNode): number;
  getEnd(): number;
}

export interface Type {
  readonly flags: number;
  readonly symbol?: { readonly name: string };
  /** Members of a union or intersection. */
  readonly types?: readonly Type[];
  isClassOrInterface?(): boolean;
  getCallSignatures?(): readonly unknown[];
  getConstructSignatures?(): readonly unknown[];
  getProperty?(name: string): object | undefined;
}

/** A symbol of the binder. */
export interface BoundSymbol {
  readonly flags: number;
  readonly declarations?: readonly SyntaxNode[];
}

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

export interface NamedSymbol {
  readonly name: string;
  readonly exports?: ReadonlyMap<string, unknown>;
  readonly flags: number;
  readonly declarations?: readonly SymbolDeclaration[];
  getDocumentationComment?(checker: Checker | undefined): SymbolText["documentation"];
  getJsDocTags?(checker: Checker | undefined): SymbolText["tags"];
}

/** A message of the compiler, on a file or on the settings. */
export interface ProgramDiagnostic {
  readonly code: number;
  readonly file?: SyntaxNode;
  readonly start?: number;
  readonly length?: number;
  readonly messageText: unknown;
}

export interface Checker {
  getSymbolAtLocation(node: SyntaxNode): NamedSymbol | undefined;
  getAliasedSymbol(symbol: NamedSymbol): NamedSymbol;
  /** Of a module with `export =`, the properties of what it exports too. */
  getExportsAndPropertiesOfModule(module: NamedSymbol): readonly NamedSymbol[];
  getTypeAtLocation(node: SyntaxNode): Type;
  getBaseConstraintOfType(type: Type): Type | undefined;
  getBaseTypes(type: Type): readonly Type[];
  getShorthandAssignmentValueSymbol(node: SyntaxNode): NamedSymbol | undefined;
}

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
  /** With `forceDeclarations` declarations are emitted in spite of errors. */
  emit(
    file: SyntaxNode,
    write: (path: string, text: string) => void,
    cancellation: undefined,
    onlyDeclarations: boolean,
    transformers: undefined,
    forceDeclarations: boolean,
  ): unknown;
}

export interface ProgramHost {
  getSourceFile(path: string, target: object, ...rest: unknown[]): SyntaxNode | undefined;
}

/** A program, as tslab and a watch hold it. */
export interface Builder {
  getProgram(): Program;
  getProgramOrUndefined(): Program;
  getSourceFile(path: string): SyntaxNode | undefined;
  readonly emit: Program["emit"];
  /** Paths of the files that are checked and emitted with a file, itself among them. */
  getAllDependencies(file: SyntaxNode): readonly string[];
}

export interface CompilerHost extends WatchHost {
  createProgram(roots: readonly string[], options: object, host: ProgramHost, old?: Builder): Builder;
  afterProgramCreate?: (builder: Builder) => void;
}

export interface SourceFile extends SyntaxNode {
  readonly version?: string;
  readonly statements: readonly SyntaxNode[];
  readonly parseDiagnostics?: readonly {
    readonly code: number;
    readonly start: number;
    readonly length: number;
    readonly messageText: unknown;
  }[];
}

/** The explanation of a name. */
export interface QuickInfo extends SymbolText {
  readonly displayParts?: readonly { readonly text: string }[];
}

/** A specifier, as the compiler passes it. */
export interface ModuleName {
  readonly text: string;
}

/** The result of a module resolution; without a module where there is none. */
export interface Resolved {
  readonly resolvedModule?: {
    readonly resolvedFileName: string;
    readonly extension: string;
    readonly isExternalLibraryImport?: boolean;
  };
}

/** Called with a watched path and the number of the event. */
export type Changes = (path: string, event: number) => void;
/** Starts watching a path. */
export type Watch = (path: string, changes: Changes, ...rest: unknown[]) => { close(): void };

/** The members of TypeScript's watch host that are replaced. */
export interface WatchHost {
  readFile(path: string, encoding?: string): string | undefined;
  fileExists(path: string): boolean;
  watchFile: Watch;
  watchDirectory: Watch;
  setTimeout?(callback: (...given: unknown[]) => void, ...rest: unknown[]): unknown;
  resolveModuleNameLiterals?: (
    names: readonly ModuleName[],
    from: string,
    redirect: unknown,
    options: object,
  ) => readonly Resolved[];
  hasInvalidatedResolutions?: (path: string) => boolean;
  getModuleResolutionCache?: () => object;
}

/** The parts of TypeScript's API that resolve modules. */
export interface TypeResolver {
  resolveModuleName(
    name: string,
    from: string,
    options: object,
    host: WatchHost,
    cache: object,
    redirect: unknown,
  ): Resolved;
  createModuleResolutionCache(folder: string, canonical: (name: string) => string): object;
}
