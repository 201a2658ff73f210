// What a page can do once it has JavaScript. Everything is there to be read without; nothing is fetched.
"use strict";

/** Makes something of each element. One that lacks what it needs stays as it reads without JavaScript, and stops no other. */
function makeOfEach(selector, make) {
  for (const found of document.querySelectorAll(selector)) {
    try {
      make(found);
    } catch (error) {
      console.error(found, error);
    }
  }
}

// ---- Folded answers: from their frame (which keeps them out of the search) into the page. ----

makeOfEach("details.unindexed > iframe", frame => {
  const answer = document.createElement("div");
  const parsed = new DOMParser().parseFromString(frame.srcdoc, "text/html");
  answer.append(...parsed.body.childNodes);
  if (window.hljs) answer.querySelectorAll("pre > code").forEach(code => hljs.highlightBlock(code));
  frame.replaceWith(answer);
});

// ---- A link that leads into a fold opens it: not every browser does so by itself. ----

function openTarget() {
  const target = document.querySelector(":target") ?? document.getElementById(location.hash.slice(1));
  if (target?.closest("details:not([open])")) reveal(target);
}

/** Opens all the folds around it, and scrolls there. */
function reveal(target) {
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
}

openTarget();
addEventListener("hashchange", openTarget);

// ---- What scrolls has to be reached by keyboard; what does not, need not. ----

const SCROLLING = "main :is(pre > code, .table-wrapper, figure.diagram, .trace-source, .difference-lines)";

function letScrollersFocus() {
  for (const box of document.querySelectorAll(SCROLLING)) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

letScrollersFocus();
addEventListener("resize", letScrollersFocus);
document.addEventListener("toggle", letScrollersFocus, true); // a box within <details> has no size before

// ---- mdBook's switch of the sidebar is a label: make it a button for keyboards and screen readers. ----

const toggle = document.getElementById("mdbook-sidebar-toggle");
if (toggle) {
  toggle.setAttribute("role", "button");
  toggle.tabIndex = 0;
  toggle.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle.click();
  });
}

// ---- Traces: step through the table, with the source line and the variables beside it. ----

const reads = row => (row.dataset.reads ?? "").split(" ").filter(Boolean);
const rowsByNumber = trace =>
  new Map(Array.from(trace.querySelectorAll("tr[data-row]"), row => [row.dataset.row, row]));

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** What the variables hold after the rows up to and with `last`. */
function valuesAfter(variables, rows, last) {
  const values = new Map(variables);
  for (const row of rows.slice(0, last + 1)) {
    if (row.dataset.object) values.set(row.dataset.object, row.dataset.wrote);
  }
  return values;
}

class Stepper {
  constructor(trace) {
    this.trace = trace;
    this.byNumber = rowsByNumber(trace);
    this.rows = Array.from(this.byNumber.values());
    this.variables = JSON.parse(trace.dataset.variables);
    this.threads = Array.from(trace.querySelectorAll("thead th"), th => th.textContent).slice(1);
    this.source = trace.querySelector(".trace-source");
    this.at = -1; // before the first row
    this.build();
    this.show();
  }

  build() {
    const box = element("div", "stepper");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Step through the trace");
    const buttons = element("div", "buttons");
    this.first = this.button("Start", () => this.go(-1));
    this.back = this.button("Back", () => this.go(this.at - 1));
    this.next = this.button("Step", () => this.go(this.at + 1));
    this.count = element("span");
    this.lines = this.button("As lines", () => this.showAsLines(!this.trace.classList.contains("lines")));
    this.lines.setAttribute("aria-pressed", "false");
    buttons.append(this.first, this.back, this.next, this.count, this.lines);
    if (this.trace.dataset.replay) buttons.append(this.button("Link", () => this.link()));
    this.said = element("p", "said");
    this.said.setAttribute("aria-live", "polite");
    this.values = element("dl");
    box.append(buttons, this.said, this.values);
    // Arrow keys turn mdBook's pages: keep them while the focus is in here.
    box.addEventListener("keydown", event => this.key(event));
    this.trace.querySelector("figcaption").after(box);
    if (this.source) {
      this.cursor = element("div", "cursor");
      this.source.append(this.cursor);
    }
  }

  button(text, act) {
    const made = element("button", "", text);
    made.type = "button";
    // Not `disabled`: that would take the focus away from under the finger.
    made.addEventListener("click", () => made.getAttribute("aria-disabled") === "true" || act());
    return made;
  }

  showAsLines(yes) {
    this.trace.classList.toggle("lines", yes);
    this.lines.setAttribute("aria-pressed", String(yes));
    letScrollersFocus();
  }

