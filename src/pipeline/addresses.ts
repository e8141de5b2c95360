import { addressScope, assertAddress } from '../source/index.ts'
import type { HttpOptions } from '../tools/http.ts'
import type { StepContext } from './context.ts'

/** Judges every address by the policy; where any is allowed, a private one is worth a warning, once. */
export function httpOptions({ settings, signal, emit, item }: StepContext): HttpOptions {
  let isWarned = false
  return {
    signal,
    checkAddress(address) {
      assertAddress(address, settings.addressPolicy, 'url')
      if (isWarned || addressScope(address) === 'public') return
      isWarned = true
      emit({
        type: 'warning',
        item,
        message: `The link leads to ${address}, which is not a public address.`,
        hint: 'Fine if you meant a machine of your own; on a server set the address policy to `public`.',
      })
    },
  }
}
