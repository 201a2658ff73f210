// Predictions, as a reader with JavaScript answers them.

import { openDebriefs, pageWith } from "./widgets.mjs";

/** Runs in the page, on a prediction: what its folded answer says, in the terms of the form. */
function keyOf(section) {
  const verdicts = Array.from(section.querySelectorAll(".verdicts > li"));
  const order = verdicts.map(verdict => Number(verdict.dataset.choice));
  const right = verdicts.filter(verdict => verdict.dataset.right === "true").map(verdict => Number(verdict.dataset.choice));
  return { kind: section.dataset.kind, order, right, explain: section.querySelector("details .explain").textContent.trim() };
}

/** Chooses these choices; in an order, puts them like this. */
async function choose(prediction, kind, choices) {
  const item = at => prediction.locator(`.picks > li[data-choice="${at}"]`);
  if (kind !== "order") {
    for (const input of await prediction.locator("input[type=checkbox]").all()) await input.uncheck();
    for (const at of choices) await item(at).locator("input").check();
    return;
  }
  for (const at of Array.from(choices).reverse()) {
    const up = item(at).getByRole("button", { name: "Move up" });
    while (await item(at).evaluate(element => element.previousElementSibling !== null)) await up.click();
  }
}

/** Runs in the page, on a prediction: whether its parts stand one below the other, from edge to edge. */
function isStacked(section) {
  const list = section.querySelector(".picks").getBoundingClientRect();
  const boxes = Array.from(section.querySelectorAll(".picks > li"), item => item.getBoundingClientRect());
  return boxes.every((box, at) => box.top >= (boxes[at - 1]?.bottom ?? list.top) && box.width > list.width - 2);
}

/** Runs in the page, on a prediction: whether who comes to a choice is told its verdict, too. */
function isTold(section) {
  return Array.from(section.querySelectorAll(".picks input")).every(input => {
    const told = document.getElementById(input.getAttribute("aria-describedby"));
    return told?.classList.contains("verdict") && input.closest("li").contains(told);
  });
}

const check = prediction => prediction.getByRole("button", { name: "Check", exact: true }).click();

/** What the form shows. */
async function state(prediction) {
  return {
    said: await prediction.locator(".said").innerText(),
    verdicts: await prediction.locator(".picks .verdict").allInnerTexts(),
    picks: await prediction.locator(".picks > li").evaluateAll(items =>
      items.map(item => [item.dataset.choice, item.querySelector("input")?.checked]),
    ),
    reset: await prediction.getByRole("button", { name: "Reset" }).isVisible(),
  };
}

/** An answer that is wrong. */
function wrongOf({ kind, order, right }) {
  if (kind === "order") return Array.from(order).reverse();
  const wrong = order.filter(at => !right.includes(at));
  return kind === "outcomes" ? order.slice(0, right.length === order.length ? 1 : undefined) : wrong.slice(0, 1);
}

export async function answersByMouse({ browser, pages }, base) {
  const problems = [];
  const kinds = new Set();
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(openDebriefs);
  for (const path of pages) {
    await page.goto(base + path);
    for (const prediction of await page.locator("section.predict").all()) {
      const key = await prediction.evaluate(keyOf);
      const problem = what => problems.push(`${path}, ${key.kind}: ${what}`);
      kinds.add(key.kind);
      const before = await state(prediction);
      if (before.verdicts.join("") || before.said || before.reset) problem("it shows something before it is answered");
      if (key.kind !== "order") {
        await check(prediction);
        if (!(await state(prediction)).said.includes("Choose first")) problem("an empty answer is taken");
      }
      for (const [answer, outcome] of [
        [wrongOf(key), "Not quite."],
        [key.kind === "order" ? key.order : key.right, "Right."],
      ]) {
        await choose(prediction, key.kind, answer);
        await check(prediction);
        const { said, verdicts } = await state(prediction);
        if (!said.includes(outcome)) problem(`it says ${said}, and not ${outcome}`);
        if (said.length < outcome.length + 10) problem("nothing is explained");
        if (verdicts.some(text => !text.trim())) problem("a choice has no verdict");
        if (!(await prediction.evaluate(isTold))) problem("a choice is read out without its verdict");
        if (!(await prediction.evaluate(isStacked))) problem("verdicts do not stand one below the other");
      }
      await prediction.getByRole("button", { name: "Reset" }).click();
      const after = await state(prediction);
      if (after.verdicts.join("") || after.reset) problem("a reset leaves verdicts");
    }
  }
  for (const kind of ["one", "outcomes", "order", "weakest", "line"]) {
    if (!kinds.has(kind)) problems.push(`no page has a prediction of kind ${kind}`);
  }
  await context.close();
  return problems;
}

