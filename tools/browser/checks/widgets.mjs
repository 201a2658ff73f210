// Hints and traces, as a reader with JavaScript uses them.

/** Runs before the scripts of a page: opens what stands behind the exercise, for checks that are about something else. */
export function openDebriefs() {
  addEventListener("DOMContentLoaded", () => {
    for (const debrief of document.querySelectorAll("details.debrief")) debrief.open = true;
  });
}

/** The first page with something that matches `selector`, opened. */
export async function pageWith({ browser, pages }, base, selector) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.addInitScript(openDebriefs);
  for (const path of pages) {
    await page.goto(base + path);
    if (await page.locator(selector).count()) return page;
  }
  throw new Error(`no page has ${selector}`);
}

export async function hintsUnfold(book, base) {
  const page = await pageWith(book, base, ".exercise details.unindexed");
  const hint = page.locator(".exercise details.unindexed").first();
  const problems = [];
  if (await hint.locator("iframe").count()) problems.push("the hint is still in its frame");
  if (await hint.locator("div").first().isVisible()) problems.push("the hint is open from the start");
  await hint.locator("summary").click();
  const font = locator => locator.evaluate(element => getComputedStyle(element).fontFamily);
  if (!(await hint.locator("div").first().isVisible())) problems.push("the hint does not open");
  const paragraph = page.locator("main > p").first();
  if ((await font(hint.locator("p").first())) !== (await font(paragraph))) {
    problems.push("the hint has another font than the page");
  }
  await page.close();
  return problems;
}

/** Puts a widget that lacks its data in front of the first one of a page: the others have to work all the same. */
export async function oneStopsNoOther(book, base) {
  const problems = [];
  for (const [widget, made] of [
    ['<figure class="trace"', ".stepper"],
    ['<section class="predict"', "section.predict form"],
    ['<section class="scheduler"', ".player"],
  ]) {
    const page = await pageWith(book, base, made);
    const whole = await page.locator(made).count();
    await page.route(page.url(), async route => {
      const answer = await route.fetch();
      const html = await answer.text();
      const empty = `${widget}></${widget.slice(1).split(" ")[0]}>`;
      await route.fulfill({ response: answer, body: html.replace(widget, empty + widget) });
    });
    await page.reload();
    const now = await page.locator(made).count();
    if (now !== whole) problems.push(`${page.url()}: ${now} and not ${whole} of ${made} behind an empty one`);
    await page.close();
  }
  return problems;
}

/** What the stepper of a trace shows. */
async function state(trace) {
  return {
    count: await trace.locator(".buttons span").textContent(),
    said: await trace.locator(".said").textContent(),
    current: await trace.locator("tr[aria-current=step]").evaluateAll(rows => rows.map(row => row.dataset.row)),
    values: await trace.locator(".stepper dd").allTextContents(),
  };
}

