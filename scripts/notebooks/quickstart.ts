import { code, prose, type NotebookSource } from './cells.ts'
import { IMPORT, LAWFUL, LEAVE_NOTHING, LOCALE, OWN_PASSPHRASE, REMOTE, TWO_LINES_ARE_YOURS, WIPE } from './shared.ts'

export const quickstart: NotebookSource = {
  name: 'quickstart',
  cells: [
    prose(
      { en: '# VaultStream: quickstart', 'pt-BR': '# VaultStream: primeiros passos' },
      {
        en: 'Paste magnets, torrents or links; get AES-256 archives with hidden names in your own cloud, proven readable, and nothing left on this machine.',
        'pt-BR':
          'Cole magnets, torrents ou links e receba, na sua própria nuvem, arquivos AES-256 com nomes ocultos e leitura comprovada, sem deixar nada nesta máquina.',
      },
      '`source → validate → aria2 → 7-Zip → rclone → verify → wipe`',
      {
        en: '**Run all cells, no edits needed.** As it stands, the notebook fetches two public-domain books by BitTorrent from a small seeder on this very machine (slowed down, so that there is something to watch) and stores them in a local folder. Put in your own sources and your own cloud when you have seen it work.',
        'pt-BR':
          '**Execute todas as células, sem editar nada.** Do jeito que está, o notebook busca dois livros em domínio público por BitTorrent, de um pequeno seeder nesta mesma máquina (com velocidade reduzida, para que haja o que ver), e os guarda em uma pasta local. Ponha suas próprias fontes e sua própria nuvem depois de ver tudo funcionar.',
      },
      LAWFUL,
    ),
    IMPORT,
    prose(
      { en: '## What to fetch, and where to put it', 'pt-BR': '## O que buscar e onde guardar' },
      TWO_LINES_ARE_YOURS,
    ),
    code`
      const sources = \`\`  // ${{
        en: 'magnets, .torrent files or links, one a line',
        'pt-BR': 'magnets, arquivos .torrent ou links, um por linha',
      }}
      const remote = ''   // ${REMOTE}
    `,
    prose({ en: '## Open the vault', 'pt-BR': '## Abra o cofre' }, OWN_PASSPHRASE),
    code`
      const demo = await startDemo()
      const vault = await openVault({
        ${LOCALE},
        ...(remote ? { remote: remote, generatePassphrase: true } : demo.vault),
      })
    `,
    prose(
      { en: '## Is everything there?', 'pt-BR': '## Está tudo pronto?' },
      {
        en: 'Every line that is not green says what to do about it.',
        'pt-BR': 'Cada linha que não está verde diz o que fazer.',
      },
    ),
    code`await vault.doctor()`,
    prose(
      { en: '## The whole job', 'pt-BR': '## O trabalho inteiro' },
      {
        en: 'Download, encrypt, upload, prove the remote copy, wipe the local one. *Interrupt* stops the run, not the kernel; run the cell again and it goes on where it stopped.',
        'pt-BR':
          'Baixar, criptografar, enviar, comprovar a cópia no remoto, apagar a local. O *Interrupt* interrompe a execução, não o kernel; execute a célula outra vez e ele continua de onde parou.',
      },
    ),
    code`
      const report = await vault.run(sources || demo.magnet)
      report
    `,
    prose(
      { en: '## What the remote holds', 'pt-BR': '## O que há no remoto' },
      {
        en: 'Read from the remote alone, as any machine with the passphrase can. Names are hidden there; they are shown here because the passphrase opens them.',
        'pt-BR':
          'Lido somente do remoto, como qualquer máquina com a senha consegue. Lá os nomes estão ocultos; aqui eles aparecem porque a senha os abre.',
      },
    ),
    code`await vault.list()`,
    prose(
      { en: '## Bring it back', 'pt-BR': '## Traga de volta' },
      {
        en: 'Every volume is checked by its SHA-256, every file compared with the manifest, and only then does the folder appear. Plain 7-Zip can do the same: see `docs/restore.md`.',
        'pt-BR':
          'Cada volume é conferido pelo SHA-256, cada arquivo é comparado com o manifesto, e só então a pasta aparece. O 7-Zip puro faz o mesmo: veja `docs/restore.md` (em inglês).',
      },
    ),
    code`
      const stored = report.items.find((item) => item.status === 'done')
      stored && await vault.restore(stored.id, demo.restoreFolder)
    `,
    LEAVE_NOTHING,
    WIPE,
  ],
}
