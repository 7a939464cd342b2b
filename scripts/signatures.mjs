/**
 * Writes engine/src/ops/aliases, the further names of ops, and engine/src/api: every public function with its signature, and the signatures of the public
 * classes, as their types declare them. The engine checks calls against these. `--check` writes nothing, and fails where a file would change.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { aliasFiles } from "./aliases.mjs";
import { inRoot } from "./lib/paths.mjs";

// TypeScript 6: TypeScript 7 has no JavaScript API
const ts = createRequire(inRoot("kernel/package.json"))("typescript");
const entry = inRoot("engine/src/library.ts");

const isCheck = process.argv.includes("--check");
let stale = false;

/** Writes a file whose text has changed, or says so. */
function put(path, text) {
  if (existsSync(inRoot(path)) && readFileSync(inRoot(path), "utf8") === text) return;
  stale = true;
  if (isCheck) console.error(`${path} is out of date: run npm run signatures`);
  else writeFileSync(inRoot(path), text);
}

// the names of ops come first, as the signatures are read from the types with them
for (const [path, text] of aliasFiles()) put(path, text);

const program = ts.createProgram([entry], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ["lib.es2023.d.ts"],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();
const F = ts.TypeFlags;

/** Public classes by their type, with the shortest name under which each is exported. */
const classes = new Map();

/** The modules that are public namespaces, by file, each with its functions and inner namespaces. */
const modules = new Map();

const target = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

const kebab = (name) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

function collect(module, path) {
  const { fileName } = module.declarations[0].getSourceFile();
  const known = modules.has(fileName);
  const found = { name: path.join("."), functions: new Map(), spaces: new Map() };
  if (!known) modules.set(fileName, found);
  for (const exported of checker.getExportsOfModule(module)) {
    if (exported.declarations?.some((d) => ts.isTypeOnlyImportOrExportDeclaration(d))) continue;
    const symbol = target(exported);
    const name = [...path, exported.name].join(".");
    if (symbol.flags & ts.SymbolFlags.ValueModule) {
      found.spaces.set(exported.name, symbol.declarations[0].getSourceFile().fileName);
      collect(symbol, [...path, exported.name]);
    } else if (symbol.flags & ts.SymbolFlags.Class) {
      const before = classes.get(symbol);
      if (before === undefined || name.split(".").length < before.split(".").length) classes.set(symbol, name);
    } else if (symbol.flags & ts.SymbolFlags.Value) {
      const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures();
      if (signatures.length > 0) found.functions.set(exported.name, signatures);
    }
  }
}
collect(checker.getSymbolAtLocation(program.getSourceFile(entry)), []);

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const isFunction = (type) => type.getCallSignatures().length > 0;
const globals =
  /^(Float32Array|Float64Array|Int8Array|Int16Array|Int32Array|Uint8Array|Uint8ClampedArray|Uint16Array|BigInt64Array|Set|Map)$/;

/** The literals of dtypes; a union of all of them is the kind `DType`. */
const dtypeLiterals = literalsOf("DType");

function literalsOf(name) {
  const symbol = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
    .find((s) => s.name === name);
  return checker.getDeclaredTypeOfSymbol(target(symbol)).types.map((t) => JSON.stringify(t.value));
}

/** Returns a type in the notation of the signatures. */
const kindOf = (type, depth = 0) => alternatives(type, depth).join(" | ");

/** Returns the alternatives of a union, null and undefined last; any other type is its own only alternative. */
function alternatives(type, depth) {
  if (!type.isUnion()) return oneOf(type, depth);
  const kinds = new Set(type.types.flatMap((t) => alternatives(t, depth)));
  if (kinds.has("any")) return ["any"];
  if (dtypeLiterals.every((k) => kinds.has(k))) {
    for (const k of dtypeLiterals) kinds.delete(k);
    kinds.add("DType");
  }
  if (kinds.delete("true") && kinds.delete("false")) kinds.add("boolean");
  const rank = (k) =>
    k === "null" || k === "undefined" ? 2 : k.startsWith("{") ? 1 : /[a-z0-9]Array$/.test(k) ? 0.5 : 0;
  return [...kinds].sort((a, b) => rank(a) - rank(b));
}

/** Returns the alternatives of a type that is not a union itself, such as a type parameter, whose constraint may be one. */
function oneOf(type, depth) {
  if (depth > 5) return ["any"];
  if (type.flags & (F.TypeParameter | F.IndexedAccess | F.Conditional | F.Index | F.Substitution)) {
    const bound = checker.getBaseConstraintOfType(type);
    return bound === undefined || bound === type ? ["any"] : alternatives(bound, depth + 1);
  }
  return [nameOf(type, depth)];
}

function nameOf(type, depth) {
  if (type.flags & (F.Any | F.Unknown)) return "any";
  if (type.flags & (F.Undefined | F.Void)) return "undefined";
  if (type.flags & F.Null) return "null";
  if (type.flags & F.Boolean) return "boolean";
  if (type.flags & F.BooleanLiteral) return checker.typeToString(type);
  if (type.flags & F.StringLiteral) return JSON.stringify(type.value);
  if (type.flags & F.StringLike) return "string";
  if (type.flags & F.NumberLike) return "number";
  if (type.flags & F.BigIntLike) return "bigint";
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    // recursive types are checked at the outermost level only
    if (checker.getTypeArguments(type).some((t) => /^(NestedArray|Axes)$/.test(t.aliasSymbol?.name ?? "")))
      return "any[]";
    const kinds = [...new Set(checker.getTypeArguments(type).flatMap((t) => alternatives(t, depth + 1)))];
    if (kinds.length === 0 || kinds.includes("any")) return "any[]";
    return kinds.length > 1 ? `(${kinds.join(" | ")})[]` : `${kinds[0]}[]`;
  }
  if (isFunction(type)) return "function";
  const parts = type.isIntersection() ? type.types : type.isClassOrInterface() ? checker.getBaseTypes(type) : [];
  const part = parts.find((t) => classes.has(t.symbol));
  if (part !== undefined && !classes.has(type.symbol)) return classes.get(part.symbol);
  const { symbol } = type;
  if (symbol !== undefined && classes.has(symbol)) return classes.get(symbol);
  if (symbol?.name === "Float16ArrayLike") return "Float16Array";
  if (symbol !== undefined && (globals.test(symbol.name) || symbol.name === "ComplexNumber")) return symbol.name;
  const properties = checker.getPropertiesOfType(type);
  if (properties.some((p) => p.name.startsWith("__@iterator"))) {
    const [element] = checker.getTypeArguments(type);
    return element === undefined ? "iterable<any>" : `iterable<${kindOf(element, depth + 1)}>`;
  }
  const element = checker.getIndexInfosOfType(type)[0];
  if (element !== undefined && properties.length === 0) return `record<${kindOf(element.type, depth + 1)}>`;
  // members beside those that are known here: of any name, or of a type parameter
  const isOpen =
    type.isIntersection() &&
    type.types.some((t) => t.declaration?.typeParameter?.constraint?.kind === ts.SyntaxKind.TypeOperator) &&
    type.aliasTypeArguments?.some((t) => t.flags & F.TypeParameter);
  if (element !== undefined || isOpen) return "record<any>";
  if (properties.length === 0) return "any";
  const isOptional = (p) => (p.flags & ts.SymbolFlags.Optional) !== 0;
  const typeOf = (p) => checker.getTypeOfSymbol(p);
  if (properties.some((p) => p.flags & ts.SymbolFlags.Method || (!isOptional(p) && isFunction(typeOf(p)))))
    return `has<${properties
      .filter((p) => !isOptional(p) && !/[#@]/.test(p.name))
      .map((p) => p.name)
      .sort(byText)
      .join(", ")}>`;
  return `{ ${properties.map((p) => `${p.name}${isOptional(p) ? "?" : ""}: ${withoutUndefined(kindOf(typeOf(p), depth + 1), isOptional(p))}`).join("; ")} }`;
}

