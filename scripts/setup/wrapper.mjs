import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { libraryFolders } from './debian.mjs'
import { TOOLS_BIN } from './places.mjs'

/**
 * Writes `.tools/bin/NAME`, which runs a program that was unpacked under `.tools/root` with the libraries beside it.
 * It finds them from its own place, so that the folder may be moved.
 * @param {string} name
 * @param {string} program `usr/bin/aria2c`, or an absolute path
 * @param {readonly string[]} [exports] lines of shell before it starts; `$root` is the folder
 */
export function writeUnpackedWrapper(name, program, exports = []) {
  const libraries = libraryFolders(process.arch).map((folder) => `$root/${folder}`)
  writeScript(name, [
    'root=$(cd "${0%/*}/../root" && pwd)',
    `export LD_LIBRARY_PATH="${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    ...exports,
    program.startsWith('/') ? `exec ${program} "$@"` : `exec "$root/${program}" "$@"`,
  ])
}

/**
 * @param {string} name
 * @param {readonly string[]} lines
 */
export function writeScript(name, lines) {
  const path = join(TOOLS_BIN, name)
  mkdirSync(TOOLS_BIN, { recursive: true })
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'))
  chmodSync(path, 0o755)
}
