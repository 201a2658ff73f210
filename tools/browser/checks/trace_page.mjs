// The page that `cargo workbook trace` writes: one file, outside of the book.

import axe from "axe-core";
import { pathToFileURL } from "node:url";

export async function tracePageSteps({ browser, tracePage }) {
  const problems = [];
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme, reducedMotion: "reduce", viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    const address = pathToFileURL(tracePage).href;
    page.on("request", request => request.url() === address || problems.push(`asks for ${request.url()}`));
    page.on("console", message => message.type() === "error" && problems.push(`console: ${message.text()}`));
    page.on("pageerror", error => problems.push(error.message));
    await page.goto(address);
    const trace = page.locator("figure.trace").first();
    await trace.getByRole("button", { name: "Step", exact: true }).click();
    if ((await trace.locator("tr[aria-current=step]").count()) !== 1) problems.push("it does not step");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 360) problems.push(`it is ${wide} px wide on a 360 px screen`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, impact, nodes } of violations) {
      if (impact === "serious" || impact === "critical") problems.push(`${colorScheme}: ${id}: ${nodes[0].target}`);
    }
    await context.close();
  }
  return problems;
}