/** What `Link` puts into the address leads back, through folds; the address of another schedule says so. */
export async function addressesLead(book, base) {
  const page = await pageWith(book, base, 'figure.trace[data-replay]:not([data-replay=""])');
  const problems = [];
  const trace = page.locator("figure.trace").first();
  for (let step = 0; step < 3; step++) await trace.getByRole("button", { name: "Step", exact: true }).click();
  const wanted = await state(trace);
  await trace.getByRole("button", { name: "Link" }).click();
  const address = await page.evaluate(() => location.href);
  if (!/#trace-[^=]+=[\d.a-z~]+@3$/.test(address)) problems.push(`the address is ${address}`);

  const other = await book.browser.newPage();
  await other.goto(address);
  const found = other.locator("figure.trace").first();
  if (!(await found.isVisible())) problems.push("the fold around the trace stays closed");
  const got = await state(found);
  if (JSON.stringify(got) !== JSON.stringify(wanted)) problems.push(`${address} leads to ${JSON.stringify(got)}`);
  await other.goto(address.replace(/=.*/, "=0x99"));
  await other.reload();
  const said = await found.locator(".said").textContent();
  if (!said.includes("another schedule")) problems.push(`the address of another schedule: ${said}`);
  other.on("pageerror", error => problems.push(`${other.url()}: ${error.message}`));
  for (const hash of ["#%", "#=", "#trace-nothing=0x1@2"]) {
    await other.goto(address.replace(/#.*/, hash));
    await other.reload();
  }
  await other.close();
  await page.close();
  return problems;
}

/** As lines, each row says whose step it is, and no column is left. */
export async function tracesReadAsLines(book, base) {
  const page = await pageWith(book, base, "figure.trace");
  const problems = [];
  const trace = page.locator("figure.trace").first();
  const who = trace.locator("tr[data-row] .who").first();
  const width = async () => (await who.boundingBox())?.width ?? 0;
  if ((await width()) > 1) problems.push("a table shows the thread twice");
  const button = trace.getByRole("button", { name: "As lines" });
  await button.click();
  if ((await button.getAttribute("aria-pressed")) !== "true") problems.push("the button does not say that it is pressed");
  if ((await width()) < 5) problems.push("a line does not show its thread");
  if (await trace.locator("thead").isVisible()) problems.push("the columns still have their heads");
  if (await trace.locator("tbody td:empty").first().isVisible()) problems.push("empty cells are left");
  await button.click();
  if (!(await trace.locator("thead").isVisible())) problems.push("it does not become a table again");
  await page.close();
  return problems;
}

export async function stepsByButton(book, base) {
  const page = await pageWith(book, base, "figure.trace");
  const trace = page.locator("figure.trace").first();
  const rows = await trace.locator("tr[data-row]").evaluateAll(all => all.map(row => row.dataset.row));
  const problems = [];
  const expect = (what, got, wanted) => {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) {
      problems.push(`${what}: ${JSON.stringify(got)} and not ${JSON.stringify(wanted)}`);
    }
  };
  const before = await state(trace);
  expect("before the first step", before.current, []);
  // By force: at an end a button says that it is disabled, and still must do no harm.
  const press = name => trace.getByRole("button", { name, exact: true }).click({ force: true });
  for (const [index, row] of rows.entries()) {
    await press("Step");
    const now = await state(trace);
    expect(`step ${index + 1}`, [now.current, now.count], [[row], `${index + 1} of ${rows.length}`]);
    if (!now.said.startsWith(`Row ${row}, `)) problems.push(`step ${index + 1} says: ${now.said}`);
    await expectLine(trace, row, problems);
  }
  await press("Step");
  expect("past the end", (await state(trace)).current, rows.slice(-1));
  await press("Back");
  expect("one back", (await state(trace)).current, rows.slice(-2, -1));
  await press("Start");
  expect("at the start again", await state(trace), before);
  await page.close();
  return problems;
}

/** The bar over the source lies on the line that the row names. */
async function expectLine(trace, number, problems) {
  const row = trace.locator(`tr[data-row="${number}"]`);
  const line = await row.getAttribute("data-line");
  const cursor = trace.locator(".cursor");
  if (!(await cursor.count())) return;
  if (!line) {
    if (await cursor.isVisible()) problems.push(`row ${number} has no line, but the bar is shown`);
    return;
  }
  const under = await trace.evaluate((figure, line) => {
    const source = figure.querySelector(".trace-source");
    const code = source.querySelector("code");
    const style = getComputedStyle(code);
    const lines = code.textContent.trimEnd().split("\n").length;
    const inner = code.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const each = inner / lines; // measured, where the page itself trusts its style sheet
    const bar = figure.querySelector(".cursor");
    const top = code.offsetTop + parseFloat(style.paddingTop);
    const wanted = top + (line - source.dataset.first) * each;
    // `offsetTop` is where it is going to be, whatever of the way it has moved.
    return Math.abs(parseFloat(bar.style.insetBlockStart) - wanted) / each;
  }, Number(line));
  if (under > 0.5) problems.push(`row ${number}: the bar is ${under.toFixed(1)} lines off line ${line}`);
}

export async function stepsByKey(book, base) {
  const page = await pageWith(book, base, "figure.trace");
  const trace = page.locator("figure.trace").first();
  const problems = [];
  const at = async wanted => {
    const { count } = await state(trace);
    if (!count.startsWith(`${wanted} of`)) problems.push(`at ${count}, and not ${wanted}`);
  };
  const address = page.url();
  await trace.getByRole("button", { name: "Step", exact: true }).focus();
  for (const [key, wanted] of [
    ["Enter", 1],
    ["Space", 2],
    ["ArrowRight", 3],
    ["ArrowLeft", 2],
    ["Home", 0],
    ["ArrowLeft", 0],
  ]) {
    await page.keyboard.press(key);
    await at(wanted);
  }
  await page.keyboard.press("End");
  const focused = await page.evaluate(() => document.activeElement.textContent);
  if (focused !== "Step") problems.push(`the focus has moved to ${focused}`);
  await page.keyboard.press("ArrowRight"); // at the end: nothing to do, and not a turned page
  await page.waitForTimeout(300);
  if (page.url() !== address) problems.push("an arrow key within the trace turns the page");
  // Anywhere else they still do.
  if (await page.locator("a.nav-chapters").count()) {
    await page.evaluate(() => document.activeElement.blur());
    const [key] = (await page.locator("a.nav-chapters.next").count()) ? ["ArrowRight"] : ["ArrowLeft"];
    await page.keyboard.press(key);
    await page.waitForURL(url => url.href !== address, { timeout: 3000 }).catch(() => {
      problems.push("an arrow key outside of the trace no longer turns the page");
    });
  }
  await page.close();
  return problems;
}

/** What is selected of a difference is code, and no sign; what is heard says which line is which. */
export async function differencesAreCode(book, base) {
  const page = await pageWith(book, base, "figure.difference");
  const problems = [];
  const box = page.locator(".difference-lines").first();
  const selected = await box.evaluate(lines => {
    const code = Array.from(lines.querySelectorAll("div"), it => it.textContent).join("");
    getSelection().selectAllChildren(lines);
    return { text: getSelection().toString(), all: code };
  });
  if (/^[-+]/m.test(selected.text)) problems.push("a sign is copied");
  if (/(removed|added): /.test(selected.text)) problems.push("a word for those who listen is copied");
  if (!/(removed|added): /.test(selected.all)) problems.push("no word says which lines were removed or added");
  const spoken = await box.ariaSnapshot();
  if (!/deletion|insertion/.test(spoken)) problems.push("nothing is heard of the difference");
  const signs = await box.locator(":is(.removed, .added) i").evaluateAll(all =>
    all.map(sign => getComputedStyle(sign, "::before").content),
  );
  if (!signs.length || signs.some(sign => !/^"[-+]"/.test(sign))) problems.push(`the signs are ${signs}`);
  const heights = await box.locator("> div").evaluateAll(all =>
    all.map(run => run.querySelector(".signs").offsetHeight - run.querySelector("code").offsetHeight),
  );
  if (heights.some(apart => Math.abs(apart) > 2)) problems.push("a sign is not beside its line");
  await page.close();
  return problems;
}

export async function paperHasTables(book, base) {
  const page = await pageWith(book, base, "figure.trace");
  const trace = page.locator("figure.trace").first();
  await trace.getByRole("button", { name: "Step", exact: true }).click();
  await page.emulateMedia({ media: "print" });
  const problems = [];
  if (await trace.locator(".stepper").isVisible()) problems.push("buttons are printed");
  for (const row of await trace.locator("tr[data-row]").all()) {
    if (!(await row.isVisible())) problems.push("a row is not printed");
  }
  const cut = await trace.locator(".table-wrapper").evaluate(box => box.scrollHeight > box.clientHeight + 1);
  if (cut) problems.push("the table is cut off");
  await page.close();

  const figures = await pageWith(book, base, "figure.measurement");
  await figures.emulateMedia({ media: "print" });
  const numbers = figures.locator("figure.measurement details table").first();
  if ((await numbers.boundingBox())?.height < 40) problems.push("the numbers of a figure are not printed");
  await figures.close();
  return problems;
}