const withoutUndefined = (kind, optional) => (optional ? kind.replace(/ \| undefined$/, "") : kind);

/** Returns the elements of a rest parameter that is a tuple of one length, as parameters of their own; `null` for any other parameter. */
function tupleElements(type) {
  if (!checker.isTupleType(type)) return null;
  const { labeledElementDeclarations: labels = [], elementFlags } = type.target;
  const { Required, Optional } = ts.ElementFlags;
  if (elementFlags.some((flag) => (flag & (Required | Optional)) === 0)) return null;
  return checker.getTypeArguments(type).map((element, i) => {
    const optional = (elementFlags[i] & Optional) !== 0;
    // a parameter that is destructured has no name
    return `${labels[i]?.name.text ?? "options"}${optional ? "?" : ""}: ${withoutUndefined(kindOf(element), optional)}`;
  });
}

/** Returns the parameters of a signature as text. */
const parametersOf = (signature) =>
  signature.parameters
    .flatMap((p, i) => {
      const declaration = p.valueDeclaration ?? p.declarations?.[0];
      const rest = declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
      const optional =
        declaration !== undefined &&
        ts.isParameter(declaration) &&
        (declaration.questionToken !== undefined || declaration.initializer !== undefined);
      const name =
        declaration !== undefined && ts.isParameter(declaration) && !ts.isIdentifier(declaration.name)
          ? "options"
          : p.name;
      const type = checker.getTypeOfSymbolAtLocation(p, declaration ?? program.getSourceFile(entry));
      const elements = rest ? tupleElements(type) : null;
      if (elements !== null) return elements;
      const kind = kindOf(type);
      return `${rest ? "..." : ""}${name === "__0" ? `argument${i + 1}` : name}${optional ? "?" : ""}: ${withoutUndefined(kind, optional)}`;
    })
    .join(", ");

