// What the parts of a lesson hand to each other: nothing but types.

/** @typedef {[x: number, y: number]} Place on a chart's axes */
/** @typedef {[low: number, high: number]} Range */
/** @typedef {number | Place[] | null} Guess an option from 0, or a place on x; a curve; none yet */
/** @typedef {{label: string, role: string, y: number[], dashed: boolean}} Series */
/** @typedef {{figure: number, place: string}} Marks which figure says what a place is worth; a place {n} in words */
/** @typedef {{x: Range, y: Range, xTitle: string, yTitle: string, figure: number}} Draws the axes of a drawn guess */
/**
 * @typedef {object} Lines
 * @property {"lines"} kind
 * @property {string} title
 * @property {string} x_title
 * @property {string} y_title
 * @property {number[]} x
 * @property {Series[]} series
 * @property {[value: number, text: string][]} marks levels
 * @property {boolean} logarithmic in x
 */
/** @typedef {{kind: "bars", title: string, y_title: string, categories: string[], series: Series[]}} Bars */
/** @typedef {{kind: "sheet", title: string, png: string, columns: number, rows: string[]}} Sheet */
/** @typedef {{kind: "table", title: string, head: string[], rows: string[][]}} Table */
/** @typedef {Lines | Bars | Sheet | Table} Figure of an outcome, as genlab/lessons/anatomy.py has it */
/**
 * @typedef {object} Question what genlab/views/course/chapter.py says of one
 * @property {string} prompt HTML of ours, as are the options' texts and replies
 * @property {{text: string, reply: string}[]} options
 * @property {string} do what the button says
 * @property {boolean} core
 * @property {{instrument: string, state: Record<string, unknown>, settles: string} | null} act
 * @property {number} seconds
 * @property {Draws | null} draws
 * @property {Marks | null} marks
 */
/** @typedef {Record<string, string>} Words around the questions */
/** @typedef {{numbers: Record<string, number>, holds: boolean, answer: number, after: string, figures: Figure[]}} Result */
/**
 * @typedef {object} Known what genlab/live/routes/lessons_api.py says of one question
 * @property {Guess} guess
 * @property {Result | null} result
 * @property {{id: string, state: string, step: number, plan: number}[]} runs
 * @property {{state: string, ahead: number, problem: string} | null} job
 */
/** @typedef {{questions: Record<number, Known>, stage: (string | null)[]}} News */
/**
 * @typedef {object} LessonData
 * @property {string} chapter
 * @property {string} language
 * @property {string} base
 * @property {string} look HTML of ours
 * @property {Question[]} questions
 * @property {boolean} follows whether the page is told which question is chosen, to show its stage
 * @property {Words} words
 * @property {Words} labels what its figures say of themselves
 * @property {Record<string, string>} problems
 */
/** @typedef {{show: (guess: Guess, result: Result | null) => void}} GuessView */
/**
 * @typedef {object} Panel a question on the page
 * @property {HTMLElement} tab
 * @property {HTMLElement} panel
 * @property {GuessView} guess
 * @property {HTMLButtonElement} run
 * @property {HTMLElement} aside
 * @property {HTMLElement} reveal
 * @property {HTMLElement} verdict
 * @property {HTMLElement} after
 * @property {ReturnType<typeof import("./figures.js").mountFigures>} figures
 * @property {Question} question
 * @property {number} number
 * @property {string} said what is shown, as JSON
 */
export {};
