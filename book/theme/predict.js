// Predictions: a form in the place of a question with a folded answer. The answer stays where it is, for
// paper; the form takes its verdicts from there. What a reader has answered is kept in this browser only.
"use strict";

/** What a reader answered, by the prediction's id. A browser may forbid to keep anything: then nothing is kept. */
const answers = {
  key: id => `unlock-on-drop.predict.${id}`,
  read(id) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key(id)));
      return Array.isArray(kept) ? kept : null;
    } catch {
      return null;
    }
  },
  write(id, picked) {
    try {
      if (picked) localStorage.setItem(this.key(id), JSON.stringify(picked));
      else localStorage.removeItem(this.key(id));
    } catch {
      // Then the answer is gone when the page is.
    }
  },
};

class Prediction {
  constructor(section) {
    this.section = section;
    this.id = section.id;
    this.kind = section.dataset.kind;
    this.explain = section.querySelector(".explain");
    // In the order of the list that the reader sees.
    this.choices = Array.from(section.querySelectorAll(".choices > li"), (item, at) => {
      const verdict = section.querySelector(`.verdicts > [data-choice="${at}"]`);
      return { text: item.textContent, html: item.innerHTML, verdict };
    });
    this.rightOrder = Array.from(section.querySelectorAll(".verdicts > li"), li => Number(li.dataset.choice));
    this.build();
    const kept = answers.read(this.id);
    if (kept && this.restore(kept)) this.show();
  }

  build() {
    this.form = element("form", "answer");
    this.list = element(this.kind === "order" ? "ol" : "ul", "picks");
    this.list.setAttribute("aria-labelledby", this.section.getAttribute("aria-labelledby"));
    this.items = this.choices.map((choice, at) => this.item(choice, at));
    this.list.append(...this.items);
    const check = element("button", "", "Check");
    this.reset = element("button", "", "Reset");
    this.reset.type = "button";
    this.reset.addEventListener("click", () => this.forget());
    const buttons = element("div", "buttons");
    buttons.append(check, this.reset);
    this.said = element("div", "said");
    this.said.setAttribute("role", "status");
    this.said.setAttribute("aria-live", "polite");
    this.form.append(this.list, buttons, this.said);
    this.form.addEventListener("submit", event => {
      event.preventDefault();
      this.check();
    });
    // Verdicts are on what was chosen when it was checked.
    this.form.addEventListener("change", () => this.clear());
    // Arrow keys choose; they must not turn mdBook's page as well.
    this.form.addEventListener("keydown", event => {
      if (event.key.startsWith("Arrow")) event.stopPropagation();
    });
    this.list.setAttribute("role", { order: "list", outcomes: "group" }[this.kind] ?? "radiogroup");
    this.section.querySelector(".choices").before(this.form);
    this.section.classList.add("live");
    this.clear();
  }

  item(choice, at) {
    const item = element("li");
    item.dataset.choice = at;
    const text = element("span", "text");
    text.innerHTML = choice.html;
    if (this.kind === "order") {
      item.append(this.mover(item, "up", -1), this.mover(item, "down", 1), text);
    } else {
      item.setAttribute("role", "presentation");
      const label = element("label");
      const input = element("input");
      input.type = this.kind === "outcomes" ? "checkbox" : "radio";
      input.name = this.id;
      label.append(input, text);
      item.append(label);
    }
    const verdict = element("span", "verdict");
    verdict.id = `${this.id}-verdict-${at}`;
    item.querySelector("input")?.setAttribute("aria-describedby", verdict.id);
    item.append(verdict);
    return item;
  }

  /** A button that moves a line of an order. */
  mover(item, way, by) {
    const button = element("button", "move", by < 0 ? "↑" : "↓");
    button.type = "button";
    button.setAttribute("aria-label", `Move ${way}: ${this.choices[item.dataset.choice].text}`);
    button.addEventListener("click", () => {
      const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      if (by < 0) other.before(item);
      else other.after(item);
      button.focus(); // what is moved loses the focus
      this.clear();
      this.say(`${this.choices[item.dataset.choice].text}: now ${this.place(item)} of ${this.items.length}.`);
    });
    return button;
  }

  place(item) {
    return Array.from(this.list.children).indexOf(item) + 1;
  }

  /** The numbers of the chosen choices; of an order, all in theirs. */
  picked() {
    const numbers = items => Array.from(items, item => Number(item.dataset.choice));
    if (this.kind === "order") return numbers(this.list.children);
    return numbers(this.items.filter(item => item.querySelector("input").checked));
  }

  check() {
    const picked = this.picked();
    if (!picked.length) {
      this.clear();
      this.say("Choose first.");
      return;
    }
    // By their text: a page may get other choices some day.
    answers.write(this.id, picked.map(at => this.choices[at].text));
    this.show();
  }

  /** Chooses what was chosen before; false if it is not there any more. */
  restore(texts) {
    const picked = texts.map(text => this.choices.findIndex(choice => choice.text === text));
    if (picked.includes(-1) || !picked.length) return false;
    if (this.kind === "order") {
      if (new Set(picked).size !== this.items.length) return false;
      this.list.append(...picked.map(at => this.items[at]));
    } else {
      for (const at of picked) this.items[at].querySelector("input").checked = true;
    }
    return true;
  }

  show() {
    const right = this.kind === "order" ? this.showOrder() : this.showChoices();
    this.reset.hidden = false;
    const explain = this.explain.cloneNode(true);
    this.said.replaceChildren(element("p", "outcome", right ? "✓ Right." : "✗ Not quite."), explain);
  }

  showOrder() {
    const wrong = Array.from(this.list.children).filter((item, at) => {
      const belongs = this.rightOrder.indexOf(Number(item.dataset.choice));
      this.judge(item, belongs === at, belongs === at ? "in its place" : `comes as number ${belongs + 1}`);
      return belongs !== at;
    });
    return !wrong.length;
  }

  showChoices() {
    const picked = this.picked();
    const wrong = this.items.filter((item, at) => {
      const { verdict } = this.choices[at];
      const isRight = verdict.dataset.right === "true";
      const chosen = picked.includes(at);
      const said = isRight ? (chosen ? "right" : "right, and not chosen") : chosen ? "wrong" : "not this one";
      this.judge(item, isRight, said, verdict.querySelector(".why"));
      return isRight !== chosen;
    });
    return !wrong.length;
  }

  judge(item, right, said, why) {
    const verdict = item.querySelector(".verdict");
    verdict.replaceChildren(element("strong", "", `${right ? "✓" : "✗"} ${said}.`));
    if (why) verdict.append(" ", why.cloneNode(true));
    item.classList.add("judged", right ? "is-right" : "is-wrong"); // mdBook lets `right` float
  }

  /** Without verdicts. */
  clear() {
    for (const item of this.items) {
      item.className = "";
      item.querySelector(".verdict").replaceChildren();
    }
    this.reset.hidden = !answers.read(this.id);
    this.said.replaceChildren();
  }

  say(text) {
    this.said.replaceChildren(element("p", "", text));
  }

  forget() {
    answers.write(this.id, null);
    this.form.reset();
    this.list.append(...this.items);
    this.items[0].querySelector("input, button").focus();
    this.clear();
    this.say("Your answer is forgotten.");
  }
}

makeOfEach("section.predict", section => new Prediction(section));
