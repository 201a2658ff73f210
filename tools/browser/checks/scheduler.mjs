// Be the scheduler, as a reader plays it.

import { openDebriefs, pageWith } from "./widgets.mjs";

/** Opens every page, and calls `check` with each level on it. */
async function everyLevel({ browser, pages }, base, check, options = {}) {
  const problems = [];
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, ...options });
  const page = await context.newPage();
  await page.addInitScript(openDebriefs);
  // A level stands on more than one page, and remembers that it was broken.
  await page.addInitScript(() => localStorage.clear());
  let levels = 0;
  for (const path of pages) {
    await page.goto(base + path);
    // Without a script they open by a click.
    for (const closed of await page.locator("details.debrief:not([open]) > summary").all()) await closed.click();
    for (const section of await page.locator("section.scheduler").all()) {
      levels += 1;
      const level = JSON.parse(await section.getAttribute("data-level"));
      await check(section, level, what => problems.push(`${path}, ${level.level}: ${what}`), page);
    }
  }
  if (levels < 8) problems.push(`only ${levels} levels in the whole book`);
  await context.close();
  return problems;
}

const said = section => section.locator(".said").innerText();
const press = (section, name) => section.getByRole("button", { name }).first().click();

/** Presses the buttons of the schedule that is known to break it. */
async function lose(section, { nodes, losing }) {
  let node = 0;
  for (const choice of losing) {
    const numbers = nodes[node][2];
    const [thread, to] = numbers.slice(4 * choice, 4 * choice + 2);
    const ownBefore = Array.from({ length: choice }, (_, at) => numbers[4 * at]).filter(it => it === thread).length;
    // What only the program's own thread can do is done unasked.
    if (thread !== 0 || numbers.length > 4) {
      await section.locator(`.card[data-thread="${thread}"] [data-place="${ownBefore}"]`).click();
    }
    node = to;
  }
}

/** Always presses the first button that can be pressed, until the game has ended. */
async function playOn(section) {
  const runs = section.locator(".card button:not([aria-disabled])");
  for (let steps = 0; steps < 200 && (await runs.count()); steps += 1) await runs.first().click();
}

export async function levelsCanBeBroken(book, base) {
  return everyLevel(book, base, async (section, level, problem) => {
    const count = await section.locator(".count").innerText();
    if (!count.startsWith(`${level.broken.breaking} of all ${level.broken.all} schedules`)) problem(`it counts: ${count}`);
    if (await section.getByRole("button", { name: "fixed program" }).count()) problem("the fixed program is there at once");
    await lose(section, level.broken);
    const lost = await said(section);
    if (!lost.includes("You broke it")) problem(`a broken program says: ${lost}`);
    if (!lost.includes(level.lesson.slice(0, 20).replaceAll("`", ""))) problem("nothing is learnt from it");
    await press(section, "Play the fixed program");
    await playOn(section);
    const whole = await said(section);
    if (!whole.includes("It holds")) problem(`the fixed program says: ${whole}`);
    const none = await section.locator(".count").innerText();
    if (!none.startsWith(`None of all ${level.fixed.all} `)) problem(`it counts: ${none}`);
  });
}

/** Runs in the page: plays at random, and says what is wrong. */
function playAtRandom(section, games) {
  const level = JSON.parse(section.dataset.level);
  const found = new Set();
  let seed = 1;
  const random = below => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (const which of ["broken", "fixed"]) {
    const game = new Game(level[which]);
    for (let played = 0; played < games; played += 1) {
      while (!game.ending) {
        const choices = game.choices();
        if (!choices.length) return [`${which}: stuck without an ending`];
        game.step(choices[random(choices.length)]);
        const [all, breaking] = game.count();
        if (breaking > all || all < 1) found.add(`${which}: ${breaking} of ${all}`);
      }
      const [kind, text] = game.ending;
      if (kind !== "finished" && which === "fixed") found.add(`the fixed program breaks: ${text}`);
      while (game.canUndo) game.undo();
    }
    const [all, breaking] = game.count(0);
    if (all !== level[which].all || breaking !== level[which].breaking) found.add(`${which}: counts ${breaking} of ${all}`);
  }
  return Array.from(found);
}

export async function fixedLevelsHold(book, base) {
  return everyLevel(book, base, async (section, level, problem) => {
    for (const what of await section.evaluate(playAtRandom, 300)) problem(what);
  });
}

