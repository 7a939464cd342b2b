/** Pages of operators, made from the registry's records and TypeDoc's pages of their functions. */
import katex from "../../docs/site/node_modules/katex/dist/katex.mjs";
import { mergeOverloads } from "./overloads.ts";
import { plotOf } from "./plot.ts";

/** Families in the order of the index; the names are PyTorch's namespaces. */
const families = [
  {
    page: "torch",
    title: "torch",
    summary: "Arithmetic, comparisons, reductions, shapes, joins, sorting, picking by index.",
  },
  { page: "Tensor", title: "torch.Tensor", summary: "Operators that PyTorch has as methods alone." },
  {
    page: "nn.functional",
    title: "torch.nn.functional",
    summary: "Activations, layers, pooling, norms, attention, losses.",
  },
];
const internal = {
  page: "internal",
  title: "Internal operators",
  order: 1000,
  summary: "Steps of other operators. They have no public function, and appear on the tape.",
};
const known = new Map();

/** Whether an operator is a step of others: a public function of its name, such as `slice`, is then not the operator. */
export const isInternal = ({ torch }) => /^(ops\.|_)/.test(torch);

/** Returns the family of an operator: its namespace in PyTorch, or the internal one where it has no public function. */
export function familyOf({ torch }, isPublic) {
  if (!isPublic) return internal;
  const dotted = torch.split(".").slice(0, -1).join(".");
  const page = dotted === "" ? "torch" : dotted;
  const at = families.findIndex((f) => f.page === page);
  if (!known.has(page))
    known.set(page, {
      ...(families[at] ?? { page, title: `torch.${page}`, summary: `Operators of torch.${page}.` }),
      order: at < 0 ? families.length + known.size : at,
    });
  return known.get(page);
}

/** Returns a formula if KaTeX can show it, which is an error otherwise. */
function checked(operator, formula) {
  try {
    katex.renderToString(formula, { throwOnError: true });
  } catch (error) {
    throw new Error(`${operator.name}: KaTeX cannot show ${formula}: ${error.message}`, { cause: error });
  }
  return formula;
}

const formulaOf = ({ info }) => (typeof info.tex === "string" ? info.tex : info.tex.forward);

/** A word for how the operator comes about. */
function kindOf({ spec }) {
  if (spec === null) return "composed of others";
  if ("view" in spec) return "a view";
  return spec.batch === "elementwise" ? "elementwise" : "";
}

/** Returns the page of a family: a table of its operators. */
export function familyPage(family, members) {
  const rows = members.map(
    ({ operator, path }) =>
      `| [${operator.name}](${path.split("/").slice(1).join("/")}) | $${formulaOf(operator).replaceAll("|", "\\vert ")}$ | ${kindOf(operator)} |`,
  );
  return `# ${family.title}\n\n${family.summary}\n\n| operator | formula | |\n|---|---|---|\n${rows.join("\n")}\n`;
}

const snake = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The call as PyTorch writes it. */
function torchCall({ torch, parameters }) {
  const python = (value) =>
    value === null ? "None" : value === true ? "True" : value === false ? "False" : JSON.stringify(value);
  const list = parameters.map((p) => (p.required ? snake(p.name) : `${snake(p.name)}=${python(p.default)}`));
  return `torch.${torch}(${list.join(", ")})`;
}

/** Formula and gradient rule. */
function definition(operator) {
  const { tex, kink } = operator.info;
  const math = (formula) => `$$\n${checked(operator, formula)}\n$$\n`;
  if (typeof tex === "string")
    return `## Definition\n\n${math(tex)}\nThis function is composed of other operators, which the tape records one by one inside a scope; its gradient is theirs.\n`;
  const rule =
    operator.spec?.vjp === "none"
      ? "The result has no gradient.\n"
      : `${math(tex.vjp)}\nA bar marks the gradient of the loss: $\\bar y$ is that of the output, from which that of each input is computed.\n`;
  const kinks = typeof kink === "string" ? `\n## Kinks\n\n${kink}\n` : "";
  return `## Definition\n\n${math(tex.forward)}\n## Gradient\n\n${rule}${kinks}`;
}

/** Names and defaults, by which `callByName` takes arguments. */
function names({ name, parameters }) {
  const rows = parameters.map(
    (p) =>
      `| \`${[p.name, ...p.aliases].join("`, `")}\` | ${p.required ? "required" : `\`${JSON.stringify(p.default)}\``} |`,
  );
  return `## Parameters by name\n\n\`operators.get("${name}")\` has \`callByName\`, which takes one object with these names, as PyTorch's documentation writes them.\n\n| name | default |\n|---|---|\n${rows.join("\n")}\n`;
}

/** Returns the Markdown of an operator's page; `page` is TypeDoc's page of its function, `null` if that is not public. */
export function operatorPage(operator, page, engine) {
  const title = `# ${operator.name}\n\n`;
  const torch = `In PyTorch: \`${torchCall(operator)}\`\n`;
  if (page === null) {
    const intro = `${internal.summary.split(".")[0]}: \`${operator.name}\` has no public function.`;
    return `${title}${intro}\n\n${definition(operator)}\n${names(operator)}`;
  }
  const [head, ...rest] = mergeOverloads(page).split(/^(?=## )/m);
  const body = head.replace(/^# .*\n+/, "");
  const plot = plotOf(operator, engine);
  const parts = [title, body.trimEnd(), "\n\n", torch, "\n", definition(operator), plot === "" ? "" : `\n${plot}\n`];
  return `${parts.join("")}\n${rest.join("").trimEnd()}\n\n${names(operator)}`;
}
