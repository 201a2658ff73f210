// Opens every page, and listens.

export async function noRequestLeaves({ browser, pages }, base) {
  const problems = [];
  const context = await browser.newContext();
  for (const path of [...pages, "print.html"]) {
    const page = await context.newPage();
    page.on("request", request => {
      const url = request.url();
      const local = url.startsWith(base) || /^(data|blob|about):/.test(url);
      if (!local) problems.push(`${path}: asks for ${url}`);
    });
    page.on("requestfailed", request => problems.push(`${path}: no answer for ${request.url()}`));
    page.on("response", response => {
      if (response.status() >= 400) problems.push(`${path}: ${response.status()} for ${response.url()}`);
    });
    page.on("console", message => {
      if (message.type() === "error") problems.push(`${path}: console: ${message.text()}`);
    });
    page.on("pageerror", error => problems.push(`${path}: ${error.message}`));
    // The print page opens the print dialogue when it is loaded.
    await page.addInitScript(() => (window.print = () => {}));
    await page.goto(base + path, { waitUntil: "load" });
    await page.close();
  }
  await context.close();
  return problems;
}
