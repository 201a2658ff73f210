// Who uses a keyboard sees where they are; who asks for less motion gets none.

import { pageWith } from "./widgets.mjs";

/** Pages with everything that can have the focus. */
const WITH = ["section.predict[data-kind=order]", "figure.trace", ".exercise details", "figure.measurement details"];

export async function focusIsSeen(book, base) {
  const problems = new Set();
  for (const selector of WITH) {
    const page = await pageWith(book, base, selector);
    const seen = new Set();
    // Round the page once: the focus comes back to where it began, or leaves for the browser's own bars.
    for (let stop = 0; stop < 300; stop += 1) {
      await page.keyboard.press("Tab");
      const { name, number, visible } = await page.evaluate(focused);
      if (seen.has(number)) break;
      seen.add(number);
      if (!visible) problems.add(`no outline: ${name}`);
    }
    if (seen.size < 20) problems.add(`${selector}: only ${seen.size} stops`);
    await page.close();
  }
  return Array.from(problems);
}

/** Runs in the page: what has the focus, and whether that can be seen. */
function focused() {
  const it = document.activeElement;
  window.stops ??= new Map();
  if (!window.stops.has(it)) window.stops.set(it, window.stops.size);
  const style = getComputedStyle(it);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const name = `${it.tagName.toLowerCase()}#${it.id}.${it.className}`;
  return { name, number: window.stops.get(it), visible: outlined || it === document.body };
}

export async function motionIsReduced(book, base) {
  const problems = [];
  for (const [reducedMotion, wanted] of [
    ["reduce", false],
    ["no-preference", true],
  ]) {
    const context = await book.browser.newContext({ reducedMotion });
    const page = await context.newPage();
    await page.goto(base + book.pages[0]);
    const moving = await page.evaluate(() =>
      Array.from(document.querySelectorAll("*"))
        .filter(element => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return transitionDuration.split(",").some(time => parseFloat(time) > 0) || animationName !== "none";
        })
        .map(element => element.id || element.tagName),
    );
    // With motion there is some: or this looks for the wrong thing.
    if (moving.length > 0 !== wanted) problems.push(`${reducedMotion}: moving are ${moving.join(", ") || "none"}`);
    await context.close();
  }
  return problems;
}
