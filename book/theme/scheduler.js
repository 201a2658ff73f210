// Be the scheduler: a level to be played by button and by key. Without this script, and on paper, the page has
// the program, a schedule that breaks it, and the counts.
"use strict";

/** `text`, with what stands between backticks as code. */
function withCode(text) {
  const parts = text.split("`").map((part, at) => (at % 2 ? element("code", "", part) : part));
  const all = document.createDocumentFragment();
  all.append(...parts);
  return all;
}

function paragraph(text) {
  const made = element("p");
  made.append(withCode(text));
  return made;
}

/** Which levels the reader has broken. A browser may forbid to keep anything: then nothing is kept. */
const brokenLevels = {
  key: level => `unlock-on-drop.scheduler.${level}`,
  has(level) {
    try {
      return localStorage.getItem(this.key(level)) === "broken";
    } catch {
      return false;
    }
  },
  add(level) {
    try {
      localStorage.setItem(this.key(level), "broken");
    } catch {
      // Then it is forgotten when the page is.
    }
  },
};

const KINDS = {
  stuck: "nobody can go on",
  failed: "an assertion fails",
  race: "a data race",
};

class Player {
  constructor(section) {
    this.level = JSON.parse(section.dataset.level);
    this.box = element("div", "player");
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-label", "The game");
    this.source = element("div", "scheduler-source");
    this.controls = element("div", "controls");
    this.tabs = element("div", "buttons");
    this.objects = element("dl");
    this.cards = element("div", "cards");
    this.undoButton = this.button("Undo", "u", () => this.act(() => this.game.undo(), "Taken back."));
    this.resetButton = this.button("Start again", "r", () => this.act(() => this.game.reset(), "From the start."));
    this.onButton = this.button("Run on", "o", () => this.act(() => this.game.stepOn()));
    this.count = element("p", "count");
    this.said = element("div", "said");
    this.said.setAttribute("role", "status");
    this.said.setAttribute("aria-live", "polite");
    this.log = element("ol", "log");
    const buttons = element("div", "buttons");
    buttons.append(this.onButton, this.undoButton, this.resetButton);
    this.controls.append(this.objects, this.cards, buttons, this.count, this.said);
    const history = element("details");
    history.append(element("summary", "", "What has happened so far"), this.log);
    this.box.append(this.tabs, this.source, this.controls, history);
    this.box.addEventListener("keydown", event => this.key(event));
    section.querySelector(".goal").after(this.box);
    section.classList.add("live");
    this.play("broken");
  }

  /** Begins with that program. */
  play(which) {
    this.which = which;
    this.game = new Game(this.level[which]);
    const [all, breaking] = this.game.count(0);
    this.count.textContent = `${breaking || "None"} of all ${all} schedules ${breaking > 1 ? "break" : "breaks"} this program.`;
    this.showSource();
    this.show();
    this.say(element("p", "", which === "fixed" ? "Try to break it." : "Run a thread."));
  }

  button(text, key, act) {
    const made = element("button", "", text);
    made.type = "button";
    if (key) {
      const shown = element("kbd", "", key.toUpperCase());
      shown.setAttribute("aria-hidden", "true");
      made.append(shown);
      made.setAttribute("aria-keyshortcuts", key.toUpperCase());
    }
    // Not `disabled`: that would take the focus away from under the finger.
    made.addEventListener("click", () => made.getAttribute("aria-disabled") === "true" || act());
    made.dataset.key = key;
    return made;
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    // Arrow keys would turn mdBook's page, and the game would be gone.
    if (event.key.startsWith("Arrow") && !event.target.closest(".scheduler-source")) event.stopPropagation();
    const key = event.key === "Backspace" ? "u" : event.key.toLowerCase();
    const button = /^[a-z0-9]$/.test(key) && this.box.querySelector(`[data-key="${key}"]`);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }

