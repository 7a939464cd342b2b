/** Transformers that replace `import`, `import()` and `import.meta` by calls of the kernel's functions. */

import type { TypeScript } from "./api.ts";
import type { SyntaxNode, Visitor } from "./syntax-node.ts";

type Transformer = (context: unknown) => (file: SyntaxNode) => SyntaxNode;

/** Returns a transformer that replaces the nodes for which `replace` does not return `null`. */
const replacing =
  (ts: TypeScript, replace: (node: SyntaxNode, visit: Visitor) => SyntaxNode | null): Transformer =>
  (context) =>
  (file) => {
    const visit: Visitor = (node) => replace(node, visit) ?? ts.visitEachChild(node, visit, context);
    return ts.visitNode(file, visit);
  };

const identifier = (ts: TypeScript, text: string): SyntaxNode => ts.factory.createIdentifier(text);

/**
 * Returns a transformer for syntax that scripts and CommonJS modules lack: `import()` becomes a call of `importer`, and `import.meta` becomes `meta`
 * unless that is `null`.
 */
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
 * Returns a transformer for the CommonJS output. It adds the specifiers of all imports, without those of types, to `imports`, and replaces the
 * compiler's calls of `require` by calls of `loader`, which `waits` awaits: a module may declare a `require` of its own.
 */
export const recordImports = (ts: TypeScript, imports: string[], loader: string, waits: boolean): Transformer =>
  replacing(ts, (node) => {
    const isRequire = node.kind === ts.SyntaxKind["CallExpression"] && node.expression?.text === "require";
    // nodes that the compiler has created have no position
    if (!isRequire || (node.expression?.pos ?? 0) >= 0) return null;
    const args = node.arguments ?? [];
    if (args[0] !== undefined && !imports.includes(args[0].text)) imports.push(args[0].text);
    const call = ts.factory.createCallExpression(identifier(ts, loader), undefined, args);
    return waits ? ts.factory.createAwaitExpression(call) : call;
  });
