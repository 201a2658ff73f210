// Every check takes the book and resolves to a list of problems: none is a pass.

import { debriefIsFolded, linksOpenTheDebrief, paperHasTheDebrief } from "./debrief.mjs";
import { focusIsSeen, motionIsReduced } from "./focus.mjs";
import { noRequestLeaves } from "./network.mjs";
import { searchKeepsHints } from "./search.mjs";
import { readsWithoutScript } from "./script_off.mjs";
import { answersByKey, answersByMouse, paperHasAnswers, remembersAnswers } from "./predictions.mjs";
import {
  blockedThreadsSayWhy,
  fixedLevelsHold,
  levelsCanBeBroken,
  levelsReadWithoutScript,
  paperHasLevels,
  playsByKey,
} from "./scheduler.mjs";
import {
  addressesLead,
  differencesAreCode,
  hintsUnfold,
  oneStopsNoOther,
  paperHasTables,
  stepsByButton,
  stepsByKey,
  tracesReadAsLines,
} from "./widgets.mjs";
import { isAccessible, themesSwitch } from "./themes.mjs";
import { fitsNarrowScreens, isLight } from "./size.mjs";
import { tracePageSteps } from "./trace_page.mjs";

const both = (name, check) =>
  ["file", "server"].map(route => ({
    name: `${name} (from a ${route})`,
    check: book => check(book, book.routes[route]),
  }));
const once = (name, check) => ({ name, check: book => check(book, book.routes.server) });

export const checks = [
  ...both("every page opens, nothing leaves the machine, nothing is an error", noRequestLeaves),
  ...both("the search finds words, and no hint, answer or debrief", searchKeepsHints),
  ...both("every page reads without JavaScript", readsWithoutScript),
  ...both("a debrief is folded, and opens by key and by click", debriefIsFolded),
  ...both("a link that leads into a debrief opens it", linksOpenTheDebrief),
  once("the paper has the debrief", paperHasTheDebrief),
  once("hints unfold in the look of the page", hintsUnfold),
  once("a difference is copied as code, and heard as a difference", differencesAreCode),
  once("a widget without its data stops no other", oneStopsNoOther),
  ...both("a trace steps by button", stepsByButton),
  once("a trace steps by key, and the page does not turn", stepsByKey),
  ...both("an address leads to a step of a trace", addressesLead),
  once("a trace reads as lines", tracesReadAsLines),
  once("the paper has the whole table", paperHasTables),
  ...both("every prediction can be answered, right and wrong", answersByMouse),
  ...both("an answer is remembered, until it is reset", remembersAnswers),
  once("a prediction is answered by key, and the page does not turn", answersByKey),
  once("the paper has the answer and no form", paperHasAnswers),
  ...both("every level can be broken, and then not", levelsCanBeBroken),
  once("no game breaks a fixed program, and the counts are right", fixedLevelsHold),
  once("a level is played by key, and the page does not turn", playsByKey),
  once("a thread that cannot go on says why", blockedThreadsSayWhy),
  once("every level reads without JavaScript", levelsReadWithoutScript),
  once("the paper has the program and the schedule", paperHasLevels),
  once("the theme can be changed, and stays", themesSwitch),
  once("axe finds nothing serious in any theme", isAccessible),
  once("the focus is seen wherever it is", focusIsSeen),
  once("who asks for less motion gets none", motionIsReduced),
  once("nothing sticks out of a 360 px screen", fitsNarrowScreens),
  once("no page weighs more than 80 kB, compressed", isLight),
];

/** Of a page that `cargo workbook trace` has written. */
export const ofTracePage = [once("the page of `cargo workbook trace` steps, alone", tracePageSteps)];
