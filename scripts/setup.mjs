#!/usr/bin/env node
// Everything a fresh machine lacks, and nothing it has. Runs on the Node that is there (20 will do) and on nothing else,
// so: built-in modules only. `--tests` adds what only tests need.
import { buildPackage, linkPackage } from './setup/build.mjs'
import { installBrowser } from './setup/browser.mjs'
import { forgetLists } from './setup/debian.mjs'
import { installJupyter } from './setup/jupyter.mjs'
import { installKernel } from './setup/kernel.mjs'
import { installPackages } from './setup/packages.mjs'
import { judgePlatform } from './setup/platform.mjs'
import { Report } from './setup/report.mjs'
import { installTestTools } from './setup/test-tools.mjs'
import { installTools } from './setup/tools.mjs'

const report = new Report()
const refusal = judgePlatform(process.platform, process.arch)
if (refusal === undefined) {
  await report.step('packages and Node 24', installPackages)
  await report.step('aria2, 7-Zip, rclone', installTools)
  await report.step('Jupyter', installJupyter)
  await report.step('TypeScript kernel', installKernel)
  await report.step('vaultstream, built', buildPackage)
  await report.step('vaultstream, for the notebooks', linkPackage)
  if (process.argv.includes('--tests')) {
    await report.step('strace, gocryptfs, shells and tmux, for the tests', installTestTools)
    await report.step('Chromium, for the tests', installBrowser)
  }
  forgetLists()
} else {
  report.refuse(refusal)
}
process.exitCode = report.close()
