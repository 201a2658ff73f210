// node --test-reporter=spec tools/browser/test.mjs BOOKDIR [TRACEPAGE]

import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { checks, ofTracePage } from "./checks/index.mjs";
import { pagesOf } from "./book.mjs";
import { serve } from "./server.mjs";
import { start } from "./browser.mjs";

const [given, tracePage, ...rest] = process.argv.slice(2);
if (!given || rest.length) {
  console.error("usage: node tools/browser/test.mjs BOOKDIR [TRACEPAGE]");
  process.exit(2);
}

const book = { folder: resolve(given), tracePage };
let server;

before(async () => {
  book.pages = pagesOf(book.folder);
  book.browser = await start();
  server = await serve(book.folder);
  book.routes = { file: pathToFileURL(`${book.folder}/`).href, server: server.address };
});

after(async () => {
  await book.browser?.close();
  server?.close();
});

for (const { name, check } of [...checks, ...(tracePage ? ofTracePage : [])]) {
  test(name, async () => {
    const problems = await check(book);
    if (problems.length) assert.fail(problems.join("\n"));
  });
}
