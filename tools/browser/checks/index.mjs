// Every check takes the book and resolves to a list of problems: none is a pass.

import { noRequestLeaves } from "./network.mjs";
import { searchKeepsHints } from "./search.mjs";
import { readsWithoutScript } from "./script_off.mjs";
import { answersByKey, answersByMouse, paperHasAnswers, remembersAnswers } from "./predictions.mjs";
import { hintsUnfold, paperHasTables, stepsByButton, stepsByKey } from "./widgets.mjs";
import { isAccessible, themesSwitch } from "./themes.mjs";
import { fitsNarrowScreens, isLight } from "./size.mjs";

const both = (name, check) =>
  ["file", "server"].map(route => ({
    name: `${name} (from a ${route})`,
    check: book => check(book, book.routes[route]),
  }));
const once = (name, check) => ({ name, check: book => check(book, book.routes.server) });

export const checks = [
  ...both("every page opens, nothing leaves the machine, nothing is an error", noRequestLeaves),
  ...both("the search finds words, and no hint or answer", searchKeepsHints),
  ...both("every page reads without JavaScript", readsWithoutScript),
  once("hints unfold in the look of the page", hintsUnfold),
  ...both("a trace steps by button", stepsByButton),
  once("a trace steps by key, and the page does not turn", stepsByKey),
  once("the paper has the whole table", paperHasTables),
  ...both("every prediction can be answered, right and wrong", answersByMouse),
  ...both("an answer is remembered, until it is reset", remembersAnswers),
  once("a prediction is answered by key, and the page does not turn", answersByKey),
  once("the paper has the answer and no form", paperHasAnswers),
  once("the theme can be changed, and stays", themesSwitch),
  once("axe finds nothing serious in any theme", isAccessible),
  once("nothing sticks out of a 360 px screen", fitsNarrowScreens),
  once("no page weighs more than 80 kB, compressed", isLight),
];
