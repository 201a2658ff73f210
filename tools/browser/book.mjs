// The built book on disk: which pages it has, and what they weigh.

import { gzipSync } from "node:zlib";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";

/** Not chapters: parts of mdBook's machinery. */
const NOT_PAGES = ["404.html", "toc.html", "print.html"];

/** The chapters, as paths from the folder of the book. */
export function pagesOf(folder) {
  if (!existsSync(join(folder, "index.html"))) {
    throw new Error(`${folder} is no built book (no index.html); run: cargo book build --out ${folder}`);
  }
  return readdirSync(folder, { recursive: true })
    .map(path => path.split(sep).join("/"))
    .filter(path => path.endsWith(".html") && !NOT_PAGES.includes(path))
    .sort();
}

/** How many bytes of HTML, and of scripts and styles of our own, a page is when compressed. */
export function weightOf(folder, page) {
  const html = readFileSync(join(folder, page));
  const ours = html.toString().match(/theme\/(workbook|predict|scheduler)[^"']*\.(js|css)/g) ?? [];
  return [html, ...ours.map(path => readFileSync(join(folder, path)))]
    .map(bytes => gzipSync(bytes).length)
    .reduce((sum, bytes) => sum + bytes);
}
