// What the playground's parts hand to each other: nothing but types.

/** @typedef {import("../maths/playground.js").Frame} Frame arrays by their names: samples and grid [n, 2], field, ... */
/** @typedef {ArrayLike<number>} Points [n, 2], one after the other */
/** @typedef {{paper: number[], ink: string}} Theme the page's colours */
/** @typedef {(wish: Record<string, unknown>) => void} Ask what a person wants of the run, for the server */
/** @typedef {ReturnType<typeof import("./page.js").build>} Page */
/** @typedef {ReturnType<typeof import("./motion.js").createMotion>} Motion */
/** @typedef {ReturnType<typeof import("./playback.js").createPlayback>} Playback */
/** @typedef {ReturnType<typeof import("./step/slow.js").createSlow>} Slow */
/** @typedef {ReturnType<typeof import("../shared/feed.js").createFeed>} Feed */
/** @typedef {ReturnType<typeof import("../shared/timeline.js").mountTimeline>} Timeline */
/** @typedef {ReturnType<typeof import("./graph/overview.js").mountGraphs>} Graphs */
/** @typedef {import("../shared/curves/curves.js").CurveTerm & import("../shared/formula.js").FormulaTerm} Term */
/**
 * @typedef {object} Scene
 * @property {Frame} [frame]
 * @property {Points} examples
 * @property {Set<string>} layers
 * @property {Theme} theme
 * @property {number} [dot] radius
 * @property {Points | null} [noise] its places, or none
 * @property {Points | null} [latent] places of codes, or none
 * @property {Set<string>} [faint] layers drawn faintly
 * @property {number[] | null} [density] of data on a line, from one end of the stage to the other; none on a plane
 */
/** @typedef {Omit<Scene, "layers" | "dot">} Seen a scene before it is said which layers of it are drawn */
/**
 * @typedef {object} Node a part of the overview
 * @property {string} name
 * @property {string} label
 * @property {string} says
 * @property {string} symbol
 * @property {[x: number, y: number]} at
 * @property {string[]} shows the layers of its picture
 * @property {string[]} pointed the layers of the stage while one points at it
 * @property {boolean} morphs
 */
/**
 * @typedef {object} Stage of a step in slow motion
 * @property {string} title
 * @property {string} says
 * @property {string[] | null} show the layers
 * @property {string[]} lit the parts that are at work
 * @property {boolean} morph whether the noise flies
 * @property {string} ask the part that makes a step, or ""
 * @property {boolean} moves whether a step is made before it is shown
 */
/**
 * @typedef {object} Picture as genlab/models/play.py says it
 * @property {Node[]} nodes
 * @property {[from: string, to: string][]} arrows
 * @property {[name: string, points: number[], symbol: string][]} backs
 * @property {[key: string, text: string][]} verdict
 * @property {string[]} layers
 * @property {Stage[]} stages
 */
/**
 * @typedef {object} PlayData what genlab/views/playground makes
 * @property {any} labels texts, some of them by name
 * @property {string} base
 * @property {string} language
 * @property {string | null} run
 * @property {boolean} mine
 * @property {boolean} copies
 * @property {boolean} slow
 * @property {number} acts
 * @property {string} state
 * @property {string} family
 * @property {string} target
 * @property {Record<string, string>} config
 * @property {{name: string, step: number} | null} parent
 * @property {string | null} behind
 * @property {string[]} fan ids of runs
 * @property {string[]} layers
 * @property {string[]} players
 * @property {Picture} picture
 * @property {Term[]} terms
 * @property {import("../shared/formula.js").Piece[]} bound
 * @property {import("../shared/formula.js").Piece[]} formula
 * @property {any} code
 * @property {any} symptoms
 * @property {any} shown
 * @property {number[]} examples
 * @property {number} dimensions
 * @property {number} latents
 * @property {string} noise
 * @property {boolean} probabilistic
 * @property {boolean} exact whether the density of the data is known
 * @property {number} modes
 * @property {number | null} ceiling a perfect high quality
 * @property {number[] | null} density
 * @property {import("../maths/places.js").Form | null} form
 * @property {string} bestFormula MathML
 */
export {};