  /** Puts this schedule and this row into the page's address. */
  link() {
    const row = this.rows[this.at]?.dataset.row;
    const address = `#${this.trace.id}=${this.trace.dataset.replay}${row ? `@${row}` : ""}`;
    history.replaceState(null, "", address);
    this.said.textContent = `The address of this page now leads here: ${address}`;
  }

  /** Goes where an address leads, if it is of this schedule. */
  open(schedule, row) {
    if (schedule !== this.trace.dataset.replay) {
      this.said.textContent =
        `The address is of another schedule than this one. To run that one: LANES_REPLAY=${schedule}`;
      return;
    }
    const at = this.rows.findIndex(it => it.dataset.row === row);
    if (at >= 0) this.go(at);
  }

  key(event) {
    const acts = {
      ArrowRight: () => this.go(this.at + 1),
      ArrowLeft: () => this.go(this.at - 1),
      Home: () => this.go(-1),
      End: () => this.go(this.rows.length - 1),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  go(to) {
    this.at = Math.max(-1, Math.min(this.rows.length - 1, to));
    this.show();
  }

  show() {
    const row = this.rows[this.at];
    this.count.textContent = `${this.at + 1} of ${this.rows.length}`;
    for (const [button, off] of [
      [this.first, this.at < 0],
      [this.back, this.at < 0],
      [this.next, this.at === this.rows.length - 1],
    ]) {
      button.setAttribute("aria-disabled", String(off));
    }
    this.said.textContent = row ? this.sentence(row) : "Before the first step.";
    this.trace.classList.toggle("stepping", Boolean(row));
    this.showValues(row);
    this.showRows(row);
    this.showLine(row);
  }

  sentence(row) {
    const step = row.querySelector(".step");
    const notes = step.querySelector(".notes").textContent;
    const thread = this.threads[Number(row.dataset.thread)];
    return `Row ${row.dataset.row}, ${thread}: ${step.querySelector("code").textContent}. ${notes}.`;
  }

  showValues(row) {
    this.values.replaceChildren();
    for (const [name, value] of valuesAfter(this.variables, this.rows, this.at)) {
      const pair = element("div", row?.dataset.object === name ? "changed" : "");
      pair.append(element("dt", "", name), element("dd", "", value));
      this.values.append(pair);
    }
  }

  /** The row of this step, the rows it takes values or an order from, and the rows yet to come. */
  showRows(current) {
    const from = current ? [...reads(current), current.dataset.synchronizes] : [];
    this.rows.forEach((row, index) => {
      row.classList.toggle("now", row === current);
      row.classList.toggle("later", index > this.at);
      row.classList.toggle("source", from.includes(row.dataset.row));
      if (row === current) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    if (current) scrollInto(this.trace.querySelector(".table-wrapper"), current.offsetTop, current.offsetHeight);
  }

  /** Lays a bar over the line of the source that this step ran. */
  showLine(row) {
    if (!this.source) return;
    this.cursor.hidden = !row?.dataset.line;
    if (this.cursor.hidden) return;
    const code = this.source.querySelector("code");
    const style = getComputedStyle(code);
    const line = Number(row.dataset.line) - Number(this.source.dataset.first);
    const height = parseFloat(style.lineHeight);
    const top = code.offsetTop + parseFloat(style.paddingTop) + line * height;
    this.cursor.style.insetBlockStart = `${top}px`;
    this.cursor.style.height = `${height}px`;
    scrollInto(this.source, top, height);
  }
}

/** Scrolls `box`, and only it, until what stands at `top` is seen. */
function scrollInto(box, top, height) {
  const margin = 2 * height;
  if (top - margin < box.scrollTop) box.scrollTop = top - margin;
  else if (top + height + margin > box.scrollTop + box.clientHeight) {
    box.scrollTop = top + height + margin - box.clientHeight;
  }
}

const steppers = new Map();
makeOfEach("figure.trace", trace => steppers.set(trace.id, new Stepper(trace)));

/** An address such as `#trace-spin_lock-relaxed_unlock=0x5.1x3@4`: the schedule of a trace, and one of its rows. */
function openSchedule() {
  const parts = /^#([^=]+)=([^@]*)(?:@(\d+))?$/.exec(location.hash);
  const stepper = parts && steppers.get(parts[1]);
  if (!stepper) return;
  reveal(stepper.trace);
  stepper.open(parts[2], parts[3]);
}

openSchedule();
addEventListener("hashchange", openSchedule);

// ---- mdBook's own search: a name that is read aloud, and not only a tool tip. ----

document.getElementById("mdbook-searchbar")?.setAttribute("aria-label", "Search this book");
