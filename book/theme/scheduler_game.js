// Be the scheduler: the game, without any page. A program is the graph of all its schedules, as
// book/data/scheduler/LEVEL.json has it; a game is a way through it.
"use strict";

const MAIN = 0;

class Game {
  constructor(program) {
    this.program = program;
    this.way = []; // of steps, the last one last
    this.at = 0;
    this.counts = [];
    this.go();
  }

  /** What may be chosen now, or at `node`. */
  choices(node = this.at) {
    const [, , numbers] = this.program.nodes[node];
    if (typeof numbers[0] === "string") return [];
    const { texts } = this.program;
    return Array.from({ length: numbers.length / 4 }, (_, at) => {
      const [thread, to, effect, label] = numbers.slice(4 * at, 4 * at + 4);
      return { thread, to, effect: texts[effect], label: texts[label] };
    });
  }

  /** How it has ended: `[kind, text, line]`; nothing while it has not. */
  get ending() {
    const last = this.program.nodes[this.at][2];
    return typeof last[0] === "string" ? last : null;
  }

  /** Where each thread stands: its line (0: none is shown), its next step, and why it cannot take it. */
  get threads() {
    const { nodes, places, threads } = this.program;
    return nodes[this.at][1].map((place, thread) => {
      const [line, next, blocked] = places[place];
      return { name: threads[thread], line, next, blocked };
    });
  }

  /** What each shared object holds, and whether the last step has changed it. */
  get objects() {
    const { nodes, objects, values } = this.program;
    const before = this.way.length ? nodes[this.way.at(-1).from][0] : nodes[this.at][0];
    return nodes[this.at][0].map((value, object) => ({
      name: objects[object],
      value: values[value],
      changed: value !== before[object],
    }));
  }

  /** How many schedules go on from `node`, and how many of them break the program. */
  count(node = this.at) {
    if (!this.counts[node]) {
      const ways = this.choices(node).map(choice => this.count(choice.to));
      const broken = this.program.nodes[node][2][0] === "finished" ? 0 : 1;
      const sum = at => ways.reduce((sum, way) => sum + way[at], 0);
      this.counts[node] = ways.length ? [sum(0), sum(1)] : [1, broken];
    }
    return this.counts[node];
  }

  /** Takes a step. */
  step(choice) {
    this.way.push({ ...choice, from: this.at });
    this.at = choice.to;
    this.go();
  }

  /** Takes steps for as long as there is nothing to choose. */
  stepOn() {
    for (let only = this.choices(); only.length === 1; only = this.choices()) this.step(only[0]);
  }

  /** What is left to the program's own thread alone is no choice: it is taken. */
  go() {
    for (let only = this.choices(); only.length === 1 && only[0].thread === MAIN; only = this.choices()) {
      this.way.push({ ...only[0], from: this.at, unasked: true });
      this.at = only[0].to;
    }
  }

  get canUndo() {
    return this.way.some(step => !step.unasked);
  }

  /** Takes back the last step that was chosen, and what followed from it. */
  undo() {
    if (!this.canUndo) return;
    let last;
    do {
      last = this.way.pop();
      this.at = last.from;
    } while (last.unasked);
  }

  reset() {
    this.way = [];
    this.at = 0;
    this.go();
  }
}
