import { inspect } from 'node:util'
import type { Command } from 'commander'
import type { RunReport } from '../../api.ts'
import { exitCodeOfRun } from '../exit-codes.ts'
import { inTerminalWords } from '../hints.ts'
import { withVault, type Shell } from '../shell.ts'
import { readSources } from '../sources.ts'
import type { Act } from '../program.ts'

export function addRun(program: Command, act: Act): void {
  const command = program
    .command('run')
    .summary('Take sources all the way: download, encrypt, upload, verify, wipe.')
    .description(
      'Takes magnets, .torrent files or links all the way: downloads, encrypts, uploads, proves that the remote copy can be read, and wipes what is local. What an earlier run has done is not done again.',
    )
    .argument('[source...]', 'Magnets, .torrent files or links; - reads a list from standard input.')
    .option('-f, --file <list>', 'A file with one source a line, # starts a comment; - is standard input.')
    .option('--select <numbers>', 'Of one torrent only these files, as `vaultstream inspect` numbers them: 1,3-5.')
    .option('--again', 'Make a new copy even where a complete one is stored.')
    .addHelpText(
      'after',
      `
Examples:
  vaultstream run --remote gdrive:vault 'magnet:?xt=urn:btih:...'
  vaultstream run -f links.txt --remote ./vault --generate-passphrase
  pass show torrents | vaultstream run - --json | jq -r 'select(.type == "item.ended") | .summary.remotePath'

Put links that hold a password or a passkey into a list: everybody on the machine can read a command line.`,
    )
  act(command, async (shell, [sources = []]) => {
    const list = await readSources(sources, shell.options['file'] as string | undefined, shell)
    const { again, select } = shell.options as { again?: boolean; select?: string }
    const report = await withVault(shell, (vault) => vault.run(list, { again, select, signal: shell.stopping.signal }))
    tell(report, shell)
    return shell.stopping.exitCode ?? exitCodeOfRun(report, report.status === 'cancelled')
  })
}

function tell(report: RunReport, shell: Shell): void {
  if (shell.mode === 'quiet') {
    for (const { label, error } of report.items) {
      if (error !== null) shell.stderr.write(`${label}: ${error.message} ${inTerminalWords(error.hint)}\n`)
    }
  }
  // On a terminal the summary stands there already.
  const isTold = shell.mode !== 'quiet' && shell.stdout.isTTY
  shell.result({ command: 'run', result: report }, isTold ? null : inspect(report))
}