export async function playsByKey(book, base) {
  const problems = [];
  const page = await pageWith(book, base, "section.scheduler");
  const section = page.locator("section.scheduler").first();
  const expect = (what, got, wanted) => {
    if (!got.includes(wanted)) problems.push(`${what}: ${got}, and not ${wanted}`);
  };
  const steps = () => section.locator(".log li").count();
  const focus = () => page.evaluate(() => document.activeElement.textContent);
  const address = page.url();
  await section.getByRole("button", { name: "Run A" }).focus();
  await page.keyboard.press("Enter");
  expect("Enter", await said(section), "A reads 0 from hits");
  expect("the focus after a step", await focus(), "Run A");
  await page.keyboard.press("b");
  expect("B", await said(section), "B reads 0 from hits");
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(300);
  if (page.url() !== address) problems.push("an arrow key turns the page, and the game is gone");
  await page.keyboard.press("u");
  if ((await steps()) !== 1) problems.push(`after an undo there are ${await steps()} steps, and not 1`);
  for (const key of ["b", "a", "b"]) await page.keyboard.press(key);
  expect("the end", await said(section), "You broke it");
  expect("the end", await said(section), "panics");
  const live = await section.locator(".said").getAttribute("aria-live");
  if (live !== "polite") problems.push("what happens is not announced");
  await page.keyboard.press("f");
  expect("the fixed program", await said(section), "Try to break it");
  await page.keyboard.press("r");
  if (await steps()) problems.push("the fixed program does not start afresh");
  const outline = await section.locator(":focus-visible").evaluateAll(all => all.map(it => getComputedStyle(it).outlineStyle));
  if (outline.length !== 1 || outline[0] === "none") problems.push("the focus is not seen");
  await page.reload();
  if (!(await section.getByRole("button", { name: "The fixed program", exact: true }).count())) {
    problems.push("a level that was broken is forgotten");
  }
  await page.close();
  return problems;
}

/** A thread that cannot go on says why, to those who do not see its card as well. */
export async function blockedThreadsSayWhy(book, base) {
  const page = await pageWith(book, base, "#scheduler-opposite_order");
  const section = page.locator("#scheduler-opposite_order");
  const problems = [];
  await press(section, "Run A");
  await press(section, "Run B");
  const onward = section.getByRole("button", { name: "Run on" });
  if ((await onward.getAttribute("aria-disabled")) !== "true") problems.push("a game that has ended runs on");
  const refused = section.locator(".card[data-thread='1'] button");
  const why = await refused.evaluate(button => document.getElementById(button.getAttribute("aria-describedby")).textContent);
  if (!/waits for (savings|current), which B holds/.test(why)) problems.push(`a blocked thread says: ${why}`);
  if ((await refused.getAttribute("aria-disabled")) !== "true") problems.push("a blocked thread can be run");
  await page.close();
  return problems;
}

export async function levelsReadWithoutScript(book, base) {
  const without = { javaScriptEnabled: false };
  return everyLevel(
    book,
    base,
    async (section, level, problem) => {
      const text = await section.innerText();
      if (!text.includes(level.broken.source[0].lines[0])) problem("the program is not there");
      if (!text.includes(`There are ${level.broken.all} schedules. ${level.broken.breaking} of them`)) problem("nothing is counted");
      if (text.includes("Run A")) problem("there are buttons that do nothing");
      const [losing, fixed] = await section.locator("details.unindexed").all();
      await losing.locator("summary").click();
      const rows = await losing.locator("iframe").contentFrame().locator("tbody tr").count();
      if (rows !== level.broken.losing.length) problem(`the schedule has ${rows} rows`);
      await fixed.locator("summary").click();
      const cure = await fixed.locator("iframe").contentFrame().locator("body").innerText();
      if (!cure.includes(`None of its ${level.fixed.all} schedules`)) problem("the fixed program is not there");
    },
    without,
  );
}

export async function paperHasLevels(book, base) {
  return everyLevel(book, base, async (section, level, problem, page) => {
    await page.emulateMedia({ media: "print" });
    if (await section.locator(".player").isVisible()) problem("the game is printed");
    if (!(await section.locator(".still pre").first().isVisible())) problem("the program is not printed");
    for (const row of await section.locator("tbody tr").all()) {
      if (!(await row.isVisible())) problem("a step is not printed");
    }
    await page.emulateMedia({ media: "screen" });
  });
}
