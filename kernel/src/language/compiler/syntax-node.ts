/** Syntax trees of TypeScript's API. */

/** A syntax node, with the properties of all kinds of nodes that are used. */
export interface SyntaxNode {
  readonly kind: number;
  readonly flags: number;
  /** Offset of the node; negative for one that the compiler has created. */
  readonly pos: number;
  readonly text: string;
  readonly fileName?: string;
  /** Specifiers of the modules that a source file imports, on a source file. */
  readonly imports?: readonly SyntaxNode[];
  readonly parent?: SyntaxNode;
  /** Key of an identifier in symbol tables. */
  readonly escapedText?: string;
  /** Label of `break`, `continue` or a labelled statement. */
  readonly label?: SyntaxNode;
  readonly tag?: SyntaxNode;
  readonly expression?: SyntaxNode;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly operatorToken?: SyntaxNode;
  readonly operand?: SyntaxNode;
  readonly operator?: number;
  readonly awaitModifier?: SyntaxNode;
  /** `?.` of an optional chain. */
  readonly questionDotToken?: SyntaxNode;
  /** Condition of a `for` statement and of `a ? b : c`. */
  readonly condition?: SyntaxNode;
  /** Symbol table of a scope. */
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
  /** Body of a function. */
  readonly body?: SyntaxNode;
  /** Body of a loop. */
  readonly statement?: SyntaxNode;
  readonly tryBlock?: SyntaxNode;
  readonly catchClause?: SyntaxNode;
  readonly finallyBlock?: SyntaxNode;
  /** Block of a `catch` clause. */
  readonly block?: SyntaxNode;
  /** Key of an element access. */
  readonly argumentExpression?: SyntaxNode;
  /** Arguments of a call or a `new` expression. */
  readonly arguments?: readonly SyntaxNode[];
  readonly isTypeOnly?: boolean;
  /** Right side of `import x = …`. */
  readonly moduleReference?: SyntaxNode;
  /** Members of an interface. */
  readonly members?: readonly SyntaxNode[];
  getStart(file: SyntaxNode): number;
  getEnd(): number;
}

/** A parsed file. */
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

/** Returns a node or its replacement. */
export type Visitor = (node: SyntaxNode) => SyntaxNode;
