/** Links of generated Markdown pages, when pages move. */
import { posix } from "node:path";

/** A link to a member of another class, as in "Inherited from"; not every member has a heading there. */
const member = /(\]\([^()\s]+\)\.\[[^\]]+\]\([^()\s#]+)#[^()\s]+\)/g;
const page = /\]\(([^()\s#:]+\.md)(#[^()\s]*)?\)/g;

/** Rewrites the relative links of a page that moves from `from` to `to`, where other pages move too. */
export function relink(text: string, from: string, to: string, moved: ReadonlyMap<string, string>): string {
  return text.replace(member, "$1)").replace(page, (_, path: string, anchor = "") => {
    const target = posix.join(posix.dirname(from), path);
    // an operator's page has other headings than TypeDoc's page of its function
    const kept = moved.has(target) ? "" : anchor;
    return `](${posix.relative(posix.dirname(to), moved.get(target) ?? target)}${kept})`;
  });
}
