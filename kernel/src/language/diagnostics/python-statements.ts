/** Statements and expressions of Python, and how TypeScript writes them. */

/** A pattern of Python's syntax, and the message with the parts that it has found. */
interface Form {
  readonly pattern: RegExp;
  readonly instead: (parts: readonly string[]) => string;
}

const isEmpty = (text: string): boolean => text.trim() === "";

/** Returns parameters without Python's defaults for keyword arguments and `self`. */
const parameters = (list: string): string => list.replace(/^\s*self\s*(,\s*)?/, "");

/** The forms, of which the first that fits a line is taken. */
const forms: readonly Form[] = [
  {
    pattern: /^\s*(?:async\s+)?def\s+(\w+)\s*\((.*)\)\s*(?:->.*)?:/,
    instead: ([name = "", list = ""]) =>
      /^\s*self\b/.test(list)
        ? `A method is written ${name === "__init__" ? "constructor" : name}(${parameters(list)}) { … }`
        : `A function is written function ${name}(${list}) { … }`,
  },
  {
    pattern: /^\s*class\s+(\w+)\s*(?:\((.*)\))?\s*:/,
    instead: ([name = "", base = ""]) =>
      `A class is written class ${name}${isEmpty(base) ? "" : ` extends ${base}`} { … }`,
  },
  {
    pattern: /^\s*for\s+(\w+)\s+in\s+(.+?)\s*:/,
    instead: ([name = "", list = ""]) => `A loop is written for (const ${name} of ${list}) { … }`,
  },
  {
    pattern: /^\s*for\s+(\w+(?:\s*,\s*\w+)+)\s+in\s+(.+?)\s*:/,
    instead: ([names = "", list = ""]) => `A loop is written for (const [${names}] of ${list}) { … }`,
  },
  {
    pattern: /^\s*(if|while)\s+(.+?)\s*:\s*(?:#.*)?$/,
    instead: ([word = "", condition = ""]) => `It is written ${word} (${condition}) { … }`,
  },
  {
    pattern: /^\s*(?:\}\s*)?elif\s+(.+?)\s*:/,
    instead: ([condition = ""]) => `It is written else if (${condition}) { … }`,
  },
  {
    pattern: /^\s*with\s+(?:\w+\.)*no_?grad\(\)\s*:/i,
    instead: () => "It is written noGrad(() => { … })",
  },
  {
    pattern: /^\s*from\s+([\w.]+)\s+import\s+(.+)/,
    instead: ([module = "", names = ""]) => `It is written ${importOf(module, names.trim())}`,
  },
  {
    pattern: /^\s*import\s+([\w.]+)(?:\s+as\s+(\w+))?\s*;?\s*$/,
    instead: ([module = "", name = ""]) => `It is written ${importOf(module, null, name)}`,
  },
  {
    pattern: /\blambda\s+([\w\s,]*?)\s*:\s*(.+)/,
    instead: ([list = ""]) => `A function is written (${list}) => …`,
  },
  {
    pattern: /\[\s*(.+?)\s+for\s+(\w+)\s+in\s+((?:[^[\]]|\[[^[\]]*\])+)\]/,
    instead: ([value = "", name = "", list = ""]) => `It is written ${list.trim()}.map((${name}) => ${value})`,
  },
  {
    pattern: /(?:^|[\s(=])([\w.]+)\s+if\s+(.+?)\s+else\s+(.+)/,
    instead: ([yes = "", condition = "", no = ""]) => `It is written ${condition} ? ${yes} : ${no}`,
  },
  { pattern: /\bnot\s+([\w.]+)/, instead: ([operand = ""]) => `It is written !${operand}` },
  {
    pattern: /[\w)\]]\s+(and|or)\s+[\w(!]/,
    instead: ([word = ""]) => `The operator ${word} is written ${word === "and" ? "&&" : "||"}`,
  },
  { pattern: /\bf(["'])(.*?)\1/, instead: ([, text = ""]) => `It is written \`${text.replaceAll("{", "${")}\`` },
  { pattern: /(?:^|\s)#\s.*/, instead: () => "A comment begins with //" },
];

/** The engine's namespaces of PyTorch's modules. */
const namespaces: Readonly<Record<string, string>> = {
  "torch.nn": "nn",
  "torch.nn.functional": "F",
  "torch.optim": "optim",
  "torch.autograd": "autograd",
  "torch.func": "func",
  "torch.utils.data": "data",
  "torch.distributions": "distributions",
  "torch.linalg": "linalg",
  "torch.fft": "fft",
};

/** Returns the import of names of a module of Python, or of the whole module as `name`. */
function importOf(module: string, names: string | null, name = ""): string {
  const namespace = namespaces[module];
  if (namespace !== undefined) {
    const members = names?.split(/\s*,\s*/).map((n) => `${namespace}.${n}`);
    return `import { ${namespace} } from "tapelab";${members === undefined ? "" : ` then ${members.join(", ")}`}`;
  }
  const from = module === "torch" || module === "numpy" ? "tapelab" : module;
  return names === null ? `import * as ${name || module} from "${from}";` : `import { ${names} } from "${from}";`;
}

/** A part of a line, by offsets in it, and the message about it. */
interface PythonForm {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** Returns the first form of Python in a line; `null` if there is none. */
export function pythonForm(line: string): PythonForm | null {
  for (const { pattern, instead } of forms) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const [whole, ...parts] = match;
    const start = match.index + whole.length - whole.trimStart().length;
    return { start, end: match.index + whole.trimEnd().length, message: instead(parts) };
  }
  return null;
}
