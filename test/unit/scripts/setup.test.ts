import { expect, test } from 'vitest'
import { toolEnvironment } from '../../../scripts/environment.ts'
import { lastWords } from '../../../scripts/setup/command.mjs'
import { libraryFolders, plannedPackages } from '../../../scripts/setup/debian.mjs'
import { judgePlatform } from '../../../scripts/setup/platform.mjs'
import { JUPYTER_DATA, TOOLS_BIN } from '../../../scripts/setup/places.mjs'

test.each([
  ['linux', 'x64', undefined],
  ['linux', 'arm64', undefined],
  ['linux', 'ia32', /x64 and arm64; this is ia32/],
  ['darwin', 'arm64', /on Linux.*this is darwin/],
  ['win32', 'x64', /WSL.*this is win32/],
])('the platform %s %s', (platform, arch, refusal) => {
  const judged = judgePlatform(platform, arch)
  if (refusal === undefined) expect(judged).toBeUndefined()
  else expect(judged).toMatch(refusal)
})

test("apt's plan names what to unpack, without the C library", () => {
  const simulation = [
    'The following NEW packages will be installed:',
    '  aria2 libaria2-0 libc6',
    'Inst libc6 [2.36-9] (2.36-10 Debian:12.11/stable [amd64])',
    'Inst libaria2-0 (1.36.0-1 Debian:12.11/stable [amd64])',
    'Inst aria2 (1.36.0-1 Debian:12.11/stable [amd64])',
    'Conf aria2 (1.36.0-1 Debian:12.11/stable [amd64])',
  ]
  expect(plannedPackages(simulation.join('\n'))).toEqual(['libaria2-0', 'aria2'])
})

test('libraries are looked for where the architecture has them', () => {
  expect(libraryFolders('x64')).toContain('usr/lib/x86_64-linux-gnu')
  expect(libraryFolders('arm64')).toContain('usr/lib/aarch64-linux-gnu')
})

test('what a failed program said is cut to what tells something', () => {
  const output = [
    'npm error code EUSAGE',
    'npm error',
    'npm error Missing: left-pad@1.0.0 from lock file',
    'npm error Run "npm help ci" for more info',
    'npm error A complete log of this run can be found in: /home/me/.npm/_logs/x.log',
  ]
  expect(lastWords(output.join('\n'))).toBe('code EUSAGE / Missing: left-pad@1.0.0 from lock file')
})

test('the environment puts our folders first, once, and keeps the rest', () => {
  const once = toolEnvironment({ PATH: '/usr/bin:/bin', HOME: '/home/me' })
  expect(once['PATH']).toBe(`${TOOLS_BIN}:/usr/bin:/bin`)
  expect(once['JUPYTER_PATH']).toBe(JUPYTER_DATA)
  expect(once['HOME']).toBe('/home/me')
  expect(toolEnvironment(once)).toEqual(once)
})
