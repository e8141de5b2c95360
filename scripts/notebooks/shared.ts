import { code, prose, type Words } from './cells.ts'

// What several notebooks say and do in the same words.

export const LAWFUL = {
  en: 'VaultStream is for content that you may lawfully copy.',
  'pt-BR': 'O VaultStream é para conteúdo que você pode copiar legalmente.',
} satisfies Words

export const TWO_LINES_ARE_YOURS: Words = {
  en: 'The two lines below are yours to change.',
  'pt-BR': 'As duas linhas abaixo são suas: troque à vontade.',
}

/** An option: what is shown speaks the notebook's language. */
export const LOCALE: Words = { en: "locale: 'en'", 'pt-BR': "locale: 'pt-BR'" }

/** A comment: what `remote` may be. */
export const REMOTE: Words = {
  en: "a remote of your rclone.conf, such as 'gdrive:vault', or a folder",
  'pt-BR': "um remoto do seu rclone.conf, como 'gdrive:vault', ou uma pasta",
}

export const IMPORT = code`
  import { openVault } from 'vaultstream'
  import { startDemo } from './demo'
`

/** What follows on "Open the vault", where one may be made. */
export const OWN_PASSPHRASE: Words = {
  en: 'With no remote of your own above, the example stands in. A passphrase is made for you and kept in a file that only you can read; the card says where. It never appears in this notebook. To give your own for your own remote, set `VAULTSTREAM_PASSPHRASE` in the environment or in a `.env` file beside this notebook.',
  'pt-BR':
    'Se você não indicou um remoto seu acima, vale o exemplo. Uma senha é criada para você e guardada em um arquivo que só você pode ler; o cartão diz onde. Ela nunca aparece neste notebook. Para usar a sua com o seu remoto, defina `VAULTSTREAM_PASSPHRASE` no ambiente ou em um arquivo `.env` ao lado deste notebook.',
}

export const LEAVE_NOTHING = prose(
  { en: '## Leave nothing behind', 'pt-BR': '## Não deixe nada para trás' },
  {
    en: 'Ends the tools, removes every local trace of this session, and gives a receipt. The remote is not touched.',
    'pt-BR': 'Encerra as ferramentas, remove todo rastro local desta sessão e dá um recibo. O remoto não é tocado.',
  },
)

export const WIPE = code`
  await vault.wipe()
  await demo.stop()
`