export async function remembersAnswers(book, base) {
  const problems = [];
  for (const kind of ["one", "outcomes", "order"]) {
    const selector = `section.predict[data-kind=${kind}]`;
    const page = await pageWith(book, base, selector);
    const prediction = page.locator(selector).first();
    const fresh = await state(prediction);
    await choose(prediction, kind, wrongOf(await prediction.evaluate(keyOf)));
    await check(prediction);
    const answered = await state(prediction);
    const same = async (wanted, what) => {
      const now = JSON.stringify(await state(prediction));
      if (now !== JSON.stringify(wanted)) problems.push(`${kind}: ${what}: ${now}`);
    };
    await page.reload();
    await same(answered, "a reload forgets");
    await prediction.getByRole("button", { name: "Reset" }).click();
    const said = await prediction.locator(".said").innerText();
    if (!said.includes("forgotten")) problems.push(`${kind}: a reset says ${said}`);
    await page.reload();
    await same(fresh, "a reset is forgotten");
    await page.close();
  }
  return problems;
}

export async function answersByKey(book, base) {
  const problems = [];
  const focus = page => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
  const page = await pageWith(book, base, "section.predict[data-kind=one]");
  const one = page.locator("section.predict[data-kind=one]").first();
  const address = page.url();
  await one.locator("input").first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight"); // the next choice, not the next page
  await page.waitForTimeout(300);
  if (page.url() !== address) problems.push("an arrow key within a form turns the page");
  if (!(await one.locator("input").nth(1).isChecked())) problems.push("an arrow key does not choose");
  await page.keyboard.press("Enter");
  if (!/Right\.|Not quite\./.test((await state(one)).said)) problems.push("Enter does not answer");
  const live = await one.locator(".said").getAttribute("aria-live");
  if (live !== "polite") problems.push("the outcome is not announced");
  const outline = await one.locator("input:focus-visible").evaluateAll(all => all.map(it => getComputedStyle(it).outlineStyle));
  if (outline.length !== 1 || outline[0] === "none") problems.push("the focus is not seen");
  await page.keyboard.press("ArrowLeft");
  if ((await state(one)).verdicts.join("")) problems.push("the verdict on one choice stays with another");
  await page.close();

  const other = await pageWith(book, base, "section.predict[data-kind=order]");
  const order = other.locator("section.predict[data-kind=order]").first();
  const first = order.locator(".picks > li").first();
  const moved = await first.getAttribute("data-choice");
  await first.getByRole("button", { name: "Move down" }).focus();
  const name = await focus(other);
  await other.keyboard.press("Enter");
  if ((await order.locator(".picks > li").nth(1).getAttribute("data-choice")) !== moved) problems.push("a key does not move a line");
  if ((await focus(other)) !== name) problems.push(`the focus is on ${await focus(other)}, and not on ${name}`);
  if (!(await state(order)).said.includes("now 2 of")) problems.push("a move is not announced");
  await other.close();
  return problems;
}

export async function paperHasAnswers(book, base) {
  const page = await pageWith(book, base, "section.predict");
  const prediction = page.locator("section.predict").first();
  await page.emulateMedia({ media: "print" });
  const problems = [];
  if (await prediction.locator("form").isVisible()) problems.push("a form is printed");
  if (!(await prediction.locator(".choices").isVisible())) problems.push("the choices are not printed");
  const height = await prediction.locator("details > div").evaluate(answer => answer.getBoundingClientRect().height);
  if (height < 20) problems.push("the answer is not printed");
  await page.close();
  return problems;
}
