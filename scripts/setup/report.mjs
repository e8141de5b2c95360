/** A step that is done sooner than this need not be announced. */
const ANNOUNCE_AFTER_MS = 700

/**
 * What a step did: `found` everything in place, or `did` something worth a line.
 * @typedef {{ found: string } | { did: string }} Outcome
 */

/** A step that cannot be done here: what is missing, and what to type to get it. */
export class SetupProblem extends Error {
  /**
   * @param {string} message what is missing
   * @param {string} cure the command, or the sentence, that helps
   */
  constructor(message, cure) {
    super(message)
    this.cure = cure
  }
}

/**
 * Runs the steps and says what they did: a line for each that had to do something, one short line when none had.
 * A step that fails does not hold up the others; the exit code and the last lines tell.
 */
export class Report {
  #startedAt = performance.now()
  #worked = false
  /** @type {{ name: string, problem: SetupProblem }[]} */
  #problems = []

  /**
   * @param {string} name
   * @param {() => Outcome | Promise<Outcome>} work
   */
  async step(name, work) {
    const startedAt = performance.now()
    // Whoever waits wants to know for what.
    const announced = setTimeout(() => {
      console.log(`set-up: ${name} ...`)
    }, ANNOUNCE_AFTER_MS)
    try {
      const outcome = await work()
      if ('found' in outcome) return
      this.#worked = true
      console.log(`set-up: ${name}: ${outcome.did} (${secondsSince(startedAt)})`)
    } catch (error) {
      const problem =
        error instanceof SetupProblem ? error : new SetupProblem(messageOf(error), 'Run `npm run setup` again.')
      this.#problems.push({ name, problem })
      console.log(`set-up: ${name}: NOT DONE (${secondsSince(startedAt)})`)
    } finally {
      clearTimeout(announced)
    }
  }

  /** @param {string} sentence */
  refuse(sentence) {
    this.#problems.push({ name: 'this machine', problem: new SetupProblem(sentence, 'On Windows, use WSL 2.') })
  }

  /** Says the last word. @returns {0 | 1} the exit code */
  close() {
    const took = secondsSince(this.#startedAt)
    if (this.#problems.length === 0) {
      console.log(this.#worked ? `set-up: ready (${took})` : `set-up: everything is in place (${took})`)
      return 0
    }
    console.error(`\nset-up could not do everything:`)
    for (const { name, problem } of this.#problems) {
      console.error(`- ${name}: ${problem.message}\n  ${problem.cure.replaceAll('\n', '\n  ')}`)
    }
    return 1
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}

/** @param {number} startedAt */
function secondsSince(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}
