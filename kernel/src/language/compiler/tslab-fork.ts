/**
 * The functions that tslab's fork of TypeScript 5.0 adds to TypeScript: services for a source file of an existing program, while TypeScript's
 * language service builds a program of its own.
 */
import type {
  Diagnostic,
  Symbol as Name,
  Node,
  Program,
  QuickInfo,
  SourceFile,
  SymbolDisplayPart,
  TextSpan,
  Type,
  TypeChecker,
} from "typescript";

type Api = typeof import("typescript");

/** Functions of TypeScript's module that its declarations leave out. */
interface Internals {
  readonly nullTransformationContext: object;
  readonly Completions: { getCompletionsAtPosition(...request: unknown[]): unknown };
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: TypeChecker,
      symbol: Name,
      file: SourceFile,
      container: Node | undefined,
      node: Node,
    ): Pick<QuickInfo, "displayParts" | "documentation" | "tags"> & { readonly symbolKind: QuickInfo["kind"] };
    getSymbolModifiers(checker: TypeChecker, symbol: Name): string;
  };
  getTouchingPropertyName(file: SourceFile, position: number): Node;
  getContainingObjectLiteralElement(node: Node): (Node & { readonly parent: Node }) | undefined;
  getPropertySymbolsFromContextualType(
    element: Node,
    checker: TypeChecker,
    type: Type,
    unionSymbolOk: boolean,
  ): readonly Name[] | undefined;
  getContainerNode(node: Node): Node | undefined;
  createTextSpanFromNode(node: Node, file: SourceFile): TextSpan;
  typeToDisplayParts(checker: TypeChecker, type: Type, container: Node | undefined): SymbolDisplayPart[];
  isImportMeta(node: Node): boolean;
  isLabelName(node: Node): boolean;
  isTagName(node: Node): boolean;
  isInComment(file: SourceFile, position: number): unknown;
}

type Checked = TypeChecker & { isUnknownSymbol(symbol: Name): boolean };

/** Adds the functions to a copy of TypeScript's exports. */
export function addForkFunctions(exported: object): void {
  const ts = exported as Api & Internals;

  function diagnostics(program: Program, files: readonly SourceFile[]): readonly Diagnostic[] {
    return ts.sortAndDeduplicateDiagnostics([
      ...program.getConfigFileParsingDiagnostics(),
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      // without the errors of emitting declarations, which are no errors of a cell
      ...files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ]);
  }

  /** Returns the node to explain for a token. */
  function explainedNode(token: Node): Node {
    const { parent } = token;
    if (ts.isNewExpression(parent) && token.pos === parent.pos) return parent.expression;
    if (ts.isNamedTupleMember(parent) && token.pos === parent.pos) return parent;
    return ts.isImportMeta(parent) || ts.isJsxNamespacedName(parent) ? parent : token;
  }

  /** Returns the symbol of a name; for a property of an object literal, that of the contextual type. */
  function symbolOf(node: Node, checker: TypeChecker): Name | undefined {
    const element = ts.getContainingObjectLiteralElement(node);
    const expected =
      element && ts.isObjectLiteralExpression(element.parent) ? checker.getContextualType(element.parent) : undefined;
    const properties =
      element && expected && ts.getPropertySymbolsFromContextualType(element, checker, expected, false);
    return properties?.length === 1 ? properties[0] : checker.getSymbolAtLocation(node);
  }

  /** Whether a node without a symbol has a type to show. */
  function hasType(node: Node, file: SourceFile, position: number): boolean {
    if (ts.isIdentifier(node))
      return !ts.isLabelName(node) && !ts.isTagName(node) && !ts.isConstTypeReference(node.parent);
    if (ts.isPropertyAccessExpression(node) || ts.isQualifiedName(node)) return !ts.isInComment(file, position);
    const { ThisKeyword, ThisType, SuperKeyword, NamedTupleMember } = ts.SyntaxKind;
    return [ThisKeyword, ThisType, SuperKeyword, NamedTupleMember].includes(node.kind) || ts.isImportMeta(node);
  }

  function quickInfo(file: SourceFile, checker: Checked, _token: unknown, position: number): object | undefined {
    const token = ts.getTouchingPropertyName(file, position);
    if (token === file) return undefined;
    const node = explainedNode(token);
    const symbol = symbolOf(node, checker);
    const container = ts.getContainerNode(node);
    const textSpan = ts.createTextSpanFromNode(node, file);
    if (symbol === undefined || checker.isUnknownSymbol(symbol)) {
      if (!hasType(node, file, position)) return undefined;
      const type = checker.getTypeAtLocation(node);
      return {
        textSpan,
        displayParts: ts.typeToDisplayParts(checker, type, container),
        documentation: type.symbol?.getDocumentationComment(checker),
        tags: type.symbol?.getJsDocTags(checker),
      };
    }
    const { symbolKind, ...parts } = ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker,
      symbol,
      file,
      container,
      node,
    );
    return {
      kind: symbolKind,
      kindModifiers: ts.SymbolDisplay.getSymbolModifiers(checker, symbol),
      textSpan,
      ...parts,
    };
  }

  Object.assign(ts, {
    getPreEmitDiagnosticsOfFiles: diagnostics,
    getQuickInfoAtPosition: quickInfo,
    // the option `typeRoots` names the folders
    getDefaultTypeRoots: () => [],
    getNullTransformationContext: () => ts.nullTransformationContext,
    Completions: { ...ts.Completions, getCompletionsAtPositionForTslab: ts.Completions.getCompletionsAtPosition },
  });
}