const entryOf = (signatures) => [...new Set(signatures.map(parametersOf))];

/** Members without checks: the engine calls them in hot paths, or they are not public. */
const internal =
  /#|^(autograd\.(Node|AccumulateGrad|FunctionContext)\.(?!registerHook|registerPrehook|saveForBackward|mark|set)|needle\.(?!Tensor\.constructor)|\w*Error\.|inspect\.Stopped|(Gradients|Tape|Tensor|ValuesIndices)\.constructor|Tensor\.(numel|dim|isContiguous)$)/;

/** Returns a class and those of its base classes that come before the next public one. */
function hiddenBases(symbol) {
  const [base] = checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol));
  return base === undefined || classes.has(base.symbol) ? [symbol] : [symbol, ...hiddenBases(base.symbol)];
}

/** Returns the class whose constructor `new` runs: the class itself, or its nearest base that declares one. */
function withConstructor(symbol) {
  for (let s = symbol; s !== undefined; ) {
    const declaration = s.declarations.find(ts.isClassDeclaration);
    if (declaration === undefined) return undefined;
    if (declaration.members.some(ts.isConstructorDeclaration)) return s;
    const base = declaration.heritageClauses?.find((h) => h.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    s = base === undefined ? undefined : target(checker.getSymbolAtLocation(base.expression));
  }
  return undefined;
}

/** Whether a declaration in an interface is that of a method: by itself, or with the type of another method. */
const isMethodOfInterface = (d) =>
  ts.isMethodSignature(d) || (ts.isPropertySignature(d) && isAliasFile(d.getSourceFile()));
const isAliasFile = ({ fileName }) => fileName.includes("/ops/aliases/");

/** Returns the constructors and methods that classes declare themselves. */
const methods = new Map();
for (const [symbol, name] of classes) {
  const own = {};
  const made = withConstructor(symbol);
  const isBase =
    made !== undefined &&
    made !== symbol &&
    checker
      .getTypeOfSymbol(made)
      .getConstructSignatures()
      .every((s) => s.parameters.length === 0);
  const isAbstract = symbol.declarations.some((d) => ts.getCombinedModifierFlags(d) & ts.ModifierFlags.Abstract);
  if (made !== undefined && !isBase && !isAbstract)
    own.constructor = entryOf(checker.getTypeOfSymbol(symbol).getConstructSignatures());
  const homes = hiddenBases(symbol).flatMap((s) => s.declarations);
  for (const member of checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))) {
    const isOwn = member.declarations?.some(
      (d) => homes.includes(d.parent) || (name === "Tensor" && isMethodOfInterface(d)),
    );
    const hidden = member.declarations?.some(
      (d) => ts.getCombinedModifierFlags(d) & (ts.ModifierFlags.Abstract | ts.ModifierFlags.Protected),
    );
    if (!isOwn || hidden || member.name.startsWith("__")) continue;
    if (!(member.flags & ts.SymbolFlags.Method) && !member.declarations?.some(isMethodOfInterface)) continue;
    own[member.name] = entryOf(checker.getTypeOfSymbol(member).getCallSignatures());
  }
  methods.set(name, Object.fromEntries(Object.entries(own).filter(([member]) => !internal.test(`${name}.${member}`))));
}

