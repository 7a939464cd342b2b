/** Pages of operators, made from the registry's records and TypeDoc's pages of their functions. */
import { mergeOverloads } from "./overloads.ts";
import { plotOf } from "./plot.ts";
import { type DocumentedOperator, type Engine, formulasOf } from "./registry.ts";

/** A group of operators with a page of its own. */
export interface Family {
  /** The name of its file. */
  readonly page: string;
  readonly title: string;
  readonly summary: string;
  /** Its place in the index. */
  readonly order: number;
}

/** Summaries of PyTorch's namespaces. */
const summaries: Readonly<Record<string, string>> = {
  torch: "Arithmetic, comparisons, reductions, shapes, joins, picking by index.",
  Tensor: "Operators that PyTorch has only as methods.",
  "nn.functional": "Activations, layers, pooling, normalization, attention, losses.",
  linalg: "Linear algebra.",
  special: "Special functions.",
  fft: "Discrete Fourier transforms.",
};
const first = Object.keys(summaries);

const internal: Family = {
  page: "internal",
  title: "Internal operators",
  order: 1000,
  summary: "Steps of other operators. They have no public function, but appear on the tape.",
};

/** Whether an operator is a step of others: a public function of its name, such as `slice`, is then not the operator. */
export const isInternal = ({ torch }: DocumentedOperator): boolean => /^(ops\.|_)/.test(torch);

/** Returns the family of an operator: its namespace in PyTorch, or the internal one if it has no public function. */
export function familyOf({ torch }: DocumentedOperator, isPublic: boolean): Family {
  if (!isPublic) return internal;
  const namespace = torch.includes(".") ? torch.slice(0, torch.lastIndexOf(".")) : "torch";
  const title = namespace === "torch" ? "torch" : `torch.${namespace}`;
  const at = first.indexOf(namespace);
  return { page: namespace, title, summary: summaries[namespace] ?? "", order: at < 0 ? first.length : at };
}

/** Says in a word how the operator is computed. */
function kindOf({ spec }: DocumentedOperator): string {
  if (spec === null) return "composite";
  if ("view" in spec) return "view";
  return spec.batch === "elementwise" ? "elementwise" : "";
}

/** Returns the page of a family: a table of its operators, each with the path of its page. */
export function familyPage(family: Family, members: readonly [operator: DocumentedOperator, path: string][]): string {
  const rows = members.map(([operator, path]) => {
    // a bar would end the cell of the table
    const formula = formulasOf(operator)[0].replaceAll("|", "\\vert ");
    return `| [${operator.name}](${path}) | $${formula}$ | ${kindOf(operator)} |`;
  });
  return `# ${family.title}\n\n${family.summary}\n\n| operator | formula | kind |\n|---|---|---|\n${rows.join("\n")}\n`;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Writes a default value in Python. */
function inPython(value: unknown): string {
  if (value === null) return "None";
  return typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
}

/** Returns the call as PyTorch writes it. */
function torchCall({ torch, parameters }: DocumentedOperator): string {
  const list = parameters.map((p) => snakeCase(p.name) + (p.required ? "" : `=${inPython(p.default)}`));
  return `torch.${torch}(${list.join(", ")})`;
}

const displayed = (formula: string): string => `$$\n${formula}\n$$\n`;

/** Returns the sections with the formula and the gradient rule. */
function definition(operator: DocumentedOperator): string {
  const [forward, vjp] = formulasOf(operator);
  const head = `## Definition\n\n${displayed(forward)}\n`;
  if (operator.spec === null)
    return `${head}This function is a composite: the tape records the operators that it calls, inside a scope, and its gradient follows from theirs.\n`;
  if (vjp === undefined) return `${head}## Gradient\n\nThe result has no gradient.\n`;
  return `${head}## Gradient\n\n${displayed(vjp)}\nA bar marks the gradient of the loss with respect to a variable: $\\bar y$ is the upstream gradient, that of the output.\n`;
}

/** Returns the section on the kink, if the gradient there can be chosen. */
function kinkOf({ spec }: DocumentedOperator): string {
  if (spec?.kink === undefined) return "";
  const { option, at, default: usual, choices } = spec.kink;
  const isInterval = typeof choices[0] === "number";
  const among = isInterval ? `a number in [${choices.join(", ")}]` : choices.map((c) => `\`"${c}"\``).join(", ");
  const [gives, example] = isInterval ? [usual, choices[0]] : [`\`"${usual}"\``, `"${choices[2]}"`];
  return `## Kink\n\nAt ${at} the rule is ${gives}, as in PyTorch. \`autograd.setSubgradients({ ${option}: ${example} })\` chooses another one: ${among}.\n`;
}

/** Returns the section with names and defaults, by which `callByName` takes arguments. */
function namesAndDefaults({ name, parameters }: DocumentedOperator): string {
  const rows = parameters.map((p) => {
    const names = [p.name, ...p.aliases].map((n) => `\`${n}\``).join(", ");
    return `| ${names} | ${p.required ? "required" : `\`${JSON.stringify(p.default)}\``} |`;
  });
  const intro = `\`operators.get("${name}")!.callByName({ … })\` takes all arguments by name, as PyTorch calls them:`;
  return `## Names and defaults\n\n${intro}\n\n| name | default |\n|---|---|\n${rows.join("\n")}\n`;
}

/** Returns the Markdown of an operator's page; `page` is TypeDoc's page of its function, `null` if that is not public. */
export function operatorPage(operator: DocumentedOperator, page: string | null, engine: Engine): string {
  const title = `# ${operator.name}`;
  const torch = `In PyTorch: \`${torchCall(operator)}\``;
  const end = [definition(operator), kinkOf(operator), plotOf(operator, engine)];
  if (page === null) {
    const intro = "An internal operator: a step of other operators, without a public function.";
    return [title, intro, torch, ...end, namesAndDefaults(operator)].filter(Boolean).join("\n\n");
  }
  const [head, ...sections] = mergeOverloads(page).split(/^(?=## )/m);
  const signature = head.replace(/^# .*\n+/, "").trimEnd();
  return [title, signature, torch, ...end, sections.join("").trimEnd(), namesAndDefaults(operator)]
    .filter(Boolean)
    .join("\n\n");
}
