// mdBook's five themes: that they can be chosen, and that they can be read.

import axe from "axe-core";

const THEMES = ["light", "rust", "coal", "navy", "ayu"];

/** Rules that a change of colours can break. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** What is looked at with axe: everything once on a wide and a narrow screen, and the colours of each theme. */
const LOOKS = [
  { theme: "light", width: 1280, rules: null },
  { theme: "light", width: 360, rules: null },
  ...THEMES.slice(1).map(theme => ({ theme, width: 1280, rules: OF_COLOUR })),
];

/** mdBook's own parts that are closed at first. */
const STOCK = {
  "the list of themes": page => page.locator("#mdbook-theme-toggle").click(),
  "the search": async page => {
    await page.keyboard.press("s");
    await page.locator("#mdbook-searchbar").fill("lock");
    await page.keyboard.press("Shift"); // mdBook listens for keys
    await page.locator("#mdbook-searchresults li").first().waitFor();
  },
  "the list of keys": async page => {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("?");
    await page.locator("#mdbook-help-container").waitFor();
  },
};

export async function themesSwitch({ browser, pages }, base) {
  const problems = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(base + pages[0]);
  const backgrounds = new Set();
  for (const theme of THEMES) {
    await page.locator("#mdbook-theme-toggle").click();
    await page.locator(`#mdbook-theme-${theme}`).click();
    await page.reload();
    const chosen = await page.evaluate(() => document.documentElement.classList.value);
    if (!chosen.split(" ").includes(theme)) problems.push(`${theme} was chosen, but there is ${chosen}`);
    backgrounds.add(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
  }
  if (backgrounds.size !== THEMES.length) problems.push("some themes look alike");
  await context.close();
  return problems;
}

export async function isAccessible({ browser, pages }, base) {
  const found = new Map();
  // No transition: a colour on its way is no colour of the theme.
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const path of pages) {
    await page.goto(base + path);
    await page.evaluate(axe.source);
    await page.evaluate(openAll);
    for (const { theme, width, rules } of LOOKS) {
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate(() => new Promise(resized => requestAnimationFrame(() => setTimeout(resized))));
      await page.evaluate(name => document.getElementById(`mdbook-theme-${name}`).click(), theme);
      for (const { id, target } of await page.evaluate(violations, rules)) {
        const what = `${id}: ${target}`.trim();
        if (!found.has(what)) found.set(what, new Set());
        found.get(what).add(`${path} in ${theme}, ${width} px wide`);
      }
    }
  }
  await page.goto(base + pages[0]);
  await page.evaluate(axe.source);
  for (const theme of THEMES) {
    await page.evaluate(name => document.getElementById(`mdbook-theme-${name}`).click(), theme);
    for (const [part, open] of Object.entries(STOCK)) {
      await open(page);
      for (const { id, target } of await page.evaluate(violations, null)) {
        found.set(`${id}: ${target}`.trim(), new Set([`${part} in ${theme}`]));
      }
      await page.keyboard.press("Escape");
    }
  }
  await context.close();
  return Array.from(found, ([what, where]) => {
    const [first] = where;
    return `${what} (${first}${where.size > 1 ? ` and ${where.size - 1} more` : ""})`;
  });
}

/** Runs in the page: unfolds what is folded, takes a step, and answers what is asked. */
function openAll() {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const step of document.querySelectorAll(".stepper button:last-of-type")) step.click();
  for (const form of document.querySelectorAll("section.predict form")) {
    form.querySelector("input")?.click();
    form.requestSubmit();
  }
}

/** Runs in the page: what axe finds serious or critical. */
async function violations(rules) {
  const options = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const result = await window.axe.run(document, { ...options, resultTypes: ["violations"] });
  return result.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(node => ({ id, target: `${node.target.join(" ")} — ${node.any[0]?.message ?? ""}` })),
    );
}
