// node tools/browser/test.mjs BOOKDIR [TRACEPAGE] [--only WORDS]

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { checks, ofTracePage } from "./checks/index.mjs";
import { pagesOf } from "./book.mjs";
import { serve } from "./server.mjs";
import { start } from "./browser.mjs";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: "string", default: "" } } });
const [given, tracePage, ...rest] = positionals;
if (!given || rest.length) {
  console.error("usage: node tools/browser/test.mjs BOOKDIR [TRACEPAGE] [--only WORDS]");
  process.exit(2);
}

let browser;
let server;
try {
  const folder = resolve(given);
  const pages = pagesOf(folder);
  browser = await start();
  server = await serve(folder);
  const routes = {
    file: pathToFileURL(`${folder}/`).href,
    server: server.address,
  };
  process.exitCode = (await run({ browser, folder, pages, routes, tracePage })) ? 1 : 0;
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
} finally {
  await browser?.close();
  server?.close();
}

/** Runs all checks; resolves to how many failed. */
async function run(book) {
  const counts = { passed: 0, failed: 0 };
  const all = [...checks, ...(book.tracePage ? ofTracePage : [])];
  for (const { name, check } of all.filter(({ name }) => name.includes(values.only))) {
    const started = Date.now();
    const problems = await check(book).catch(error => [error.stack]);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    counts[problems.length ? "failed" : "passed"] += 1;
    console.log(`${problems.length ? "FAILED" : "ok"}  ${name} (${seconds} s)`);
    for (const problem of problems) console.log(`        ${problem}`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed;
}
