// What a reader has whose browser runs no script.

export async function readsWithoutScript({ browser, pages }, base) {
  const problems = [];
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  let hints = 0;
  let traces = 0;
  let whys = 0;
  let predictions = 0;
  for (const path of pages) {
    await page.goto(base + path);
    if (!(await page.locator("main h1").first().isVisible())) problems.push(`${path}: no title`);
    const text = await page.locator("main").innerText();
    if (text.trim().length < 80) problems.push(`${path}: only ${text.length} characters`);
    for (const debrief of await page.locator("details.debrief > summary").all()) await debrief.click();
    for (const hint of await page.locator("details.unindexed").all()) {
      hints += 1;
      await hint.locator("summary").click();
      const body = hint.locator("iframe").contentFrame().locator("body");
      if (!(await body.isVisible()) || !(await body.innerText()).trim()) {
        problems.push(`${path}: a hint or an answer cannot be read`);
      }
    }
    for (const prediction of await page.locator("section.predict").all()) {
      predictions += 1;
      if ((await prediction.locator(".choices li").count()) < 2) problems.push(`${path}: a question has no choices`);
      if (!(await prediction.locator(".choices").isVisible())) problems.push(`${path}: choices are not shown`);
      const answer = prediction.locator("details.unindexed iframe").contentFrame();
      if (!(await answer.locator(".verdicts li").count())) problems.push(`${path}: a question has no answer`);
    }
    for (const trace of await page.locator("figure.trace").all()) {
      traces += 1;
      const table = trace.locator("table");
      const rows = await table.locator("tbody tr").count();
      if (!(await table.isVisible()) || !rows) problems.push(`${path}: a trace has no table`);
      const why = trace.locator(".why");
      if ((await why.count()) && !(await why.locator("li").count())) problems.push(`${path}: a trace has an empty why`);
      whys += await why.count();
    }
  }
  if (!hints) problems.push("no page has a hint");
  if (!predictions) problems.push("no page has a prediction");
  if (!traces) problems.push("no page has a trace");
  if (!whys) problems.push("no trace says why");
  await context.close();
  return problems;
}
