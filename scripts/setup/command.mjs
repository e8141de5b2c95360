import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * @typedef {object} Ran
 * @property {boolean} ok it started and ended with 0
 * @property {string} output stdout and stderr, in that order
 * @property {string} stdout
 */

/**
 * Runs a program to its end; never rejects.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options] `env` is added to our own
 * @returns {Promise<Ran>}
 */
export function run(program, args, options = {}) {
  const { cwd, env } = options
  const settings = {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  }
  return new Promise((resolve) => {
    execFile(program, args, settings, (error, stdout, stderr) => {
      const said = stdout + stderr
      resolve({ ok: error === null, stdout, output: said === '' && error !== null ? error.message : said })
    })
  })
}

/**
 * @param {string} name
 * @param {string} [searchPath]
 * @returns {string | undefined} its absolute path
 */
export function findOnPath(name, searchPath = process.env['PATH'] ?? '') {
  const folders = searchPath.split(delimiter).filter((folder) => isAbsolute(folder))
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * What a failed program said, short enough for a message: the last lines that say something.
 * @param {string} output
 */
export function lastWords(output) {
  const lines = output.split('\n').map((line) => line.replace(/^(npm error|E:|W:)\s*/, '').trim())
  const telling = lines.filter((line) => line !== '' && !/^(Run "npm help|A complete log|For a full report)/.test(line))
  return telling.slice(-3).join(' / ')
}
