// The second half of a page with an exercise: folded, and there for every reader who wants it.

const FOLD = "details.debrief";

/** The first page with a debrief, as a reader finds it. */
async function open({ browser, pages }, base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  for (const path of pages) {
    await page.goto(base + path);
    if (await page.locator(FOLD).count()) return page;
  }
  throw new Error("no page has a debrief");
}

/** What stands in it can be seen. */
const isRead = page => page.locator(`${FOLD} > :not(summary)`).first().isVisible();

export async function debriefIsFolded(book, base) {
  const problems = [];
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "" : "without JavaScript: ";
    const page = await open(book, base, { javaScriptEnabled });
    if (await isRead(page)) problems.push(`${how}it is open from the start`);
    if (!(await page.locator("h2#debrief").isVisible())) problems.push(`${how}its heading is folded, too`);
    const summary = page.locator(`${FOLD} > summary`);
    await summary.focus();
    await page.keyboard.press("Enter");
    if (!(await isRead(page))) problems.push(`${how}a key does not open it`);
    await summary.click();
    if (await isRead(page)) problems.push(`${how}a click does not close it`);
    await page.context().close();
  }
  return problems;
}

export async function linksOpenTheDebrief(book, base) {
  const problems = [];
  const page = await open(book, base);
  const address = page.url();
  const id = await page.locator(`${FOLD} [id]`).last().getAttribute("id");
  const target = page.locator(`[id="${id}"]`);
  await page.evaluate(id => (location.hash = id), id);
  await page.waitForTimeout(100);
  if (!(await target.isVisible())) problems.push(`a link to ${id} on the page does not open it`);
  await page.goto("about:blank");
  await page.goto(`${address}#${id}`);
  if (!(await target.isVisible())) problems.push(`a link to ${id} from elsewhere does not open it`);
  const top = await target.evaluate(it => it.getBoundingClientRect().top);
  if (top < 0 || top > 900) problems.push(`a link to ${id} does not lead to it`);
  await page.context().close();
  return problems;
}

export async function paperHasTheDebrief(book, base) {
  const problems = [];
  const page = await open(book, base);
  await page.emulateMedia({ media: "print" });
  if (!(await isRead(page))) problems.push("it is not printed");
  if (await page.locator(`${FOLD} > summary`).isVisible()) problems.push("paper is asked to unfold");
  await page.context().close();
  return problems;
}
