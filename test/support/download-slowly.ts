// A program that downloads argv[2] into the folder argv[3] until it is killed; it says so when the first byte is there.
import { startTestAria2 } from './aria2.ts'

const [, , url = '', folder = ''] = process.argv
const aria2 = await startTestAria2()
await aria2.downloadLink({
  url,
  folder,
  fileName: 'slow.bin',
  stallSeconds: 60,
  onProgress({ doneBytes }) {
    if (doneBytes > 0) process.stdout.write(`${aria2.privateDir}\n`)
  },
})