  /** Does something, shows what came of it, and leaves the focus where it was. */
  act(change, said) {
    const focused = this.box.contains(document.activeElement) ? document.activeElement : null;
    const [thread, place] = [focused?.closest(".card")?.dataset.thread, focused?.dataset.place];
    const before = this.game.way.length;
    change();
    this.show();
    const news = this.game.way.slice(before).map(step => `${this.threadName(step.thread)} ${step.effect}.`);
    this.announce(said ?? news.join(" "));
    const card = thread && this.cards.querySelector(`[data-thread="${thread}"]`);
    if (card) (card.querySelector(`[data-place="${place}"]`) ?? card.querySelector("button")).focus();
  }

  threadName(thread) {
    return this.game.program.threads[thread];
  }

  say(...content) {
    this.said.replaceChildren(...content);
  }

  announce(news) {
    const content = [paragraph(news)];
    if (this.game.ending) content.push(this.verdict());
    else if (this.which === "broken" && this.game.count()[1] === 0) {
      content.push(element("p", "", "From here, nothing can break any more. Undo, and try another way."));
    }
    this.say(...content);
  }

  /** What the end of a game means. */
  verdict() {
    const [kind, text] = this.game.ending;
    const box = element("div", `verdict ${kind === "finished" ? "is-whole" : "is-broken"}`);
    const tell = (head, ...texts) => {
      box.append(element("p", "outcome", head), ...texts.map(paragraph));
    };
    if (this.which === "fixed") {
      tell("✓ It holds.", `So it does on every schedule. ${this.level.cure}`);
    } else if (kind === "finished") {
      tell("All threads have ended, and nothing is broken.", "Undo, and try another way.");
    } else {
      brokenLevels.add(this.level.level);
      tell(`✗ You broke it: ${KINDS[kind]}.`, `${text}.`, this.level.lesson);
      const next = this.button("Play the fixed program", "f", () => this.choose("fixed"));
      box.append(next);
      this.showTabs();
    }
    return box;
  }

  choose(which) {
    this.play(which);
    this.box.querySelector(`[data-which="${which}"]`)?.focus();
  }

  show() {
    this.showTabs();
    this.showObjects();
    this.showCards();
    this.showChips();
    this.onButton.setAttribute("aria-disabled", String(this.game.choices().length !== 1));
    this.undoButton.setAttribute("aria-disabled", String(!this.game.canUndo));
    this.resetButton.setAttribute("aria-disabled", String(!this.game.canUndo));
    const steps = this.game.way.map(step => {
      const item = element("li");
      item.append(element("strong", "", this.threadName(step.thread)), " ", withCode(step.effect));
      return item;
    });
    this.log.replaceChildren(...steps);
  }

  /** Which program; the fixed one for whoever has broken the other. */
  showTabs() {
    const names = { broken: "The program", fixed: "The fixed program" };
    const shown = brokenLevels.has(this.level.level) || this.which === "fixed" ? Object.keys(names) : [];
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(
      ...shown.map(which => {
        const tab = this.button(names[which], "", () => this.choose(which));
        tab.dataset.which = which;
        tab.setAttribute("aria-pressed", String(which === this.which));
        return tab;
      }),
    );
    if (focused) this.tabs.querySelector("[aria-pressed=true]")?.focus();
  }

  showObjects() {
    this.objects.replaceChildren(
      ...this.game.objects.map(({ name, value, changed }) => {
        const pair = element("div", changed ? "changed" : "");
        pair.append(element("dt", "", name), element("dd", "", value || "–"));
        return pair;
      }),
    );
  }

