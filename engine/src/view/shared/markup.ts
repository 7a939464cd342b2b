/** Writes HTML and SVG as text. */

/** Escapes text for use between tags and in attributes. */
export const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Attributes of an element, unescaped. */
export type Attributes = Readonly<Record<string, string | number>>;

/**
 * The white space between the children of tables and lists. A table looks the same with it, and a reader that removes the tags, such as a sanitizer, keeps cells apart and
 * rows on lines of their own.
 */
const separators: Readonly<Record<string, string>> = { tr: " ", thead: "\n", tbody: "\n", table: "\n", ul: "\n" };

/** Returns an element as text. Attributes are escaped, numbers among them rounded to two decimals; children are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const text = Object.entries(attributes)
    .map(
      ([key, value]) =>
        ` ${key}="${escapeText(typeof value === "number" ? String(Math.round(value * 100) / 100) : value)}"`,
    )
    .join("");
  return children.length === 0
    ? `<${name}${text}/>`
    : `<${name}${text}>${children.join(separators[name] ?? "")}</${name}>`;
}

/** Attributes of cells of text: JupyterLab's style sheet aligns all cells of tables to the right. */
export const leftAligned = { style: "text-align: left" } as const;
