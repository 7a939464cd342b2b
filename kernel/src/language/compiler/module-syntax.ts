/** Transformations of `import`, `import()` and `import.meta` to calls of the kernel's functions. */
import type { SyntaxNode, TypeScript, Visitor } from "./api.ts";

type Transformer = (context: unknown) => (file: SyntaxNode) => SyntaxNode;

/** Returns a transformation that replaces nodes for which `replace` returns another. */
const replacing =
  (ts: TypeScript, replace: (node: SyntaxNode, visit: Visitor) => SyntaxNode | null): Transformer =>
  (context) =>
  (file) => {
    const visit: Visitor = (node) => replace(node, visit) ?? ts.visitEachChild(node, visit, context);
    return ts.visitNode(file, visit);
  };

const identifier = (ts: TypeScript, text: string): SyntaxNode => ts.factory.createIdentifier(text);

/** Calls `importer` for each `import()`, and names `import.meta` as `meta`: a script and a CommonJS module have neither. */
export const dynamicSyntax = (ts: TypeScript, importer: string, meta: string | null): Transformer =>
  replacing(ts, (node, visit) => {
    if (node.kind === ts.SyntaxKind["CallExpression"] && node.expression?.kind === ts.SyntaxKind["ImportKeyword"])
      return ts.factory.createCallExpression(
        identifier(ts, importer),
        undefined,
        (node.arguments ?? []).map((argument) => ts.visitNode(argument, visit)),
      );
    const isMeta = node.kind === ts.SyntaxKind["MetaProperty"] && node.name?.text === "meta";
    return isMeta && meta !== null ? identifier(ts, meta) : null;
  });

/**
 * Notes what a module imports once imports of types are gone. The `require` that TypeScript's output calls becomes `loader`, as a module may declare a `require` of its
 * own; one that `waits` awaits it.
 */
export const notingImports = (ts: TypeScript, imports: string[], loader: string, waits: boolean): Transformer =>
  replacing(ts, (node) => {
    const isRequire = node.kind === ts.SyntaxKind["CallExpression"] && node.expression?.text === "require";
    // a node that the compiler made has no position
    if (!isRequire || (node.expression?.pos ?? 0) >= 0) return null;
    const given = node.arguments ?? [];
    if (given[0] !== undefined && !imports.includes(given[0].text)) imports.push(given[0].text);
    const call = ts.factory.createCallExpression(identifier(ts, loader), undefined, given);
    return waits ? ts.factory.createAwaitExpression(call) : call;
  });
