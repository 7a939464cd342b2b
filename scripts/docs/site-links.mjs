/** Checks of the built site. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const attribute = (name) => new RegExp(`\\s${name}="([^"]*)"`, "g");
const valuesOf = (text, name) => [...text.matchAll(attribute(name))].map(([, value]) => value);
const isElsewhere = (link) => /^([a-z][a-z+.-]*:|\/\/)/i.test(link);
const isCode = (name) => /\.(css|js)$/.test(name.split("?")[0]);

/** Returns the scripts, style sheets and pictures that a page loads from elsewhere: the site must work without a network. */
function loadedFromElsewhere(text) {
  const tags = [...text.matchAll(/<(?:script|img|link)\s[^>]*>/g)].map(([tag]) => tag);
  return tags
    .filter((tag) => !/rel="(canonical|search|index|next|prev)"/.test(tag))
    .flatMap((tag) => [...valuesOf(tag, "src"), ...valuesOf(tag, "href")])
    .filter((link) => isElsewhere(link) && !link.startsWith("data:"));
}

/** Returns a line for each link to a missing page, file or heading, and for each script or picture from elsewhere. */
export function brokenLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: "utf8" })
    .filter((f) => f.endsWith(".html") && !f.startsWith("_static"))
    .map((f) => join(site, f));
  const texts = new Map(pages.map((page) => [page, readFileSync(page, "utf8")]));
  const anchors = new Map(
    [...texts].map(([page, text]) => [page, new Set([...valuesOf(text, "id"), ...valuesOf(text, "name")])]),
  );
  const broken = [];
  for (const [page, text] of texts) {
    const say = (fault) => broken.push(`${relative(site, page)}: ${fault}`);
    for (const link of loadedFromElsewhere(text)) say(`loads ${link}`);
    for (const link of new Set([...valuesOf(text, "href"), ...valuesOf(text, "src")])) {
      if (isElsewhere(link) || link === "#") continue;
      const [path, anchor = ""] = link.replaceAll("&amp;", "&").split("#");
      const target = path === "" ? page : resolve(dirname(page), decodeURI(path.split("?")[0]));
      const file =
        target.endsWith(".html") || isCode(path) || existsSync(`${target}`) ? target : join(target, "index.html");
      if (!existsSync(file)) say(`${link} leads nowhere`);
      else if (anchor !== "" && anchors.has(file) && !anchors.get(file).has(decodeURIComponent(anchor)))
        say(`${link} has no such heading`);
    }
  }
  return broken;
}
