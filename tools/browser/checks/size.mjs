// Narrow screens and slow lines.

import { weightOf } from "../book.mjs";

const NARROW = 360;
const HEAVY = 80_000;

export async function fitsNarrowScreens({ browser, pages }, base) {
  const problems = [];
  const context = await browser.newContext({ viewport: { width: NARROW, height: 740 } });
  const page = await context.newPage();
  for (const path of pages) {
    await page.goto(base + path);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    for (const what of await page.evaluate(sticksOut)) problems.push(`${path}: ${what}`);
  }
  await context.close();
  return problems;
}

/** Runs in the page: what makes it wider than the screen. A box may scroll what it holds. */
function sticksOut() {
  const width = document.documentElement.clientWidth;
  const scrolls = element => {
    for (let box = element.parentElement; box && box.tagName !== "MAIN"; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  };
  const found = Array.from(document.querySelectorAll("main *"))
    .filter(element => element.getBoundingClientRect().right > width + 1 && !scrolls(element))
    .map(element => `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className} sticks out`);
  const whole = document.documentElement.scrollWidth;
  if (whole > width) found.push(`the page is ${whole} px wide`);
  return found.slice(0, 5);
}

export async function isLight({ folder, pages }) {
  return pages
    .map(page => [page, weightOf(folder, page)])
    .filter(([, bytes]) => bytes > HEAVY)
    .map(([page, bytes]) => `${page}: ${bytes} bytes`);
}
