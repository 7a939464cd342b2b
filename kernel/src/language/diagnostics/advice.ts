/** Advice that is added to messages of the compiler: what to import, and what to write instead of habits of Python and PyTorch. */

import { dirname } from "node:path";
import { engineTypes } from "../compiler/options.ts";
import type { Program } from "../compiler/program-api.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { adviceOnExport, adviceOnName, dtypesOf } from "./engine-names.ts";
import { insteadOfMember } from "./habits.ts";

/** Advice on a message. */
export interface Advice {
  readonly text: string;
  /** Whether a later message is a consequence of the same mistake. */
  readonly explains: (message: string, offset: number) => boolean;
}

const explainsNothing = (): boolean => false;

/** A message of the compiler, and what it is about. */
interface Subject {
  readonly program: Program;
  readonly file: SyntaxNode;
  readonly message: string;
  readonly offset: number;
  /** Returns the text of a node as it was typed. */
  readonly typed: (node: SyntaxNode) => string;
}

const camelCase = (name: string): string =>
  name.replaceAll(/(?<=[a-z0-9])_([a-z])/g, (_, c: string) => c.toUpperCase());

/** Returns Python's constants as TypeScript writes them. */
const withoutPython = (text: string): string => ({ True: "true", False: "false", None: "null" })[text] ?? text;

const isAssignment = (node: SyntaxNode): boolean => node.operatorToken?.kind === ts.SyntaxKind["EqualsToken"];

/** Returns the arguments of a call that are assignments to a name, of which `node` is one; [] if it is none. */
function namedArguments(node: SyntaxNode): readonly SyntaxNode[] {
  const isNamed = (e: SyntaxNode): boolean => isAssignment(e) && e.left?.kind === ts.SyntaxKind["Identifier"];
  const assignment = node.parent;
  if (assignment === undefined || assignment.left !== node || !isNamed(assignment)) return [];
  const list = assignment.parent?.arguments ?? [];
  return list.includes(assignment) ? list.filter(isNamed) : [];
}

/** Returns advice on `f(x, dim=0)`. */
function adviceOnNamedArguments({ file, offset, typed }: Subject): Advice | null {
  const list = namedArguments(ts.getTouchingPropertyName(file, offset));
  const call = list[0]?.parent;
  if (call === undefined) return null;
  const value = (node: SyntaxNode | undefined): string => (node === undefined ? "" : withoutPython(typed(node)));
  const text = list.map(({ left, right }) => `${camelCase(left?.text ?? "")}: ${value(right)}`);
  // no overload fits the call without them
  const [from, to] = [call.getStart(file), call.getEnd()];
  return {
    text: `Named arguments are the properties of one object: { ${text.join(", ")} }.`,
    explains: (_, at) => from <= at && at < to,
  };
}

/** Returns the text of a node's type, Tensor for an unknown one. */
function typeName(program: Program, node: SyntaxNode | undefined): string {
  const checker = program.getTypeChecker();
  const name = node === undefined ? "any" : checker.typeToString(checker.getTypeAtLocation(node));
  return name === "any" ? "Tensor" : name;
}

/** Returns advice on `this.name = value` where the class declares no such field. */
function adviceOnField({ program, file, offset, message, typed }: Subject): Advice | null {
  const name = ts.getTouchingPropertyName(file, offset);
  const access = name.parent;
  const assignment = access?.parent;
  if (access === undefined || access.name !== name) return null;
  if (access.expression?.kind !== ts.SyntaxKind["ThisKeyword"]) return null;
  if (assignment === undefined || assignment.left !== access || !isAssignment(assignment)) return null;
  const value = assignment.right === undefined ? "" : typed(assignment.right);
  const field = /^new .{1,60}$/.test(value)
    ? `${name.text} = ${value};`
    : `${name.text}: ${typeName(program, assignment.right)};`;
  return {
    text: `Declare the field in the class, before the constructor: ${field}`,
    explains: (other) => other.startsWith(message.slice(0, message.indexOf("'.") + 2)),
  };
}

/** Returns advice on `++` and `--` of a tensor. */
function adviceOnIncrement({ program, file, offset }: Subject): string | null {
  const operand = ts.getTouchingPropertyName(file, offset);
  const isTensor = program.getTypeChecker().getTypeAtLocation(operand).symbol?.name === "Tensor";
  return isTensor ? `Of a tensor, write ${operand.text} = ${operand.text} + 1` : null;
}

/** Beginning of the paths of the engine's modules. */
const engine = dirname(engineTypes);

/** The messages of the compiler on which there is advice. Where the advice replaces it, the compiler's own guess is wrong. */
const rules: readonly {
  readonly pattern: RegExp;
  readonly advise: (subject: Subject, name: string, second: string) => Advice | string | null;
}[] = [
  { pattern: /^Cannot find name '([^']+)'/, advise: adviceOnNamedArguments },
  { pattern: /^Cannot find name '([^']+)'/, advise: ({ program }, name) => adviceOnName(program, name) },
  {
    pattern: /^Module '"tapelab"' has no exported member '([^']+)'/,
    advise: ({ program }, name) => adviceOnExport(program, name),
  },
  {
    pattern: /^Property '([^']+)' does not exist on type 'typeof import\("([^"]+)"\)'/,
    advise: ({ program }, name, module) => (module.startsWith(engine) ? adviceOnExport(program, name) : null),
  },
  { pattern: /^Property '([^']+)' does not exist on type 'Tensor'/, advise: (_, name) => insteadOfMember(name) },
  { pattern: /^Property '([^']+)' does not exist on type/, advise: adviceOnField },
  {
    pattern: /^Parameter '([^']+)' implicitly has an 'any' type/,
    advise: (_, name) => `Write its type, as in ${name}: Tensor, or ${name}: number.`,
  },
  {
    pattern: /^(?:Argument of type|Type) '(.+)' is not assignable to (?:parameter of )?type 'DType(?: \| \w+)*'/,
    advise: ({ program }) =>
      `The dtypes are ${dtypesOf(program).join(", ")}; tensors are in the memory of the processor.`,
  },
  {
    pattern: /^Argument of type '(.+)\[\]' is not assignable to parameter of type 'Layer'/,
    advise: ({ offset }) => ({
      text: "Layers are given one by one: new nn.Sequential(a, b), or ...layers of an array.",
      explains: (_, at) => at === offset,
    }),
  },
  { pattern: /^An arithmetic operand must be of type/, advise: adviceOnIncrement },
];

/** Returns the advice on a message of the compiler; `null` if there is none. */
export function adviceOn(subject: Subject): Advice | null {
  for (const { pattern, advise } of rules) {
    const match = pattern.exec(subject.message);
    const advice = match && advise(subject, match[1] ?? "", match[2] ?? "");
    if (typeof advice === "string") return { text: advice, explains: explainsNothing };
    if (advice) return advice;
  }
  return null;
}
