import type { Command } from 'commander'
import { counted } from '../../counted.ts'
import { EXIT } from '../exit-codes.ts'
import type { Act } from '../program.ts'
import { withVault } from '../shell.ts'

export function addRestore(program: Command, act: Act): void {
  const command = program
    .command('restore')
    .summary('Bring a stored item back, every byte checked.')
    .description(
      'Brings a stored item back into a folder that does not exist yet, every byte checked. docs/restore.md tells how plain 7-Zip does the same.',
    )
    .argument('<id>', 'Item id, as `vaultstream list` shows it.')
    .argument('[folder]', 'Where to; default: a folder of that name here.')
    .addHelpText(
      'after',
      `
Example:
  vaultstream restore k3v9x2ab7mpq4rst8wyz1cdfgh ./books`,
    )
  act(command, async (shell, [[id = ''] = [], [folder = id] = []]) => {
    const restored = await withVault(shell, (vault) => vault.restore(id, folder))
    shell.result(
      { command: 'restore', result: restored },
      `${restored.folder}: ${counted(restored.fileCount, 'file')}, ${shell.words.bytes(restored.sizeBytes)}, every byte checked`,
    )
    return EXIT.done
  })
}
