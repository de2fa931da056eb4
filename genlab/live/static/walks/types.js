// What the walks hand to each other: nothing but types.

/** @typedef {import("../shared/nets/models.js").Model} Model */
/** @typedef {import("../shared/nets/models.js").ModelRun} ModelRun */
/** @typedef {NonNullable<Awaited<ReturnType<typeof import("../shared/nets/models.js").fetchExamples>>>[number]} Example */
/** @typedef {keyof typeof import("../maths/paths.js").PATHS} PathName */
/** @typedef {Record<PathName, number[]>} Curves of both paths: |z| from end to end */
/** @typedef {Float32Array<ArrayBuffer>} Z a code */
/** @typedef {{typical: number, low: number, high: number}} Band where |z| usually lies */
/**
 * @typedef {object} WalksData what genlab/views/space/walks.py makes
 * @property {string} language
 * @property {string} base
 * @property {"images" | "points"} kind
 * @property {string} examples the data set that they are of
 * @property {string[]} classes
 * @property {PartName[]} parts
 * @property {string} missing a sentence
 * @property {ModelRun[]} runs
 * @property {Record<string, string>} labels
 */
/** @typedef {"between" | "arithmetic" | "traversals" | "holes"} PartName */
/**
 * @typedef {object} Values what the address keeps
 * @property {PartName} walk
 * @property {number} from
 * @property {number} to
 * @property {number} t
 * @property {number} random
 * @property {number} base
 * @property {number} plus
 * @property {number} minus
 * @property {number} s
 * @property {number} rank
 * @property {number[]} rows
 * @property {"axes" | "latents"} plane
 * @property {number[]} spot
 */
/** @typedef {Partial<Values>} Changes */
/** @typedef {import("../core/address.js").State<Values>} State */
/**
 * @typedef {object} Context what every walk is given
 * @property {Record<string, string>} labels
 * @property {string[]} classes
 * @property {Model[]} models
 * @property {Example[]} examples none where the walk is one of points
 * @property {State} state
 * @property {ReturnType<typeof import("./pieces.js").createJobs>} jobs
 * @property {(box: HTMLElement, model: Model) => void} heading
 * @property {() => void} offer what can be taken away has changed
 */
/** @typedef {{title: string, canvas: HTMLCanvasElement}} Row of pictures to take away */
/** @typedef {{bytes: Uint8Array<ArrayBuffer>, count: number, width: number, height: number}} Film */
/**
 * @typedef {object} Offer what a walk gives to take away; what is absent has no button
 * @property {string} name
 * @property {() => HTMLCanvasElement} [png]
 * @property {() => Film} [film]
 * @property {[label: string, name: string, text: () => string][]} [csv]
 */
/**
 * @typedef {object} Part a walk that is shown
 * @property {(changes: Changes) => void} changed
 * @property {(model: Model) => void} model something of a model has come
 * @property {() => void} resized
 * @property {() => void} destroy
 * @property {() => Offer | null} take
 */

export {};
