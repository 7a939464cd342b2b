/** TypeDoc's pages of functions with several signatures. */

const heading = "## Call Signature\n";

/** Gathers all signatures at the top of a page, and keeps what was repeated for each of them once. */
export function mergeOverloads(page: string): string {
  const [head, ...parts] = page.split(heading);
  if (parts.length === 0) return page;
  const signatures = parts.map((part) => /```ts\n[^]*?```/.exec(part)?.[0] ?? "");
  const longest = parts.reduce((a, b) => (b.length > a.length ? b : a));
  const rest = longest.replace(/```ts\n[^]*?```/, "").replace(/^###/gm, "##");
  return `${head}${signatures.join("\n\n")}\n${rest}`;
}
