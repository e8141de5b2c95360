import { code, type Words } from './cells.ts'

// What several notebooks say and do in the same words.

export const LAWFUL = {
  en: 'VaultStream is for content that you may lawfully copy.',
  'pt-BR': 'O VaultStream é para conteúdo que você pode copiar legalmente.',
} satisfies Words

export const TWO_LINES_ARE_YOURS: Words = {
  en: 'The two lines below are yours to change.',
  'pt-BR': 'As duas linhas abaixo são suas: troque à vontade.',
}

/** A comment: what `remote` may be. */
export const REMOTE: Words = {
  en: "a remote of your rclone.conf, such as 'gdrive:vault', or a folder",
  'pt-BR': "um remoto do seu rclone.conf, como 'gdrive:vault', ou uma pasta",
}

export const IMPORT = code`
  import { openVault } from 'vaultstream'
  import { startDemo } from './demo'
`

export const WIPE = code`
  await vault.wipe()
  await demo.stop()
`