const shown = (overloads) => JSON.stringify(overloads.length === 1 ? overloads[0] : overloads);
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const sorted = (map) => [...map].sort(([a], [b]) => byText(a, b));

const folder = inRoot("engine/src/api");
const fileOf = (source) => {
  const { name } = modules.get(source);
  return `${name === "" ? "index" : kebab(name).replaceAll(".", "-").replace(/^-/, "")}.ts`;
};
const importOf = (source) => {
  const path = relative(folder, source).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
};

function moduleText(source, { name, functions, spaces }) {
  const title = name === "" ? "the package" : `\`${name}\``;
  return [
    `/** The exports of ${title}, whose functions check their arguments. Written by scripts/signatures.mjs. */`,
    ...(functions.size === 0
      ? []
      : [`import * as from from "${importOf(source)}";`, `import { guard } from "../tensor/arguments/guard.ts";`, ""]),
    `export * from "${importOf(source)}";`,
    ...sorted(spaces).map(([space, file]) => `export * as ${space} from "./${fileOf(file)}";`),
    ...(functions.size === 0 ? [] : [""]),
    ...sorted(functions).map(([f, signatures]) => {
      const guarded = (name) =>
        `const ${name}: typeof from.${f} = guard("${f}", ${shown(entryOf(signatures))}, from.${f});`;
      // `masked.var` has the name of a keyword
      return f === "var" ? `${guarded("guardedVar")}\nexport { guardedVar as var };` : `export ${guarded(f)}`;
    }),
    "",
  ].join("\n");
}

const methodsText = (title, chosen) =>
  [
    `/** The signatures of ${title}. Written by scripts/signatures.mjs. */`,
    `import type { ClassSignatures } from "../tensor/arguments/guard.ts";`,
    "",
    "export const methods: ClassSignatures = {",
    ...sorted(methods)
      .filter(([name]) => chosen(name))
      .map(([name, own]) => {
        const lines = sorted(Object.entries(own)).map(
          ([member, overloads]) => `    ${key(member)}: ${shown(overloads)},`,
        );
        return lines.length === 0 ? `  ${key(name)}: {},` : `  ${key(name)}: {\n${lines.join("\n")}\n  },`;
      }),
    "};",
    "",
  ].join("\n");

const files = {
  "tensor-methods.ts": methodsText("the methods of tensors", (name) => name === "Tensor"),
  "class-methods.ts": methodsText(
    "the constructors and methods of the other public classes",
    (name) => name !== "Tensor",
  ),
};
for (const [source, found] of modules) files[fileOf(source)] = moduleText(source, found);

for (const name of readdirSync(folder).filter((f) => f !== "classes.ts" && !(f in files))) {
  stale = true;
  if (isCheck) console.error(`engine/src/api/${name} has no exports any more: run npm run signatures`);
  else rmSync(`${folder}/${name}`);
}
for (const [name, text] of Object.entries(files)) put(`engine/src/api/${name}`, text);
if (stale && isCheck) process.exitCode = 1;