  showCards() {
    const choices = this.game.choices();
    let number = 0;
    const card = (thread, at) => {
      const own = choices.filter(choice => choice.thread === at);
      if (at === MAIN && !own.length) return null; // it only waits
      const box = element("div", "card");
      box.dataset.thread = at;
      const text = element("p");
      text.id = `${this.level.level}-${this.which}-${at}`;
      text.append(this.chip(thread, at), " ", this.state(thread));
      box.append(text);
      const buttons = own.map((choice, place) => {
        number += 1;
        const key = own.length === 1 && !choice.label ? thread.name[0].toLowerCase() : String(number);
        const run = () => this.act(() => this.game.step(choice));
        return this.run(box, text, choice.label ? `${thread.name} ${choice.label}` : `Run ${thread.name}`, key, place, run);
      });
      if (!buttons.length) {
        const off = this.run(box, text, `Run ${thread.name}`, "", 0, () => {});
        off.setAttribute("aria-disabled", "true");
        buttons.push(off);
      }
      const row = element("div", "buttons");
      row.append(...buttons);
      box.append(row);
      return box;
    };
    this.cards.replaceChildren(...this.game.threads.map(card).filter(Boolean));
  }

  run(box, text, name, key, place, act) {
    const button = this.button(name, key, act);
    button.dataset.place = place;
    button.setAttribute("aria-describedby", text.id);
    return button;
  }

  /** What a thread is about to do, in words. */
  state({ next, blocked }) {
    if (blocked) return withCode(blocked);
    if (!next) return withCode("has ended");
    if (next === "panicked") return withCode("has panicked");
    return withCode(`is about to ${next.startsWith("`") ? "call " : ""}${next}`);
  }

  chip({ name, blocked }, at) {
    const chip = element("span", blocked ? "chip is-blocked" : "chip", name);
    chip.style.setProperty("--thread", `var(--thread-${((at - 1) % 4) + 1})`);
    return chip;
  }

  showSource() {
    let before = 0;
    this.source.style.setProperty("--threads", this.game.threads.length - 1);
    this.parts = this.game.program.source.map(({ file, lines }, number) => {
      const part = element("figure", "part");
      const isNew = file !== this.game.program.source[number - 1]?.file;
      if (isNew) part.append(element("figcaption", "", file));
      const numbers = element("div", "numbers");
      numbers.dataset.numbers = lines.map((_, at) => before + at + 1).join("\n");
      const gutter = element("div", "gutter");
      const pre = element("pre");
      const code = element("code", "language-rust", `${lines.join("\n")}\n`);
      pre.append(code);
      if (window.hljs) hljs.highlightBlock(code);
      const row = element("div", "code");
      row.append(gutter, numbers, pre);
      part.append(row);
      const shown = { part, gutter, row, first: before + 1, last: before + lines.length };
      before = shown.last;
      return shown;
    });
    this.source.replaceChildren(...this.parts.map(({ part }) => part));
    this.source.setAttribute("role", "region");
    this.source.setAttribute("aria-label", "The program, with the place of each thread");
    this.source.tabIndex = 0;
  }

  /** Puts the threads beside their lines. */
  showChips() {
    for (const { gutter } of this.parts) gutter.replaceChildren();
    const ending = this.game.ending;
    const marks = this.game.threads.flatMap((thread, at) => (at === MAIN ? [] : [[thread.line, this.chip(thread, at)]]));
    if (ending?.[2]) marks.push([ending[2], element("span", "chip is-failed", "✗")]);
    const places = new Map();
    for (const [line, chip] of marks) {
      const part = this.parts.find(({ first, last }) => first <= line && line <= last);
      if (!part) continue;
      const side = places.get(line) ?? 0;
      places.set(line, side + 1);
      chip.style.setProperty("--line", line - part.first);
      chip.style.setProperty("--side", side);
      chip.setAttribute("aria-hidden", "true"); // the cards say it
      part.gutter.append(chip);
    }
    const last = this.game.way.at(-1)?.thread;
    const line = ending?.[2] || (last === undefined ? 0 : this.game.threads[last].line);
    const part = this.parts.find(({ first, last }) => first <= line && line <= last);
    if (!part) return;
    const height = part.row.clientHeight / (part.last - part.first + 1);
    scrollInto(this.source, part.row.offsetTop + (line - part.first) * height, height);
  }
}

makeOfEach("section.scheduler", section => new Player(section));
