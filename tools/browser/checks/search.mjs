// The words that only hints, answers and debriefs have must not be found; words of the pages must.

const words = text => new Set(text.toLowerCase().match(/[a-z]+/g) ?? []);
const longWords = text => Array.from(words(text)).filter(word => word.length > 6);

export async function searchKeepsHints({ browser, pages }, base) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const known = new Set();
  const shown = new Set();
  const folded = { hint: new Set(), answer: new Set(), debrief: new Set() };
  for (const path of pages) {
    await page.goto(base + path);
    const { prose, text, hint, answer, debrief } = await page.evaluate(readPage);
    for (const word of longWords(prose)) known.add(word);
    for (const word of words(text)) shown.add(word);
    for (const word of longWords(hint)) folded.hint.add(word);
    for (const word of longWords(answer)) folded.answer.add(word);
    for (const word of longWords(debrief)) folded.debrief.add(word);
  }

  const problems = [];
  await page.goto(base + pages[0]);
  await page.keyboard.press("s"); // opens the search, and loads its index
  for (const word of Array.from(known).slice(0, 5)) {
    if (!(await results(page, word))) problems.push(`the search does not find ${word}`);
  }
  for (const [kind, words] of Object.entries(folded)) {
    const secret = onlyIn(words, shown);
    if (!secret.length) problems.push(`no ${kind} has a word of its own: there is nothing to look for`);
    for (const word of secret) {
      if (await results(page, word)) problems.push(`the search finds ${word}, a word of a ${kind}`);
    }
  }
  await context.close();
  return problems;
}

/** Runs in the page: its text, and apart from it the text of its hints, answers and debrief. */
function readPage() {
  const main = document.querySelector("main").cloneNode(true);
  // With spaces between the cells of a table, as mdBook has in its index.
  const textOf = element => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode.data);
    return texts.join(" ");
  };
  const cut = selector =>
    Array.from(main.querySelectorAll(selector), folded => {
      folded.remove();
      folded.querySelector(":scope > summary").remove();
      return textOf(folded);
    }).join(" ");
  const hint = cut(".exercise details.unindexed");
  const answer = cut(".predict details.unindexed");
  const debrief = cut("details.debrief");
  const prose = Array.from(main.querySelectorAll("p"), textOf);
  return { prose: prose.join(" "), text: `${textOf(main)} ${document.title}`, hint, answer, debrief };
}

/** Some of the words of `hinted` that no word of `shown` is like: the search compares stems. */
function onlyIn(hinted, shown) {
  const all = Array.from(shown);
  const free = word => !all.some(other => other.startsWith(word.slice(0, 4)));
  return Array.from(hinted).filter(free).slice(0, 10);
}

/** How many results `word` has. */
async function results(page, word) {
  const bar = page.locator("#mdbook-searchbar");
  await bar.fill("");
  await bar.fill(word);
  await bar.press("Shift"); // mdBook listens for keys
  const header = page.locator("#mdbook-searchresults-header");
  await header.filter({ hasText: word }).waitFor();
  const text = await header.textContent();
  return /^no search results/i.test(text) ? 0 : Number.parseInt(text, 10);
}
